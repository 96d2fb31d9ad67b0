import { z } from 'zod';
import { sessionState } from '../contract/session-state.ts';
import type { Inbox, Session } from '../contract/wire.ts';
import { sumFigures, type Figures, type SessionHealth } from '../session/sessions.ts';

const trouble = z.object({ at: z.number(), code: z.string(), message: z.string() });

/** Times in ms; what has not been is null. */
export const sessionHealth = z.object({
  state: sessionState,
  breaker: z.enum(['closed', 'open', 'half-open']),
  /** Failures in a row. */
  failures: z.int(),
  retryAt: z.number().nullable(),
  engineVersion: z.string(),
  connectedAt: z.number().nullable(),
  lastAction: z.object({ what: z.string(), at: z.number() }).nullable(),
  /** The last look at the live link. */
  lookedAt: z.number().nullable(),
  roundTripMs: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  connects: z.int(),
  disconnects: z.int(),
  reconnects: z.int(),
  failedReconnects: z.int(),
  qrCodes: z.int(),
  pairingCodes: z.int(),
  sent: z.int(),
  received: z.int(),
  errors: z.int(),
  lastError: trouble.nullable(),
});

export function healthOf(
  session: Session,
  health: SessionHealth | undefined,
  figures: Figures | undefined,
): z.input<typeof sessionHealth> {
  const { breakerOpened: _, lastError, ...counts } = sumFigures(figures ? [figures] : []);
  return {
    state: session.state,
    breaker: health?.breaker ?? 'closed',
    failures: health?.failures ?? 0,
    retryAt: session.retryAt ?? null,
    engineVersion: health?.engineVersion ?? '',
    connectedAt: health?.connectedAt ?? null,
    lastAction: health?.lastAction ?? null,
    lookedAt: health?.lookedAt ?? null,
    roundTripMs: health?.roundTripMs ?? null,
    memoryBytes: health?.memoryBytes ?? null,
    ...counts,
    lastError: lastError ?? null,
  };
}

/** Under the names the predecessor's session pool had. */
export const poolFigures = z.object({
  totalSessions: z.int(),
  activeConnections: z.int(),
  failedReconnects: z.int(),
  messagesSent: z.int(),
  messagesReceived: z.int(),
  qrCodesGenerated: z.int(),
  errors: z.int(),
  lastError: trouble.nullable(),
});

export function poolFiguresOf(
  inboxes: readonly Inbox[],
  figures: ReadonlyMap<number, Figures>,
): z.input<typeof poolFigures> {
  const ours = inboxes.filter(({ session }) => session.engine !== 'none');
  const sum = sumFigures(ours.flatMap(({ id }) => figures.get(id) ?? []));
  return {
    totalSessions: ours.length,
    activeConnections: ours.filter(
      ({ session }) => session.state === 'working' || session.state === 'degraded',
    ).length,
    failedReconnects: sum.failedReconnects,
    messagesSent: sum.sent,
    messagesReceived: sum.received,
    qrCodesGenerated: sum.qrCodes,
    errors: sum.errors,
    lastError: sum.lastError ?? null,
  };
}
