import { z } from 'zod';
import { isAck, type Ack } from '../../contract/ack.ts';
import { toAddress, type Address } from '../../contract/address.ts';
import { messageType, type EngineEvent } from '../../contract/engine-event.ts';
import { sendReasons, type Outcome } from '../../contract/outcome.ts';
import {
  sessionAction,
  sessionCode,
  sessionState,
  type SessionReport,
} from '../../contract/session-state.ts';

// What the two halves of a Session say to each other. Both check what they hear: the other half may be of another
// version for the seconds of an update, and what the page says is foreign in the end.

const address = z.custom<Address>((value) => typeof value === 'string' && toAddress(value) === value);
const ack = z.custom<Ack>(isAck);
const at = z.int().min(0);
const about = { messageId: z.string(), chat: address.optional(), fromMe: z.boolean().optional() };

const pairing = z.object({
  kind: z.enum(['qr', 'code']),
  value: z.string(),
  issuedAt: at,
  expiresAt: at,
  turn: z.int().min(1),
});
const report = z.object({
  state: sessionState,
  code: sessionCode,
  action: sessionAction,
  detail: z.string().optional(),
  pairing: pairing.optional(),
  progress: z.number().optional(),
  me: z.object({ address: z.string(), lid: z.string().optional(), name: z.string() }).optional(),
  engineVersion: z.string().optional(),
});
const event = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    messageId: z.string(),
    chat: address,
    fromMe: z.boolean(),
    sender: address.optional(),
    senderName: z.string().optional(),
    type: messageType,
    body: z.string(),
    at,
    ack: ack.optional(),
    origin: z.enum(['live', 'history']),
    quotedMessageId: z.string().optional(),
    editedAt: at.optional(),
    revoked: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('ack'), ...about, ack }),
  z.object({ kind: z.literal('edit'), ...about, body: z.string(), at }),
  z.object({ kind: z.literal('revoke'), ...about, at }),
  z.object({
    kind: z.literal('reaction'),
    ...about,
    sender: address,
    fromUs: z.boolean(),
    emoji: z.string(),
    at,
  }),
  z.object({
    kind: z.literal('chat'),
    chat: address,
    name: z.string().optional(),
    unread: z.int().min(0).optional(),
    pinned: z.boolean().optional(),
    archived: z.boolean().optional(),
    mutedUntil: at.optional(),
    at: at.optional(),
  }),
  z.object({
    kind: z.literal('contact'),
    address,
    name: z.string().optional(),
    pushName: z.string().optional(),
    isBusiness: z.boolean().optional(),
    isMe: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('address-pair'), lid: address, phone: address }),
]);
const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted'), messageId: z.string(), ack, at }),
  z.object({ kind: z.literal('refused'), reason: z.enum(sendReasons) }),
  z.object({ kind: z.literal('not-sent'), reason: z.enum(sendReasons), retryAfterMs: z.number().optional() }),
  z.object({ kind: z.literal('uncertain'), reason: z.enum(sendReasons) }),
]);

/** The questions to the child, each with what is asked and what is answered. */
export const calls = {
  send: {
    args: z.object({ chat: address, body: z.string(), quotedMessageId: z.string().optional() }),
    value: outcome,
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
  find: {
    args: z.object({ digits: z.string() }),
    value: z.object({ found: z.object({ address, lid: address.optional() }).optional() }),
  },
  markRead: { args: z.object({ chat: address }), value: z.object({}) },
  pair: { args: z.object({ digits: z.string() }), value: z.object({}) },
  unlink: { args: z.object({}), value: z.object({}) },
} as const;
export type Calls = typeof calls;
export type CallName = keyof Calls;
export type CallArgs<Name extends CallName> = z.output<Calls[Name]['args']>;
export type CallValue<Name extends CallName> = z.output<Calls[Name]['value']>;

export const startOrder = z.object({
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
  z.object({ type: z.literal('stop') }),
  z.object({
    type: z.literal('call'),
    call: z.int(),
    name: z.enum(Object.keys(calls) as [CallName, ...CallName[]]),
    args: z.unknown(),
  }),
]);
export type ToChild = z.output<typeof toChild>;

export const toParent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('report'), report, final: z.boolean() }),
  z.object({ type: z.literal('events'), events: z.array(z.unknown()) }),
  z.object({ type: z.literal('answer'), call: z.int(), value: z.unknown() }),
  z.object({ type: z.literal('failure'), call: z.int(), message: z.string() }),
  z.object({ type: z.literal('log'), level: z.enum(['debug', 'info', 'warn', 'error']), text: z.string() }),
  /** The child's own loop turns; nothing else is meant by it. */
  z.object({ type: z.literal('alive') }),
]);
/** As the child writes it; the parent reads it with {@link toParent}. */
export type FromChild =
  | { type: 'report'; report: SessionReport; final: boolean }
  | { type: 'events'; events: EngineEvent[] }
  | { type: 'answer'; call: number; value: unknown }
  | { type: 'failure'; call: number; message: string }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; text: string }
  | { type: 'alive' };

/** Reads events one by one: a single unreadable one does not cost the others. */
export function readEvents(raw: unknown[], unreadable: (problem: string) => void): EngineEvent[] {
  return raw.flatMap((value) => {
    const read = event.safeParse(value);
    if (read.success) return [withoutUndefined(read.data) as EngineEvent];
    unreadable(read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
    return [];
  });
}
export const readReport = (value: z.output<typeof report>): SessionReport =>
  withoutUndefined(value) as SessionReport;
export const readOutcome = (value: z.output<typeof outcome>): Outcome => withoutUndefined(value) as Outcome;

/** Optional keys that zod types as `| undefined` become absent. */
function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
}
