import { CompiledQuery, type Selectable } from 'kysely';
import type { Position } from '../../server/contract/wire.ts';
import type { Queryable } from '../database.ts';
import { takesPackets } from '../portable.ts';
import type { InboxTable, SessionEventTable, SessionTable } from '../schema/inbox.ts';
import { later, together } from '../together.ts';
import { beginEra } from './era.ts';

export type InboxRow = Selectable<InboxTable>;
export type SessionRow = Selectable<SessionTable>;

export interface TakenSeq {
  seq: number;
  turns: number;
  /** Of the number before. */
  era: string;
  idStep: number | undefined;
  answers: unknown[][];
}

/**
 * Takes the Inbox's turn: the row lock lasts until commit, so writers of one Inbox follow each other and the order of
 * `seq` is the order of commit. `questions` are asked behind that lock, in the same packet. Returns the new numbers and the
 * answers, and how far apart ids of one insert lie, where statements travel in packets; undefined when there is no such
 * Inbox.
 */
export async function takeSeq(
  db: Queryable,
  inboxId: number,
  questions: readonly CompiledQuery[] = [],
): Promise<TakenSeq | undefined> {
  // A cluster gives each of its servers every n-th id.
  const idStep = takesPackets(db) ? ', @@auto_increment_increment as idStep' : '';
  const step = 'update inbox set seq = seq + 1, turns = turns + 1 where id = ?';
  await later(db, CompiledQuery.raw(step, [inboxId]));
  const [counters, ...answers] = await together<unknown[]>(db, [
    CompiledQuery.raw(`select seq, turns, era${idStep} from inbox where id = ?`, [inboxId]),
    ...questions,
  ]);
  const [row] = counters as { seq: number; turns: number; era: string; idStep?: number }[];
  return row && { seq: row.seq, turns: row.turns, era: row.era, idStep: row.idStep, answers };
}

/** A further number within a turn, or the one it took back. */
export async function stepSeq(db: Queryable, inboxId: number, step = 1): Promise<number | undefined> {
  await later(
    db,
    db
      .updateTable('inbox')
      .set((eb) => ({ seq: eb('seq', '+', step) }))
      .where('id', '=', inboxId),
  );
  return readSeq(db, inboxId);
}

export async function readSeq(db: Queryable, inboxId: number): Promise<number | undefined> {
  const row = await db.selectFrom('inbox').select('seq').where('id', '=', inboxId).executeTakeFirst();
  return row?.seq;
}

/** How far the Inbox has counted, and in which history. */
export function readHead(db: Queryable, inboxId: number): Promise<Position | undefined> {
  return db.selectFrom('inbox').select(['seq', 'era']).where('id', '=', inboxId).executeTakeFirst();
}

export async function insertInbox(
  db: Queryable,
  row: { organisationId: number; name: string; engine: string; upstream: string; at: number },
): Promise<number> {
  const inserted = await db
    .insertInto('inbox')
    .values({ organisation_id: row.organisationId, name: row.name, seq: 1, row_seq: 1, created_at: row.at })
    .executeTakeFirstOrThrow();
  const id = Number(inserted.insertId);
  await beginEra(db, id, 0);
  await db
    .insertInto('session')
    .values({
      inbox_id: id,
      engine: row.engine,
      upstream: row.upstream,
      wanted: 0,
      state: 'stopped',
      code: 'none',
      action: 'none',
      since: row.at,
      me_address: null,
      me_name: '',
      progress: null,
      pairing: null,
      lease_owner: null,
      lease_epoch: 0,
      lease_until: 0,
      caught_up_at: 0,
      seq: 1,
    })
    .execute();
  return id;
}

/** What people call it, changed with this number of the Inbox's counter. */
export async function renameInbox(db: Queryable, inboxId: number, name: string, seq: number): Promise<void> {
  await db.updateTable('inbox').set({ name, row_seq: seq }).where('id', '=', inboxId).execute();
}

export function findInboxRow(db: Queryable, inboxId: number): Promise<InboxRow | undefined> {
  return db.selectFrom('inbox').selectAll().where('id', '=', inboxId).executeTakeFirst();
}

export function listInboxRows(db: Queryable, organisationId: number): Promise<InboxRow[]> {
  return db
    .selectFrom('inbox')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('id')
    .execute();
}

export function findSessionRow(db: Queryable, inboxId: number): Promise<SessionRow | undefined> {
  return db.selectFrom('session').selectAll().where('inbox_id', '=', inboxId).executeTakeFirst();
}

export function listSessionRows(db: Queryable, inboxIds: number[]): Promise<SessionRow[]> {
  if (inboxIds.length === 0) return Promise.resolve([]);
  return db.selectFrom('session').selectAll().where('inbox_id', 'in', inboxIds).execute();
}

export async function updateSessionRow(
  db: Queryable,
  inboxId: number,
  patch: Partial<Omit<SessionRow, 'inbox_id'>>,
): Promise<void> {
  await db.updateTable('session').set(patch).where('inbox_id', '=', inboxId).execute();
}

export async function insertSessionEvents(
  db: Queryable,
  rows: Omit<Selectable<SessionEventTable>, 'id'>[],
): Promise<void> {
  if (rows.length > 0) await db.insertInto('session_event').values(rows).execute();
}

/** Of all Organisations. */
export async function listInboxIds(db: Queryable): Promise<number[]> {
  return (await db.selectFrom('inbox').select('id').execute()).map((row) => row.id);
}
