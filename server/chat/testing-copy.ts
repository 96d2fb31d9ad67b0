import { sql } from 'kysely';
import type { Database } from '../../db/database.ts';
import { dialectOf } from '../../db/portable.ts';

const tables = [
  ...(['inbox', 'inbox_era', 'session', 'address', 'contact', 'chat', 'message'] as const),
  ...(['endpoint_event', 'endpoint_delivery', 'endpoint_progress', 'endpoint_told'] as const),
];
const numbered = ['contact', 'chat', 'message', 'endpoint_event'] as const;
type Row = Record<string, unknown>;
type Copy = ReadonlyMap<(typeof tables)[number], Row[]>;

/** What a backup of the database holds, as far as what is heard and told goes. */
export async function copyOf(db: Database): Promise<Copy> {
  const copy = new Map<(typeof tables)[number], Row[]>();
  for (const table of tables) {
    const { rows } = await sql<Row>`select * from ${sql.table(table)}`.execute(db);
    // MySQL has a column that follows from another.
    const stored = rows.map(({ is_unread: _, ...row }) => row);
    copy.set(table, stored);
  }
  return copy;
}

/** The database as it was when the copy was made: ids are given again, as they would be. */
export async function bringBack(db: Database, copy: Copy): Promise<void> {
  for (const table of tables.toReversed()) await sql`delete from ${sql.table(table)}`.execute(db);
  if (dialectOf(db) === 'mysql')
    for (const table of numbered) await sql`alter table ${sql.table(table)} auto_increment = 1`.execute(db);
  else await sql`delete from sqlite_sequence where name in (${sql.join(numbered)})`.execute(db);
  for (const [table, rows] of copy) {
    if (rows.length === 0) continue;
    await db
      .insertInto(table as 'message')
      .values(rows as never)
      .execute();
  }
}
