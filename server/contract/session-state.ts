import { z } from 'zod';

/** The states of a Session's life, in the order a healthy start goes through them. */
export const sessionStates = [
  'stopped',
  'starting',
  'pairing',
  'syncing',
  'working',
  'degraded',
  'lost',
  'logged-out',
  'failed',
] as const;
export type SessionState = (typeof sessionStates)[number];

/** Why the Session is in its state. Closed list; the widget has a text for each. */
export const sessionCodes = [
  'none',
  'no-internet',
  'no-browser',
  'browser-crashed',
  'page-crashed',
  'not-responding',
  'start-timeout',
  'qr-expired',
  'logged-out-on-phone',
  'unlinked-by-agent',
  'taken-over',
  'phone-offline',
  'outdated',
  'restricted',
  'extra-step-on-phone',
  'pairing-code-refused',
  'engine-error',
] as const;
export type SessionCode = (typeof sessionCodes)[number];

/** What a person can do about it. */
export const sessionActions = [
  'none',
  'wait',
  'retry',
  'pair-again',
  'open-phone',
  'update',
  'extra-step-on-phone',
  'ask-operator',
] as const;
export type SessionAction = (typeof sessionActions)[number];

/** What is shown to the person who links: a QR code's text or an eight-letter code. Never logged, never in a URL. */
export interface Pairing {
  kind: 'qr' | 'code';
  value: string;
  /** Milliseconds since 1970. */
  issuedAt: number;
  expiresAt: number;
  /** 1 for the first one of this attempt. */
  turn: number;
}

/** An Engine's report of its own state. */
export interface SessionReport {
  /** When it was so (ms), from sources whose reports may come late: an older one than the last known is no news. */
  at?: number;
  state: SessionState;
  code: SessionCode;
  action: SessionAction;
  /** For operators' logs; no secrets, no message text. */
  detail?: string;
  pairing?: Pairing;
  /** 0…100 while syncing. */
  progress?: number;
  me?: { address: string; lid?: string; name: string };
  engineVersion?: string;
}

export const sessionState = z.enum(sessionStates);
export const sessionCode = z.enum(sessionCodes);
export const sessionAction = z.enum(sessionActions);

/** The states in which an outgoing Message can leave. */
export function canSend(state: SessionState): boolean {
  return state === 'working' || state === 'degraded';
}
