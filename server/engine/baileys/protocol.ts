import { z } from 'zod';
import { isAck, type Ack } from '../../contract/ack.ts';
import { toAddress, type Address } from '../../contract/address.ts';
import { newPoll } from '../../contract/content.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { sendReasons, type Outcome, type VerbOutcome } from '../../contract/outcome.ts';
import {
  sessionAction,
  sessionCode,
  sessionState,
  type SessionReport,
} from '../../contract/session-state.ts';
import type { KeyChange, KnownMessage, MediaAnswer } from '../engine.ts';

// What the two halves of a Session say to each other, and what the child asks of its parent.

const address = z.custom<Address>((value) => typeof value === 'string' && toAddress(value) === value);
const at = z.int().min(0);
const report = z.object({
  state: sessionState,
  code: sessionCode,
  action: sessionAction,
  detail: z.string().optional(),
  pairing: z
    .object({
      kind: z.enum(['qr', 'code']),
      value: z.string(),
      issuedAt: at,
      expiresAt: at,
      turn: z.int().min(1),
    })
    .optional(),
  progress: z.number().optional(),
  me: z.object({ address: z.string(), lid: z.string().optional(), name: z.string() }).optional(),
  engineVersion: z.string().optional(),
});
const reason = z.enum(sendReasons);
const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted'), messageId: z.string(), ack: z.custom<Ack>(isAck), at }),
  z.object({ kind: z.literal('refused'), reason }),
  z.object({ kind: z.literal('not-sent'), reason, retryAfterMs: z.number().optional() }),
  z.object({ kind: z.literal('uncertain'), reason }),
]);
const verbOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('refused'), reason }),
  z.object({ kind: z.literal('not-done'), reason }),
]);
const mediaAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('fetched'),
    mime: z.string(),
    size: z.int().min(0),
    fileName: z.string().optional(),
  }),
  z.object({ kind: z.literal('gone'), reason: z.string() }),
  z.object({ kind: z.literal('later'), reason: z.string() }),
]);
const handle = z.object({
  chat: address,
  messageId: z.string(),
  fromMe: z.boolean(),
  participant: address.optional(),
});
export type Handle = z.output<typeof handle>;

export const deed = z.discriminatedUnion('do', [
  z.object({ do: z.literal('edit'), message: handle, body: z.string() }),
  z.object({ do: z.literal('revoke'), message: handle }),
  z.object({ do: z.literal('react'), message: handle, emoji: z.string() }),
  z.object({ do: z.literal('vote'), message: handle, options: z.array(z.string()) }),
  z.object({ do: z.literal('star'), message: handle, starred: z.boolean() }),
  z.object({ do: z.literal('pin'), chat: address, pinned: z.boolean() }),
  z.object({ do: z.literal('archive'), chat: address, archived: z.boolean() }),
  /** Milliseconds; 0: loud again. */
  z.object({ do: z.literal('mute'), chat: address, until: z.number() }),
  z.object({ do: z.literal('mark-unread'), chat: address }),
  z.object({ do: z.literal('block'), person: address, blocked: z.boolean() }),
  z.object({ do: z.literal('typing'), chat: address, what: z.enum(['typing', 'recording', 'paused']) }),
]);
export type Deed = z.output<typeof deed>;

const events = z.object({ events: z.array(z.custom<EngineEvent>()) });
/** The questions to the child, each with what is asked and what is answered. */
export const calls = {
  send: {
    args: z.object({
      chat: address,
      body: z.string(),
      clientId: z.string(),
      quotedMessageId: z.string().optional(),
      mentions: z.array(address).optional(),
      media: z
        .object({
          file: z.string(),
          mime: z.string(),
          size: z.number(),
          fileName: z.string(),
          as: z.enum(['image', 'video', 'voice', 'audio', 'document', 'sticker']),
        })
        .optional(),
      forward: handle.optional(),
      poll: newPoll.optional(),
    }),
    value: outcome,
  },
  act: { args: deed, value: verbOutcome },
  media: {
    args: z.object({ message: handle, file: z.string(), largest: z.int() }),
    value: mediaAnswer,
  },
  groups: { args: z.object({}), value: events },
  messages: { args: z.object({ chat: address, before: at.optional(), limit: z.int() }), value: events },
  find: {
    args: z.object({ digits: z.string() }),
    value: z.object({ found: z.object({ address, lid: address.optional() }).optional() }),
  },
  findMany: {
    args: z.object({ digits: z.array(z.string()).max(20) }),
    value: z.object({
      found: z.array(z.object({ digits: z.string(), address, lid: address.optional() })),
    }),
  },
  markRead: { args: z.object({ chat: address }), value: z.object({}) },
  pair: { args: z.object({ digits: z.string() }), value: z.object({}) },
  unlink: { args: z.object({}), value: z.object({}) },
  /** A round trip to WhatsApp. */
  probe: { args: z.object({}), value: z.object({ memoryBytes: z.int() }) },
} as const;
export type Calls = typeof calls;
export type CallName = keyof Calls;
export type CallArgs<Name extends CallName> = z.output<Calls[Name]['args']>;
export type CallValue<Name extends CallName> = z.output<Calls[Name]['value']>;

export const startOrder = z.object({
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
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('cancel'), call: z.int() }),
  z.object({
    type: z.literal('call'),
    call: z.int(),
    name: z.enum(Object.keys(calls) as [CallName, ...CallName[]]),
    args: z.unknown(),
  }),
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
  z.object({ type: z.literal('report'), report, final: z.boolean() }),
  z.object({ type: z.literal('events'), events: z.array(z.custom<EngineEvent>()) }),
  z.object({ type: z.literal('answer'), call: z.int(), value: z.unknown() }),
  z.object({ type: z.literal('failure'), call: z.int(), message: z.string() }),
  z.object({
    type: z.literal('ask'),
    ask: z.int(),
    name: z.enum(['read', 'write', 'prune', 'find', 'newest', 'stored']),
    args: z.unknown(),
  }),
  z.object({ type: z.literal('log'), level: z.enum(['debug', 'info', 'warn', 'error']), text: z.string() }),
  /** The child's own loop turns; nothing else is meant by it. */
  z.object({ type: z.literal('alive') }),
]);
export type ToParent = z.output<typeof toParent>;
/** As the child writes it; the parent reads it with {@link toParent}. */
export type FromChild =
  | { type: 'report'; report: SessionReport; final: boolean }
  | { type: 'events'; events: EngineEvent[] }
  | { type: 'answer'; call: number; value: unknown }
  | { type: 'failure'; call: number; message: string }
  | { type: 'ask'; ask: number; name: AskName; args: unknown }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; text: string }
  | { type: 'alive' };

/** Optional keys that zod types as `| undefined` become absent. */
const bare = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
export const readReport = (value: z.output<typeof report>): SessionReport => bare(value) as SessionReport;
export const readOutcome = (value: z.output<typeof outcome>): Outcome => bare(value) as Outcome;
export const readVerbOutcome = (value: z.output<typeof verbOutcome>): VerbOutcome => value;
export const readMediaAnswer = (value: z.output<typeof mediaAnswer>): MediaAnswer =>
  bare(value) as MediaAnswer;
