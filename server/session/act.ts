import { Problem } from '../contract/problem.ts';
import type { EngineSession } from '../engine/engine.ts';
import type { Act } from './sessions.ts';

/** How long an Agent waits for WhatsApp's yes. */
const longestMs = 20_000;

/** One verb on a live Session. Problems: `session-not-working`, `not-supported`, `refused-by-whatsapp`, `too-late`. */
export async function act(session: EngineSession | undefined, run: Act): Promise<void> {
  if (!session) throw new Problem('session-not-working');
  const asked = run(session, AbortSignal.timeout(longestMs));
  if (!asked) throw new Problem('not-supported');
  const outcome = await asked;
  if (outcome.kind === 'done') return;
  if (outcome.kind === 'not-done') throw new Problem('session-not-working');
  if (outcome.reason === 'too-late' || outcome.reason === 'not-supported') throw new Problem(outcome.reason);
  throw new Problem('refused-by-whatsapp');
}
