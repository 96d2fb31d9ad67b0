import { transact, type Database } from '../../db/database.ts';
import { findInboxRow, findSessionRow } from '../../db/query/inbox.ts';
import {
  disownInbox,
  dropRemoval,
  findRemoval,
  forgetInboxInLists,
  insertRemoval,
  retireConnections,
  retireWebhooks,
  revokeKeys,
} from '../../db/query/inbox-removal.ts';
import { setWanted } from '../../db/query/lease.ts';
import { Problem } from '../contract/problem.ts';
import type { RemovalMode } from '../contract/removal.ts';
import { tellOthers } from './tell-others.ts';

/**
 * The one step that cannot be taken back: in one transaction the number is out of use, and everything that would still let
 * somebody in or out by it (webhooks, what "connect" made, keys, links) is closed. Of one that is deleted the Inbox is
 * nobody's from here on. Returns the API keys that have changed. Problems: `not-found`, `conflict`.
 */
export async function markRemoved(
  db: Database,
  wanted: { organisationId: number; inboxId: number; mode: RemovalMode; name: string; now: number },
): Promise<number[]> {
  const { organisationId, inboxId, mode, now } = wanted;
  return transact(db, async (tx) => {
    // Two admins take turns.
    await tx
      .updateTable('inbox')
      .set((eb) => ({ turns: eb('turns', '+', 1) }))
      .where('id', '=', inboxId)
      .execute();
    const inbox = await findInboxRow(tx, inboxId);
    const session = await findSessionRow(tx, inboxId);
    if (!inbox || !session || inbox.organisation_id !== organisationId) throw new Problem('not-found');
    if (wanted.name.trim() !== inbox.name.trim())
      throw new Problem('conflict', 'The name typed is not the name of this number');
    const before = await findRemoval(tx, inboxId);
    if (before && mode === 'keep') throw new Problem('conflict', 'The number is archived already');
    if (before) await dropRemoval(tx, inboxId);
    const { name } = inbox;
    const number = session.me_address?.replace(/@.*$/, '') ?? before?.number ?? '';
    // What the phone was told when it was archived stays so.
    const phone = before?.phone ?? '';
    await insertRemoval(tx, {
      inbox_id: inboxId,
      organisation_id: organisationId,
      name,
      number,
      mode,
      phone,
      // Of one that is archived its row says it no more.
      engine: before?.engine ?? session.engine,
      begun_at: now,
    });
    await setWanted(tx, inboxId, false);
    await retireWebhooks(tx, inboxId, now);
    const keys = await retireConnections(tx, inboxId, now);
    await revokeKeys(tx, keys, now);
    const told = { organisationId, inbox: { id: inboxId, name }, now };
    await tellOthers(tx, told, 'inbox.removed', { removal: { mode } });
    if (mode === 'delete') {
      keys.push(...(await forgetInboxInLists(tx, organisationId, inboxId, now)));
      await disownInbox(tx, inboxId);
    }
    return keys;
  });
}
