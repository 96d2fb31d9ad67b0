import type { Queryable } from '../database.ts';
import { joinMedia, mediaOfFacts, notHere, type MediaRow, type MediaTold } from './media-facts.ts';
import { updateRows } from './update-rows.ts';

/**
 * Joins what is told into the rows: any order, repetition and batching gives the same rows. The caller holds the Inbox's
 * turn. Returns the Messages of which something that clients see has changed.
 */
export async function upsertMedia(tx: Queryable, told: readonly MediaTold[]): Promise<Set<number>> {
  const changed = new Set<number>();
  const known = new Map((await readMediaOf(tx, [...new Set(told.map((one) => one.message))])).entries());
  const before = new Map(known);
  for (const one of told) {
    const row = known.get(one.message);
    const fresh = mediaOfFacts(one);
    const joined = row ? joinMedia(row, fresh) : fresh;
    if (row && same(row, joined)) continue;
    known.set(one.message, { ...joined, id: row?.id ?? 0, seq: one.seq });
    changed.add(one.message);
  }
  const inserts = [...changed].filter((message) => !before.has(message)).toSorted((a, b) => a - b);
  for (let start = 0; start < inserts.length; start += 50) {
    const rows = inserts.slice(start, start + 50).map((message) => {
      const { id: _, ...row } = known.get(message)!;
      return row;
    });
    await tx.insertInto('media').values(rows).execute();
  }
  const patches = [...changed].flatMap((message) => {
    const row = before.get(message);
    return row ? [{ id: row.id, patch: difference(row, known.get(message)!) }] : [];
  });
  await updateRows(tx, 'media', patches);
  return changed;
}

/** By message. */
export async function readMediaOf(
  db: Queryable,
  messages: readonly number[],
): Promise<Map<number, MediaRow>> {
  const found = new Map<number, MediaRow>();
  for (let start = 0; start < messages.length; start += 500) {
    const rows = await mediaQuery(db, messages.slice(start, start + 500)).execute();
    for (const row of rows) found.set(row.message, row);
  }
  return found;
}

export function mediaQuery(db: Queryable, messages: readonly number[]) {
  return db.selectFrom('media').selectAll().where('message', 'in', messages);
}

/** How long the files of Messages are, by message, where it is known. */
export async function secondsOfMedia(
  db: Queryable,
  messages: readonly number[],
): Promise<Map<number, number | null>> {
  const rows = await db
    .selectFrom('media')
    .select(['message', 'seconds'])
    .where('message', 'in', messages)
    .execute();
  return new Map(rows.map((row) => [row.message, row.seconds]));
}

/** Two Messages turned out to be one: what is known of the file of `gone` goes to `kept`. In the Inbox's turn. */
export async function foldMedia(tx: Queryable, kept: number, gone: number, seq: number): Promise<void> {
  const rows = await readMediaOf(tx, [kept, gone]);
  const [winner, loser] = [rows.get(kept), rows.get(gone)];
  if (!loser) return;
  if (!winner) {
    await tx.updateTable('media').set({ message: kept, seq }).where('id', '=', loser.id).execute();
    return;
  }
  await tx.deleteFrom('media').where('id', '=', loser.id).execute();
  const joined = joinMedia(winner, loser);
  await updateRows(tx, 'media', [{ id: winner.id, patch: { ...difference(winner, joined), seq } }]);
}

/**
 * What a Message's file becomes that takes over the WhatsApp id of another: `its` is the other's, `there` its own. One that
 * was sent from here keeps its file (`isOurs`); any other is WhatsApp's, and has to be fetched anew.
 */
export function changeMedia(
  its: MediaRow,
  there: MediaRow | undefined,
  isOurs: boolean,
): Omit<MediaRow, 'id'> | undefined {
  const { reference, told_gone } = its;
  if (isOurs) {
    if (!there) return undefined;
    const { id: _, ...own } = there;
    return { ...own, reference, told_gone };
  }
  const { id: _, ...told } = its;
  return {
    ...told,
    message: there?.message ?? 0,
    state: reference === null && told_gone === 1 ? 'gone' : 'remote',
    reason: null,
    due_at: null,
    ...notHere,
  };
}

type Values = Omit<MediaRow, 'id' | 'seq'>;

function difference(before: Values, now: Values & { seq?: number }): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(now).filter(
      ([column, value]) => column !== 'id' && value !== before[column as keyof Values],
    ),
  ) as Record<string, string | number | null>;
}

function same(a: MediaRow, b: Values): boolean {
  return Object.keys(difference(a, { ...b, seq: a.seq })).length === 0;
}

export type ServableMedia = MediaRow & { organisation_id: number; revoked_at: number | null };

/** Files with whose they are, and whether their author has taken the Message back. */
export async function readServableMedia(db: Queryable, ids: readonly number[]): Promise<ServableMedia[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('media')
    .innerJoin('message', 'message.id', 'media.message')
    .innerJoin('inbox', 'inbox.id', 'media.inbox_id')
    .selectAll('media')
    .select(['inbox.organisation_id', 'message.revoked_at'])
    .where('media.id', 'in', ids)
    .execute();
}
