import { Ack, joinAck } from '../contract/ack.ts';
import type { MessageType } from '../contract/engine-event.ts';
import type { MessageContent } from '../contract/content.ts';
import { joinContent } from './content.ts';

/** What is known of a Message, whoever told it. A join-semilattice: {@link joinFacts} has {@link nothing} as its bottom. */
export interface Facts {
  type: MessageType;
  body: string;
  /** Milliseconds; 0 = not told. */
  at: number;
  ack: Ack;
  /** 1: a live source has told of it. */
  live: number;
  /** The time of the text in `body` if it is an edited one. */
  editedAt: number | null;
  revokedAt: number | null;
  quotedMessageId: string | null;
  senderName: string;
  content: MessageContent | null;
  forwarded: number;
  starred: Told<number>;
}

export const nothing: Facts = {
  type: 'waiting',
  body: '',
  at: 0,
  ack: Ack.pending,
  live: 0,
  editedAt: null,
  revokedAt: null,
  quotedMessageId: null,
  senderName: '',
  content: null,
  forwarded: 0,
  starred: { value: 0, at: 0 },
};

/** Which kind says more: placeholders first, the plain before the particular. */
const ranked: readonly MessageType[] = [
  'waiting',
  'unknown',
  'system',
  'text',
  'document',
  'audio',
  'video',
  'image',
  'sticker',
  'voice',
  'location',
  'contact-card',
  'poll',
  'invitation',
  'call',
];

/** The rules that a deliberately broken variant may replace in a test, to show that the alarm rings. */
export interface Rules {
  joinAck: (a: Ack, b: Ack) => Ack;
  /** Facts about a Message not seen yet are kept. */
  keepsEarlyFacts: boolean;
  /** Every writer first takes the Inbox's row lock. */
  takesTurns: boolean;
  /** Nobody has written between our last turn and this one. */
  isNext: (turnsLeft: number, turnsFound: number) => boolean;
  /** How long an unconfirmed Message waits for an echo, an ack or history before the Agent is asked. */
  unconfirmedMs: number;
  /** What a message is known by. */
  messageIdOf: (event: { messageId: string; chat: string; fromMe: boolean }) => string;
}

export const rules: Rules = {
  joinAck,
  keepsEarlyFacts: true,
  takesTurns: true,
  unconfirmedMs: 60_000,
  isNext: (left, found) => found === left + 1,
  messageIdOf: (event) => event.messageId,
};

/**
 * Joins what two sources tell of one Message. Commutative, associative and idempotent, so order, repetition and
 * batching do not matter: ack takes the higher rung, text the later edit (then the fuller kind, then the longer text),
 * time the earlier one, and revoked stays.
 */
export function joinFacts(a: Facts, b: Facts, join: Rules['joinAck'] = joinAck): Facts {
  const text = laterText(a, b);
  return {
    type: rankOf(a.type) >= rankOf(b.type) ? a.type : b.type,
    body: text.body,
    editedAt: text.editedAt,
    at: a.at === 0 ? b.at : b.at === 0 ? a.at : Math.min(a.at, b.at),
    ack: join(a.ack, b.ack),
    live: Math.max(a.live, b.live),
    revokedAt: earlier(a.revokedAt, b.revokedAt),
    quotedMessageId: greater(a.quotedMessageId, b.quotedMessageId),
    senderName: fuller(a.senderName, b.senderName),
    content: joinContent(a.content, b.content),
    forwarded: Math.max(a.forwarded, b.forwarded),
    starred: joinTold(a.starred, b.starred),
  };
}

function laterText(a: Facts, b: Facts): Facts {
  const edited = (a.editedAt ?? 0) - (b.editedAt ?? 0);
  if (edited !== 0) return edited > 0 ? a : b;
  // Only unedited texts are weighed by the kind they came with: the kind of an edited one may have come from elsewhere.
  const rank = a.editedAt === null ? rankOf(a.type) - rankOf(b.type) : 0;
  if (rank !== 0) return rank > 0 ? a : b;
  return fuller(a.body, b.body) === a.body ? a : b;
}

export function rankOf(type: MessageType): number {
  return ranked.indexOf(type);
}

/** The longer text; of equally long ones the greater. */
export function fuller(a: string, b: string): string {
  if (a.length !== b.length) return a.length > b.length ? a : b;
  return a >= b ? a : b;
}

function greater(a: string | null, b: string | null): string | null {
  if (a === null) return b;
  return b === null || a >= b ? a : b;
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

/** A value that somebody told at some time: the later word wins, and of two at one time the greater. */
export interface Told<T extends string | number> {
  value: T;
  at: number;
}

export function joinTold<T extends string | number>(a: Told<T>, b: Told<T>): Told<T> {
  if (a.at !== b.at) return a.at > b.at ? a : b;
  return a.value >= b.value ? a : b;
}
