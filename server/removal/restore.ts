import type { Tx } from '../../db/database.ts';
import { dropRemoval, findRemoval, forgetGoneWebhooks } from '../../db/query/inbox-removal.ts';
import { findInboxRow, updateSessionRow } from '../../db/query/inbox.ts';
import { Problem } from '../contract/problem.ts';
import type { Restoration } from '../contract/removal.ts';
import type { SessionReport } from '../contract/session-state.ts';
import { tellOthers } from './tell-others.ts';

/** As a number is that was never linked: nothing of the old link is left. */
export const broughtBack: SessionReport = { state: 'stopped', code: 'none', action: 'pair-again' };

/**
 * An archived number is in use again, with the engine it had.
 * Keys, links and webhooks that were closed with it stay closed: whoever had one may have lost it since. In the Inbox's
 * turn. Problems: `not-found`; `conflict` when it is not archived, or not yet; `not-supported`
 * when what ran it is not here any more.
 */
export async function markRestored(
  tx: Tx,
  wanted: {
    organisationId: number;
    inboxId: number;
    now: number;
    engines: { has(name: string): boolean };
  },
): Promise<Restoration> {
  const { organisationId, inboxId, now } = wanted;
  const inbox = await findInboxRow(tx, inboxId);
  if (inbox?.organisation_id !== organisationId) throw new Problem('not-found');
  const removal = await findRemoval(tx, inboxId);
  if (!removal) throw new Problem('conflict', 'The number is not archived');
  if (removal.ended_at === 0) throw new Problem('conflict', 'The number is still being archived');
  const { engine } = removal;
  if (engine !== 'none' && !wanted.engines.has(engine))
    throw new Problem('not-supported', `The engine ${engine} is not here any more`);
  await updateSessionRow(tx, inboxId, { engine });
  const webhooks = await forgetGoneWebhooks(tx, inboxId);
  await dropRemoval(tx, inboxId);
  const of = { organisationId, inbox: { id: inboxId, name: inbox.name }, now };
  await tellOthers(tx, of, 'inbox.restored', { restoration: { engine } });
  return { inboxId, engine, webhooks };
}
