import type { Tx } from '../database.ts';
import { noteFiles } from './removed-file.ts';
import { removeTexts } from './search.ts';

// The rows of an Inbox that is deleted with everything, so many at a time. Each returns how many it has deleted.

async function oldestOf(
  tx: Tx,
  table: 'message' | 'note' | 'chat' | 'contact',
  inboxId: number,
  limit: number,
): Promise<number[]> {
  const rows = await tx
    .selectFrom(table)
    .select('id')
    .where('inbox_id', '=', inboxId)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** Deletes Messages with all that hangs on them. Their files are noted in the same transaction. Returns how many. */
export async function deleteMessages(tx: Tx, inboxId: number, limit: number, dueAt: number): Promise<number> {
  const ids = await oldestOf(tx, 'message', inboxId, limit);
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

export async function deleteNotes(tx: Tx, inboxId: number, limit: number): Promise<number> {
  const ids = await oldestOf(tx, 'note', inboxId, limit);
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
  const ids = await oldestOf(tx, table, inboxId, limit);
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
  ['profile_picture_check', 'subject'],
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
  'inbox_era',
  'session',
] as const;
const many = [
  'message',
  'note',
  'chat',
  'contact',
  'profile_picture',
  ...loose.map(([table]) => table),
] as const;

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
