import type { Ack } from './ack.ts';

/** Why a send did not (certainly) happen. Closed list; the widget has a text for each. */
export const sendReasons = [
  'not-on-whatsapp',
  'refused-by-whatsapp',
  'too-long',
  'session-not-working',
  'engine-stopped',
  'timeout',
  'rate-limited',
  'not-supported',
  'engine-error',
  'discarded',
  'too-late',
  'file-missing',
  'file-refused',
  /** An admin has taken the number out of use before it could be sent. */
  'number-archived',
] as const;
export type SendReason = (typeof sendReasons)[number];

/** What an Engine says of one send. */
export type Outcome =
  | { kind: 'accepted'; messageId: string; ack: Ack; at: number }
  /** It will never work: tell the Agent. */
  | { kind: 'refused'; reason: SendReason }
  /** Certainly not sent: safe to repeat. */
  | { kind: 'not-sent'; reason: SendReason; retryAfterMs?: number }
  /** May have been sent: never repeat blindly. */
  | { kind: 'uncertain'; reason: SendReason };

/** What an Engine says of a verb about something that exists: repeating one is harmless. */
export type VerbOutcome =
  | { kind: 'done' }
  /** It will never work (too late to edit, not ours). */
  | { kind: 'refused'; reason: SendReason }
  /** Not now. */
  | { kind: 'not-done'; reason: SendReason };

/** What an Engine says when asked for the link into a group. */
export type InviteLinkOutcome = { kind: 'done'; link: string } | Exclude<VerbOutcome, { kind: 'done' }>;
