import { z } from 'zod';
import type { Address } from '../../contract/address.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import {
  address,
  at,
  commonCalls,
  commonOrders,
  commonWords,
  type ArgsOf,
  type CommonWord,
  type ValueOf,
} from '../../engine-child/protocol.ts';
import type { KeyChange, KnownMessage } from '../engine.ts';

// What this engine's child is asked and told beside what every child is, and what it asks of its parent.

const events = z.object({ events: z.array(z.custom<EngineEvent>()) });
/** The questions to the child, each with what is asked and what is answered. */
export const calls = {
  ...commonCalls,
  groups: { args: z.object({}), value: events },
  messages: { args: z.object({ chat: address, before: at.optional(), limit: z.int() }), value: events },
  /** A round trip to WhatsApp. */
  probe: { args: z.object({}), value: z.object({ memoryBytes: z.int() }) },
} as const;
export type CallName = keyof typeof calls;
export type CallArgs<Name extends CallName> = ArgsOf<typeof calls, Name>;
export type CallValue<Name extends CallName> = ValueOf<typeof calls, Name>;

const startOrder = z.object({
  type: z.literal('start'),
  socket: z
    .object({ url: z.string(), noiseRoot: z.string().optional(), certificate: z.string().optional() })
    .optional(),
  /** Ask for a pairing code for this number in place of showing QR codes. */
  pairWith: z.string().optional(),
  /** Between two signs of life, ms. */
  keepAliveMs: z.int().min(1_000).optional(),
});
export type StartOrder = z.output<typeof startOrder>;

export const toChild = z.discriminatedUnion('type', [
  startOrder,
  ...commonOrders(Object.keys(calls) as [CallName, ...CallName[]]),
  /** What the parent answers to an `ask`. */
  z.object({ type: z.literal('told'), ask: z.int(), value: z.unknown(), failure: z.string().optional() }),
]);
export type ToChild = z.output<typeof toChild>;

/** What the child asks of its parent: its rows, and what is known of messages. */
export interface Asks {
  read: { args: { kind: string; ids: string[] }; value: [string, string][] };
  write: { args: { changes: KeyChange[] }; value: null };
  prune: { args: { kind: string; ageMs: number }; value: null };
  find: { args: { messageId: string }; value: KnownMessage | null };
  /** Answered when everything told before is stored. */
  stored: { args: Record<never, never>; value: null };
  newest: { args: { chat: Address; before: number | undefined; limit: number }; value: KnownMessage[] };
}
export type AskName = keyof Asks;

export const toParent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('events'), events: z.array(z.custom<EngineEvent>()) }),
  ...commonWords,
  z.object({
    type: z.literal('ask'),
    ask: z.int(),
    name: z.enum(['read', 'write', 'prune', 'find', 'newest', 'stored']),
    args: z.unknown(),
  }),
]);
export type ToParent = z.output<typeof toParent>;
/** As the child writes it; the parent reads it with {@link toParent}. */
export type FromChild =
  | CommonWord
  | { type: 'events'; events: EngineEvent[] }
  | { type: 'ask'; ask: number; name: AskName; args: unknown };
