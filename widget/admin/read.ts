import type { Endpoint, EndpointDelivery } from '../../server/contract/outgoing.ts';
import type { Agent } from '../../server/contract/wire.ts';
import { record, type Guard } from '../app/link/decode.ts';

type Kind = 'number' | 'string' | 'boolean' | 'object';

/** A guard that looks at what the page would break on; further fields are let through, so newer servers do no harm. */
export function reader<T>(fields: Partial<Record<keyof T, Kind>>): Guard<T> {
  const entries = Object.entries(fields) as [string, Kind][];
  return (value): value is T =>
    value !== null &&
    typeof value === 'object' &&
    entries.every(([name, kind]) => typeof (value as Record<string, unknown>)[name] === kind);
}

/** The sound rows of `{ list }`. */
export function listOf<T>(answer: unknown, guard: Guard<T>): T[] {
  const { list } = record(answer);
  return Array.isArray(list) ? list.filter(guard) : [];
}

/** One answer, or an error that says the server speaks another language. */
export function one<T>(answer: unknown, guard: Guard<T>): T {
  if (!guard(answer)) throw new Error('an answer this page does not know');
  return answer;
}

export const isAgent = reader<Agent>({
  id: 'number',
  email: 'string',
  name: 'string',
  role: 'string',
  disabled: 'boolean',
});

/** What `saveSettings` keeps, the key untold. */
export interface RemoteServer {
  url: string;
  hasKey: boolean;
}
export const isRemoteServer = reader<RemoteServer>({ url: 'string', hasKey: 'boolean' });

/** With the last sign of life of their newest sign-in, ms; 0: none is open. */
export interface SeenAgent extends Agent {
  lastSeenAt: number;
}
export const isSeenAgent = reader<SeenAgent>({
  id: 'number',
  email: 'string',
  name: 'string',
  role: 'string',
  disabled: 'boolean',
  lastSeenAt: 'number',
});

/** One change of a Session. */
export interface SessionChange {
  id: number;
  at: number;
  state: string;
  code: string;
  action: string;
  detail: string;
  /** What kind of news: `connected`, `qr`, `breaker-opened` …; absent on servers from before it. */
  event?: string;
  lastedMs: number;
  /** Since it last connected, ms. */
  connectedMs?: number | null;
  /** WhatsApp’s own number for the trouble. */
  status?: number | null;
}
export const isSessionChange = reader<SessionChange>({
  id: 'number',
  at: 'number',
  state: 'string',
  code: 'string',
  detail: 'string',
  lastedMs: 'number',
});

export const isEndpoint = reader<Endpoint>({
  id: 'number',
  url: 'string',
  description: 'string',
  events: 'object',
  state: 'string',
  lastOkAt: 'number',
  failures: 'number',
  waiting: 'number',
  dead: 'number',
});
export const isDelivery = reader<EndpointDelivery>({
  id: 'number',
  webhookId: 'string',
  type: 'string',
  state: 'string',
  at: 'number',
  dueAt: 'number',
  attempts: 'object',
});
export const isMadeSecret = reader<{ secret: string }>({ secret: 'string' });

/** A key with which a host page vouches for its users. */
export interface EmbedKey {
  id: number;
  kid: string;
  name: string;
  algorithm: string;
  issuer: string;
  makesAgents: boolean;
  createdAt: number;
  lastUsedAt: number;
  endsAt: number;
}
export const isEmbedKey = reader<EmbedKey>({
  id: 'number',
  kid: 'string',
  name: 'string',
  algorithm: 'string',
  createdAt: 'number',
  lastUsedAt: 'number',
  endsAt: 'number',
});

/** One sign-in of a person. */
export interface SignIn {
  id: string;
  origin: string;
  userAgent: string;
  createdAt: number;
  lastSeenAt: number;
  current?: boolean;
}
export const isSignIn = reader<SignIn>({
  id: 'string',
  userAgent: 'string',
  createdAt: 'number',
  lastSeenAt: 'number',
});
