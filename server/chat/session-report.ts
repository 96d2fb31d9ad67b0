import {
  findSessionRow,
  insertSessionEvents,
  updateSessionRow,
  type SessionRow,
} from '../../db/query/inbox.ts';
import { toAddress, type Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { SessionReport } from '../contract/session-state.ts';
import type { Turn } from './turn.ts';

/** What a report says of our own number, as facts like any other. */
export function factsOfReport(report: SessionReport): EngineEvent[] {
  const phone = toAddress(report.me?.address);
  const lid = toAddress(report.me?.lid);
  const facts: EngineEvent[] = [];
  if (phone) facts.push({ kind: 'contact', address: phone, isMe: true });
  if (phone?.endsWith('@c.us') && lid?.endsWith('@lid')) facts.push({ kind: 'address-pair', lid, phone });
  return facts;
}

/**
 * Writes the Session's row and the log of its life. Reports count in the order they came; one that says when it was so
 * (`at`) is no news when it is older than what stands.
 */
export async function applyReports(turn: Turn, events: readonly EngineEvent[]): Promise<void> {
  const reports = events.flatMap((event) => (event.kind === 'session-state' ? [event.report] : []));
  if (reports.length === 0) return;
  const before = await findSessionRow(turn.tx, turn.inboxId);
  if (!before) return;
  const row = { ...before };
  const log = [];
  let reported = !isAsMade(before);
  for (const report of reports) {
    const when = Math.min(report.at ?? turn.now, turn.now);
    if (when < row.since && report.at !== undefined && reported) continue;
    reported = true;
    if (report.state !== row.state || report.code !== row.code || isNews(report)) {
      const { trace } = report;
      log.push({
        inbox_id: turn.inboxId,
        at: when,
        state: report.state,
        code: report.code,
        action: report.action,
        detail: (report.detail ?? '').slice(0, 1_000).toWellFormed(),
        lasted: Math.max(0, when - row.since),
        event: report.event ?? 'state',
        number: (trace?.number ?? '').slice(0, 40),
        engine: trace?.engine ?? row.engine,
        engine_version: (trace?.engineVersion ?? '').slice(0, 120).toWellFormed(),
        connected_ms: trace?.connectedMs ?? null,
        last_action: trace?.lastAction ?? '',
        last_action_at: trace?.lastActionAt ?? null,
      });
      if (report.state !== row.state || report.code !== row.code) row.since = when;
    }
    take(row, report);
  }
  const patch = Object.fromEntries(
    Object.entries(row).filter(([column, value]) => value !== before[column as keyof SessionRow]),
  );
  if (Object.keys(patch).length === 0 && log.length === 0) return;
  await updateSessionRow(turn.tx, turn.inboxId, { ...patch, seq: turn.seq });
  await insertSessionEvents(turn.tx, log);
  turn.visible = true;
  turn.reported = true;
}

/** As it was inserted with its Inbox: nothing has been reported yet, whatever the clocks say. */
function isAsMade(row: SessionRow): boolean {
  return row.seq === 1 && row.state === 'stopped' && row.code === 'none';
}

/** Of interest although the state is the same: a further code, the breaker, a restart on purpose. */
function isNews(report: SessionReport): boolean {
  return report.event !== undefined && !ofTheState.has(report.event);
}
const ofTheState: ReadonlySet<string> = new Set(['state', 'connected', 'disconnected', 'failed']);

function take(row: SessionRow, report: SessionReport): void {
  row.state = report.state;
  row.code = report.code;
  row.action = report.action;
  row.retry_at = report.retryAt ?? 0;
  row.progress =
    report.state === 'syncing' && report.progress !== undefined ? percent(report.progress) : null;
  // That there is one, and until when: its value is known to whoever runs the Session, and written nowhere.
  if (report.state !== 'pairing') row.pairing = null;
  else if (report.pairing) row.pairing = JSON.stringify({ ...report.pairing, value: '' });
  if (report.me) {
    row.me_address = (toAddress(report.me.address) as Address | undefined) ?? null;
    row.me_name = report.me.name.slice(0, 200).toWellFormed();
  }
  if (report.state === 'logged-out') {
    row.me_address = null;
    row.me_name = '';
  }
}

function percent(value: number): number {
  return Math.min(100, Math.max(0, Math.round(value)));
}
