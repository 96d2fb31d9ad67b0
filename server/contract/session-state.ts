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
  /** The circuit breaker is open: nothing is tried until `retryAt`. */
  'too-many-failures',
  /** What the link was kept in cannot be opened here: another key, or not what was written. */
  'credentials-unreadable',
  /** An admin has taken the number out of use: what was written can be read, and nothing else. */
  'number-archived',
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
  /** Until when nothing is tried, ms; with `too-many-failures`. */
  retryAt?: number;
  /** What kind of news it is for the log of the Session's life; engines leave it to the host, but `incomplete`. */
  event?: SessionEventKind;
  /** What stood around it; the host's. */
  trace?: SessionTrace;
}

/** What a row of the Session's log is about. */
export const sessionEventKinds = [
  'state',
  'connected',
  'disconnected',
  /** A start, or a start again, that did not get as far as working. */
  'failed',
  'qr',
  'pairing-code',
  'breaker-opened',
  'breaker-half-open',
  'breaker-closed',
  'planned-restart',
  /** Something the phone sent could not be read, however often it was tried: it is missing here. */
  'incomplete',
] as const;
export type SessionEventKind = (typeof sessionEventKinds)[number];

/** What helps to find a pattern in disconnects. */
export interface SessionTrace {
  /** Of our own; '' while it is not known. */
  number: string;
  engine: string;
  /** Library and page, as the engine says it; '' while it is not known. */
  engineVersion: string;
  /** Since it last connected, ms; undefined when it has not since the process began. */
  connectedMs?: number;
  /** What was last asked of it or heard from it: a word for the kind, never what was said. */
  lastAction: string;
  lastActionAt?: number;
}

export const sessionState = z.enum(sessionStates);
export const sessionCode = z.enum(sessionCodes);
export const sessionAction = z.enum(sessionActions);
export const sessionEventKind = z.enum(sessionEventKinds);

/** The states in which an outgoing Message can leave. */
export function canSend(state: SessionState): boolean {
  return state === 'working' || state === 'degraded';
}

/** The number WhatsApp's own libraries give this trouble; undefined where they have none. */
export function statusOf(code: SessionCode): number | undefined {
  return statuses[code];
}
const statuses: Partial<Record<SessionCode, number>> = {
  'no-internet': 428,
  'no-browser': 500,
  'browser-crashed': 500,
  'page-crashed': 500,
  'not-responding': 408,
  'start-timeout': 408,
  'qr-expired': 408,
  'logged-out-on-phone': 401,
  'unlinked-by-agent': 401,
  'taken-over': 440,
  'phone-offline': 503,
  outdated: 405,
  restricted: 403,
  'engine-error': 500,
  'too-many-failures': 503,
  'credentials-unreadable': 500,
};
