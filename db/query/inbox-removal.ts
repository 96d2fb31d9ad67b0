import type { Selectable } from 'kysely';
import type { Queryable, Tx } from '../database.ts';
import type { InboxRemovalTable } from '../schema/removal.ts';
import { removeTexts } from './search.ts';

export type InboxRemovalRow = Selectable<InboxRemovalTable>;

export async function insertRemoval(
  db: Queryable,
  row: Pick<
    InboxRemovalRow,
    'inbox_id' | 'organisation_id' | 'name' | 'number' | 'mode' | 'phone' | 'begun_at'
  >,
): Promise<void> {
  await db.insertInto('inbox_removal').values(row).execute();
}

export function findRemoval(db: Queryable, inboxId: number): Promise<InboxRemovalRow | undefined> {
  return db.selectFrom('inbox_removal').selectAll().where('inbox_id', '=', inboxId).executeTakeFirst();
}

export async function dropRemoval(db: Queryable, inboxId: number): Promise<void> {
  await db.deleteFrom('inbox_removal').where('inbox_id', '=', inboxId).execute();
}

/** Newest first. */
export function listRemovals(db: Queryable, organisationId: number): Promise<InboxRemovalRow[]> {
  return db
    .selectFrom('inbox_removal')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('begun_at', 'desc')
    .orderBy('inbox_id', 'desc')
    .limit(100)
    .execute();
}

/** What is not done yet, of all Organisations, the oldest first. */
export function openRemovals(db: Queryable): Promise<InboxRemovalRow[]> {
  return db
    .selectFrom('inbox_removal')
    .selectAll()
    .where('ended_at', '=', 0)
    .orderBy('begun_at')
    .orderBy('inbox_id')
    .execute();
}

export async function updateRemoval(
  db: Queryable,
  inboxId: number,
  change: Partial<Pick<InboxRemovalRow, 'phone' | 'messages' | 'ended_at'>>,
): Promise<void> {
  await db.updateTable('inbox_removal').set(change).where('inbox_id', '=', inboxId).execute();
}

/** The Inbox is nobody's from now on: every door that asks whose it is finds nobody. */
export async function disownInbox(db: Queryable, inboxId: number): Promise<void> {
  await db.updateTable('inbox').set({ organisation_id: 0 }).where('id', '=', inboxId).execute();
}

/** Nothing comes in by its webhooks any more; their names are kept, to say why. Secrets go. */
export async function retireWebhooks(db: Queryable, inboxId: number, at: number): Promise<void> {
  const rows = await db
    .selectFrom('webhook')
    .select(['dialect', 'session'])
    .where('inbox_id', '=', inboxId)
    .execute();
  for (const { dialect, session } of rows) {
    const same = { dialect, session };
    await db
      .deleteFrom('webhook_gone')
      .where('dialect', '=', dialect)
      .where('session', '=', session)
      .execute();
    await db
      .insertInto('webhook_gone')
      .values({ ...same, gone_at: at })
      .execute();
  }
  await db.deleteFrom('webhook').where('inbox_id', '=', inboxId).execute();
}

/** Whether a webhook of that name fed an Inbox that was taken out of use. */
export async function isWebhookGone(db: Queryable, dialect: string, session: string): Promise<boolean> {
  const row = await db
    .selectFrom('webhook_gone')
    .select('gone_at')
    .where('dialect', '=', dialect)
    .where('session', '=', session)
    .executeTakeFirst();
  return row !== undefined;
}

/** Links for the phone's owner and what "connect" has made of it. Returns the keys that were made with it. */
export async function retireConnections(db: Queryable, inboxId: number, at: number): Promise<number[]> {
  const rows = await db
    .selectFrom('connection')
    .select('api_key_id')
    .where('inbox_id', '=', inboxId)
    .execute();
  await db.deleteFrom('connection').where('inbox_id', '=', inboxId).execute();
  await db
    .updateTable('connect_link')
    .set({ ended_at: at, ended_by: 'revoked' })
    .where('inbox_id', '=', inboxId)
    .where('ended_at', '=', 0)
    .execute();
  return rows.map((row) => row.api_key_id);
}

/**
 * Takes an Inbox out of the lists of keys and endpoints that name it; a key left without any is revoked (an empty list is
 * not "all"). Returns the keys that have changed.
 */
export async function forgetInboxInLists(
  db: Queryable,
  organisationId: number,
  inboxId: number,
  at: number,
): Promise<number[]> {
  const changed: number[] = [];
  for (const table of ['api_key', 'endpoint'] as const) {
    const rows = await db
      .selectFrom(table)
      .select(['id', 'inboxes'])
      .where('organisation_id', '=', organisationId)
      .where('inboxes', 'is not', null)
      .execute();
    for (const { id, inboxes } of rows) {
      const ids = JSON.parse(inboxes ?? '[]') as number[];
      if (!ids.includes(inboxId)) continue;
      const left = ids.filter((one) => one !== inboxId);
      const change = { inboxes: JSON.stringify(left) };
      if (table === 'endpoint') {
        await db.updateTable('endpoint').set(change).where('id', '=', id).execute();
        continue;
      }
      await db.updateTable('api_key').set(change).where('id', '=', id).execute();
      if (left.length === 0) await revokeKeys(db, [id], at);
      changed.push(id);
    }
  }
  return changed;
}

export async function revokeKeys(db: Queryable, ids: readonly number[], at: number): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('api_key')
    .set({ revoked_at: at })
    .where('id', 'in', ids)
    .where('revoked_at', '=', 0)
    .execute();
}

/** Deletes Messages with all that hangs on them. Their files are noted in the same transaction. Returns how many. */
export async function deleteMessages(tx: Tx, inboxId: number, limit: number, dueAt: number): Promise<number> {
  const rows = await tx
    .selectFrom('message')
    .select('id')
    .where('inbox_id', '=', inboxId)
    .orderBy('seq')
    .limit(limit)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return 0;
  const files = await tx
    .selectFrom('media')
    .select(['digest', 'small_digest'])
    .where('message', 'in', ids)
    .execute();
  await noteFiles(
    tx,
    files.flatMap((file) => [file.digest ?? [], file.small_digest ?? []].flat()),
    dueAt,
  );
  const texts = await tx
    .selectFrom('message_text')
    .select(['item', 'doc'])
    .where('item', 'in', ids)
    .execute();
  if (texts.length > 0) await removeTexts(tx, 'message', texts);
  const hanging = [
    'reaction',
    'receipt',
    'vote',
    'message_version',
    'delivery',
    'media',
    'endpoint_told',
  ] as const;
  for (const table of hanging) await tx.deleteFrom(table).where('message', 'in', ids).execute();
  await tx.deleteFrom('message').where('id', 'in', ids).execute();
  return ids.length;
}

async function noteFiles(tx: Tx, digests: readonly string[], dueAt: number): Promise<void> {
  const wanted = [...new Set(digests)];
  if (wanted.length === 0) return;
  const known = await tx.selectFrom('removed_file').select('digest').where('digest', 'in', wanted).execute();
  const isKnown = new Set(known.map((row) => row.digest));
  const fresh = wanted.filter((digest) => !isKnown.has(digest));
  if (fresh.length === 0) return;
  await tx
    .insertInto('removed_file')
    .values(fresh.map((digest) => ({ digest, due_at: dueAt })))
    .execute();
}

export async function dueFiles(db: Queryable, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('removed_file')
    .select('digest')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.digest);
}

export async function forgetFile(db: Queryable, digest: string): Promise<void> {
  await db.deleteFrom('removed_file').where('digest', '=', digest).execute();
}

export async function putOffFile(db: Queryable, digest: string, dueAt: number): Promise<void> {
  await db.updateTable('removed_file').set({ due_at: dueAt }).where('digest', '=', digest).execute();
}

export async function deleteNotes(tx: Tx, inboxId: number, limit: number): Promise<number> {
  const rows = await tx
    .selectFrom('note')
    .select('id')
    .where('inbox_id', '=', inboxId)
    .orderBy('seq')
    .limit(limit)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return 0;
  const texts = await tx.selectFrom('note_text').select(['item', 'doc']).where('item', 'in', ids).execute();
  if (texts.length > 0) await removeTexts(tx, 'note', texts);
  await tx.deleteFrom('note').where('id', 'in', ids).execute();
  return ids.length;
}

/** What the index of words holds although its Message or note is gone: somebody was just following it. */
export async function deleteTexts(tx: Tx, inboxId: number, limit: number): Promise<number> {
  for (const kind of ['message', 'note'] as const) {
    const rows = await tx
      .selectFrom(`${kind}_text`)
      .select(['item', 'doc'])
      .where('inbox_id', '=', inboxId)
      .limit(limit)
      .execute();
    if (rows.length === 0) continue;
    await removeTexts(tx, kind, rows);
    return rows.length;
  }
  return 0;
}

/** Chats with their members, labels and names in notes; or Contacts. Returns how many. */
export async function deletePeople(
  tx: Tx,
  table: 'chat' | 'contact',
  inboxId: number,
  limit: number,
): Promise<number> {
  const rows = await tx
    .selectFrom(table)
    .select('id')
    .where('inbox_id', '=', inboxId)
    .orderBy('seq')
    .limit(limit)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return 0;
  if (table === 'chat') {
    for (const hanging of ['member', 'chat_label', 'note_mention'] as const)
      await tx.deleteFrom(hanging).where('chat_id', 'in', ids).execute();
  }
  await tx.deleteFrom(table).where('id', 'in', ids).execute();
  return ids.length;
}

/** What waits to be told to others of this Inbox, and what has been; but not that it is gone. Returns how many. */
export async function deleteOutgoing(tx: Tx, inboxId: number, limit: number): Promise<number> {
  const rows = await tx
    .selectFrom('endpoint_event')
    .select('id')
    .where('inbox_id', '=', inboxId)
    .where('type', '<>', 'inbox.removed')
    .orderBy('id')
    .limit(limit)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return 0;
  const deliveries = await tx
    .selectFrom('endpoint_delivery')
    .select('id')
    .where('event', 'in', ids)
    .execute();
  if (deliveries.length > 0) {
    const of = deliveries.map((row) => row.id);
    await tx.deleteFrom('endpoint_attempt').where('delivery', 'in', of).execute();
    await tx.deleteFrom('endpoint_delivery').where('id', 'in', of).execute();
  }
  await tx.deleteFrom('endpoint_event').where('id', 'in', ids).execute();
  return ids.length;
}

/** Rows that hang on the Inbox alone: deleted by the hundred, in the order of their keys. */
const loose = [
  ['address', 'value'],
  ['early', 'id'],
  ['number_check', 'phone'],
  ['session_event', 'id'],
] as const;

export async function deleteLoose(tx: Tx, inboxId: number, limit: number): Promise<number> {
  for (const [table, key] of loose) {
    const rows = await tx
      .selectFrom(table)
      .select(key as never)
      .where('inbox_id', '=', inboxId)
      .orderBy(key as never)
      .limit(limit)
      .execute();
    const keys = rows.map((row) => (row as Record<string, string | number>)[key]!);
    if (keys.length === 0) continue;
    await tx
      .deleteFrom(table)
      .where('inbox_id', '=', inboxId)
      .where(key as never, 'in', keys as never)
      .execute();
    return keys.length;
  }
  return 0;
}

const few = [
  'inbox_agent',
  'session_key',
  'session_archive',
  'session_archive_part',
  'backfill',
  'connect_link',
  'search_progress',
  'endpoint_progress',
  'session',
] as const;
const many = ['message', 'note', 'chat', 'contact', ...loose.map(([table]) => table)] as const;

/**
 * The last step: the Inbox itself. Its row is locked first, so whoever writes to it has either written before, and is seen
 * here, or finds no Inbox. False: something has been written since; nothing is done.
 */
export async function deleteInboxRow(tx: Tx, inboxId: number): Promise<boolean> {
  await tx
    .updateTable('inbox')
    .set((eb) => ({ turns: eb('turns', '+', 1) }))
    .where('id', '=', inboxId)
    .execute();
  for (const table of many) {
    const left = await tx
      .selectFrom(table)
      .select('inbox_id')
      .where('inbox_id', '=', inboxId)
      .limit(1)
      .executeTakeFirst();
    if (left) return false;
  }
  for (const table of few) await tx.deleteFrom(table).where('inbox_id', '=', inboxId).execute();
  await tx.deleteFrom('inbox').where('id', '=', inboxId).execute();
  return true;
}
