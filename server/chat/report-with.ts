import type { Tx } from '../../db/database.ts';
import type { SessionReport } from '../contract/session-state.ts';
import { inTurn, type Context } from './context.ts';
import { applyReports } from './session-report.ts';

/** A report, and what has to be so with it, in one turn of the Inbox. */
export async function reportWith(
  context: Context,
  inboxId: number,
  report: SessionReport,
  also: (tx: Tx) => Promise<void>,
): Promise<void> {
  await inTurn(context, inboxId, async (turn) => {
    await also(turn.tx);
    turn.wrote = true;
    await applyReports(turn, [{ kind: 'session-state', report }]);
  });
}
