import { z } from 'zod';
import { isAck, type Ack } from '../contract/ack.ts';
import { toAddress, type Address } from '../contract/address.ts';
import { givenLink, newPoll } from '../contract/content.ts';
import { sendReasons, type Outcome, type VerbOutcome } from '../contract/outcome.ts';
import { sessionAction, sessionCode, sessionState, type SessionReport } from '../contract/session-state.ts';
import type { MediaAnswer } from '../engine/engine.ts';

// What the two halves of a Session say to each other in every engine that has a child process. Both check what they
// hear: the other half may be of another version for the seconds of an update, and what it tells is foreign in the end.

export const address = z.custom<Address>((value) => typeof value === 'string' && toAddress(value) === value);
export const ack = z.custom<Ack>(isAck);
/** Milliseconds since 1970. */
export const at = z.int().min(0);

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
  /** The one kind of news a child knows better than its host. */
  event: z.literal('incomplete').optional(),
});
const reason = z.enum(sendReasons);
const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted'), messageId: z.string(), ack, at }),
  z.object({ kind: z.literal('refused'), reason }),
  z.object({ kind: z.literal('not-sent'), reason, retryAfterMs: z.number().optional() }),
  z.object({ kind: z.literal('uncertain'), reason }),
]);
const undone = [
  z.object({ kind: z.literal('refused'), reason }),
  z.object({ kind: z.literal('not-done'), reason }),
] as const;
const verbOutcome = z.discriminatedUnion('kind', [z.object({ kind: z.literal('done') }), ...undone]);
const inviteLinkOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), link: z.url({ protocol: /^https$/ }).max(200) }),
  ...undone,
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

const pictureAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fetched') }),
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('later'),
    reason: z.enum(['not-connected', 'too-many', 'unanswered', 'engine-error']),
  }),
]);

/** Which message a verb is about. */
const handle = z.object({
  chat: address,
  messageId: z.string(),
  fromMe: z.boolean(),
  participant: address.optional(),
});
export type Handle = z.output<typeof handle>;

/** What is done to a message, a chat or a person. */
const deed = z.discriminatedUnion('do', [
  z.object({ do: z.literal('edit'), message: handle, body: z.string() }),
  z.object({ do: z.literal('revoke'), message: handle }),
  z.object({ do: z.literal('react'), message: handle, emoji: z.string() }),
  z.object({ do: z.literal('vote'), message: handle, options: z.array(z.string()) }),
  z.object({ do: z.literal('star'), message: handle, starred: z.boolean() }),
  z.object({ do: z.literal('join'), message: handle }),
  z.object({ do: z.literal('pin'), chat: address, pinned: z.boolean() }),
  z.object({ do: z.literal('archive'), chat: address, archived: z.boolean() }),
  /** Milliseconds; 0: loud again. */
  z.object({ do: z.literal('mute'), chat: address, until: z.number() }),
  z.object({ do: z.literal('mark-unread'), chat: address }),
  z.object({ do: z.literal('block'), person: address, blocked: z.boolean() }),
  z.object({ do: z.literal('typing'), chat: address, what: z.enum(['typing', 'recording', 'paused']) }),
]);
export type Deed = z.output<typeof deed>;

const nothing = z.object({});
const found = { address, lid: address.optional() };
/** The questions that every child answers, each with what is asked and what is answered. */
export const commonCalls = {
  send: {
    args: z.object({
      chat: address,
      body: z.string(),
      /** For engines that choose their messages' ids. */
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
      link: givenLink.optional(),
    }),
    value: outcome,
  },
  act: { args: deed, value: verbOutcome },
  media: {
    /** `file`: the child writes it; nothing stands there yet. `largest`: bytes. */
    args: z.object({ message: handle, file: z.string(), largest: z.int() }),
    value: mediaAnswer,
  },
  picture: {
    /** As for `media`. */
    args: z.object({ of: address, file: z.string(), largest: z.int() }),
    value: pictureAnswer,
  },
  find: { args: z.object({ digits: z.string() }), value: z.object({ found: z.object(found).optional() }) },
  findMany: {
    args: z.object({ digits: z.array(z.string()).max(20) }),
    value: z.object({ found: z.array(z.object({ digits: z.string(), ...found })) }),
  },
  inviteLink: { args: z.object({ group: address }), value: inviteLinkOutcome },
  markRead: { args: z.object({ chat: address }), value: nothing },
  pair: { args: z.object({ digits: z.string() }), value: nothing },
  unlink: { args: nothing, value: nothing },
} as const;

interface Call {
  args: z.ZodType;
  value: z.ZodType;
}
/** Questions to a child by their names. */
export type Calls = Readonly<Record<string, Call>>;
export type ArgsOf<All extends Calls, Name extends keyof All> = z.output<All[Name]['args']>;
export type ValueOf<All extends Calls, Name extends keyof All> = z.output<All[Name]['value']>;

/** Orders of every parent, beside its `start`. */
export const commonOrders = <Name extends string>(names: readonly [Name, ...Name[]]) =>
  [
    z.object({ type: z.literal('stop') }),
    /** Nobody waits for the answer any more: what has not begun need not. */
    z.object({ type: z.literal('cancel'), call: z.int() }),
    z.object({ type: z.literal('call'), call: z.int(), name: z.enum(names), args: z.unknown() }),
  ] as const;

/** What every child says. */
export const commonWords = [
  z.object({ type: z.literal('report'), report, final: z.boolean() }),
  z.object({ type: z.literal('answer'), call: z.int(), value: z.unknown() }),
  z.object({ type: z.literal('failure'), call: z.int(), message: z.string() }),
  z.object({ type: z.literal('log'), level: z.enum(['debug', 'info', 'warn', 'error']), text: z.string() }),
  /** The child's own loop turns; nothing else is meant by it. */
  z.object({ type: z.literal('alive') }),
] as const;
/** The same as the child writes it. */
export type CommonWord =
  | { type: 'report'; report: SessionReport; final: boolean }
  | { type: 'answer'; call: number; value: unknown }
  | { type: 'failure'; call: number; message: string }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; text: string }
  | { type: 'alive' };

/** Optional keys that zod types as `| undefined` become absent. */
export function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
}
export const readReport = (value: z.output<typeof report>): SessionReport =>
  withoutUndefined(value) as SessionReport;
export const readOutcome = (value: z.output<typeof outcome>): Outcome => withoutUndefined(value) as Outcome;
export const readVerbOutcome = (value: z.output<typeof verbOutcome>): VerbOutcome => value;
export const readMediaAnswer = (value: z.output<typeof mediaAnswer>): MediaAnswer =>
  withoutUndefined(value) as MediaAnswer;
