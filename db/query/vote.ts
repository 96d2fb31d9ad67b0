import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { VoteTable } from '../schema/message.ts';

export type VoteRow = Selectable<VoteTable>;

export async function readVotes(db: Queryable, messages: readonly number[]): Promise<VoteRow[]> {
  return messages.length === 0 ? [] : votesQuery(db, [...new Set(messages)]).execute();
}

export function votesQuery(db: Queryable, messages: readonly number[]) {
  return db
    .selectFrom('vote')
    .selectAll()
    .where('message', 'in', messages)
    .orderBy('message')
    .orderBy('at')
    .orderBy('contact_id');
}

/** Replaces the votes of these people in their polls. */
export async function writeVoteRows(db: Queryable, rows: readonly VoteRow[]): Promise<void> {
  for (const row of rows) {
    await db
      .deleteFrom('vote')
      .where('message', '=', row.message)
      .where('contact_id', '=', row.contact_id)
      .execute();
  }
  for (let start = 0; start < rows.length; start += 200) {
    await db
      .insertInto('vote')
      .values(rows.slice(start, start + 200))
      .execute();
  }
}

export function votesOfContact(db: Queryable, contactId: number): Promise<VoteRow[]> {
  return db.selectFrom('vote').selectAll().where('contact_id', '=', contactId).execute();
}

export async function deleteVotesOfContact(db: Queryable, contactId: number): Promise<void> {
  await db.deleteFrom('vote').where('contact_id', '=', contactId).execute();
}

export async function deleteVotes(db: Queryable, message: number): Promise<void> {
  await db.deleteFrom('vote').where('message', '=', message).execute();
}
