import { z } from 'zod';
import { newPoll } from '../../contract/content.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { sendReasons, type Outcome, type VerbOutcome } from '../../contract/outcome.ts';
import {
  sessionAction,
  sessionCode,
  sessionState,
  type SessionReport,
} from '../../contract/session-state.ts';

import type { MediaAnswer } from '../engine.ts';
import { ack, address, at, event, withoutUndefined } from './protocol-event.ts';

// What the two halves of a Session say to each other. Both check what they hear: the other half may be of another
// version for the seconds of an update, and what the page says is foreign in the end.

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
const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted'), messageId: z.string(), ack, at }),
  z.object({ kind: z.literal('refused'), reason: z.enum(sendReasons) }),
  z.object({ kind: z.literal('not-sent'), reason: z.enum(sendReasons), retryAfterMs: z.number().optional() }),
  z.object({ kind: z.literal('uncertain'), reason: z.enum(sendReasons) }),
]);

const verbOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('refused'), reason: z.enum(sendReasons) }),
  z.object({ kind: z.literal('not-done'), reason: z.enum(sendReasons) }),
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

/** Which message a verb is about. */
const handle = z.object({
  chat: address,
  messageId: z.string(),
  fromMe: z.boolean(),
  participant: address.optional(),
});
export type Handle = z.output<typeof handle>;

/** What is done to a message or to a chat. */
export const deed = z.discriminatedUnion('do', [
  z.object({ do: z.literal('edit'), message: handle, body: z.string() }),
  z.object({ do: z.literal('revoke'), message: handle }),
  z.object({ do: z.literal('react'), message: handle, emoji: z.string() }),
  z.object({ do: z.literal('star'), message: handle, starred: z.boolean() }),
  z.object({ do: z.literal('vote'), message: handle, options: z.array(z.string()) }),
  z.object({ do: z.literal('pin'), chat: address, pinned: z.boolean() }),
  z.object({ do: z.literal('archive'), chat: address, archived: z.boolean() }),
  /** Milliseconds; 0: loud again. */
  z.object({ do: z.literal('mute'), chat: address, until: z.number() }),
  z.object({ do: z.literal('mark-unread'), chat: address }),
  z.object({ do: z.literal('block'), person: address, blocked: z.boolean() }),
  z.object({ do: z.literal('typing'), chat: address, what: z.enum(['typing', 'recording', 'paused']) }),
]);
export type Deed = z.output<typeof deed>;

/** The questions to the child, each with what is asked and what is answered. */
export const calls = {
  send: {
    args: z.object({
      chat: address,
      body: z.string(),
      quotedMessageId: z.string().optional(),
      mentions: z.array(address).optional(),
      media: z
        .object({
          file: z.string(),
          mime: z.string(),
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
    args: z.object({
      message: handle,
      /** The child writes it; nothing stands there yet. */
      file: z.string(),
      largest: z.int(),
      /** Milliseconds. */
      patience: z.int(),
    }),
    value: mediaAnswer,
  },
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
  /** A round trip into the page and back. */
  probe: { args: z.object({}), value: z.object({}) },
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
  /** Nobody waits for the answer any more: what has not begun need not. */
  z.object({ type: z.literal('cancel'), call: z.int() }),
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
export type ToParent = z.output<typeof toParent>;
/** As the child writes it; the parent reads it with {@link toParent}. */
export type FromChild =
  | { type: 'report'; report: SessionReport; final: boolean }
  | { type: 'events'; events: EngineEvent[] }
  | { type: 'answer'; call: number; value: unknown }
  | { type: 'failure'; call: number; message: string }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; text: string }
  | { type: 'alive' };

export const readReport = (value: z.output<typeof report>): SessionReport =>
  withoutUndefined(value) as SessionReport;
export const readOutcome = (value: z.output<typeof outcome>): Outcome => withoutUndefined(value) as Outcome;
export const readVerbOutcome = (value: z.output<typeof verbOutcome>): VerbOutcome => value;
export const readMediaAnswer = (value: z.output<typeof mediaAnswer>): MediaAnswer =>
  withoutUndefined(value) as MediaAnswer;
