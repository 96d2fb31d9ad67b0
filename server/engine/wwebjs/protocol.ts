import { z } from 'zod';
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
import { event } from './protocol-event.ts';

// What this engine's child is asked and told beside what every child is.

const nothing = z.object({});
/** The questions to the child, each with what is asked and what is answered. */
export const calls = {
  ...commonCalls,
  groups: {
    args: z.object({ chats: z.array(address) }),
    value: z.object({ events: z.array(event) }),
  },
  contacts: {
    args: z.object({ skip: z.int(), limit: z.int() }),
    value: z.object({ events: z.array(event), more: z.boolean() }),
  },
  chats: {
    args: z.object({ limit: z.int() }),
    value: z.object({ events: z.array(event), chats: z.array(address) }),
  },
  messages: {
    args: z.object({ chat: address, before: at.optional(), limit: z.int() }),
    value: z.object({ events: z.array(event) }),
  },
  /** A round trip into the page and back. */
  probe: { args: nothing, value: nothing },
} as const;
export type CallName = keyof typeof calls;
export type CallArgs<Name extends CallName> = ArgsOf<typeof calls, Name>;
export type CallValue<Name extends CallName> = ValueOf<typeof calls, Name>;

const startOrder = z.object({
  type: z.literal('start'),
  /** The browser's profile; exists. */
  profile: z.string(),
  marker: z.string(),
  browser: z.object({ path: z.string(), shell: z.boolean() }),
  arguments: z.array(z.string()),
  /** Ask for a pairing code for this number in place of showing QR codes. */
  pairWith: z.string().optional(),
});
export type StartOrder = z.output<typeof startOrder>;

export const toChild = z.discriminatedUnion('type', [
  startOrder,
  ...commonOrders(Object.keys(calls) as [CallName, ...CallName[]]),
]);
export type ToChild = z.output<typeof toChild>;

export const toParent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('events'), events: z.array(z.unknown()) }),
  ...commonWords,
]);
export type ToParent = z.output<typeof toParent>;
/** As the child writes it; the parent reads it with {@link toParent}. */
export type FromChild = CommonWord | { type: 'events'; events: EngineEvent[] };
