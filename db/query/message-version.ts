import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { MessageVersionTable } from '../schema/message.ts';

export type MessageVersionRow = Selectable<MessageVersionTable>;

export async function readVersions(db: Queryable, messages: readonly number[]): Promise<MessageVersionRow[]> {
  if (messages.length === 0) return [];
  return db
    .selectFrom('message_version')
    .selectAll()
    .where('message', 'in', [...new Set(messages)])
    .orderBy('message')
    .orderBy('at')
    .execute();
}

/** Replaces what these Messages said at these times. */
export async function writeVersionRows(db: Queryable, rows: readonly MessageVersionRow[]): Promise<void> {
  for (const { message, at } of rows)
    await db.deleteFrom('message_version').where('message', '=', message).where('at', '=', at).execute();
  if (rows.length > 0)
    await db
      .insertInto('message_version')
      .values([...rows])
      .execute();
}

export async function deleteVersions(db: Queryable, message: number): Promise<void> {
  await db.deleteFrom('message_version').where('message', '=', message).execute();
}
