import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** Who chose what in a poll, and small pictures made of large ones. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;

  await t
    .table(
      schema
        .createTable('vote')
        .addColumn('message', t.number, (c) => c.notNull())
        .addColumn('contact_id', t.number, (c) => c.notNull())
        .addColumn('options', t.text, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('vote_key', ['message', 'contact_id']),
    )
    .execute();
  await schema.createIndex('vote_contact').on('vote').column('contact_id').execute();

  for (const [name, type] of [
    ['small_digest', t.key(64)],
    ['small_size', t.number],
    ['small_due_at', t.number],
  ] as const) {
    await schema.alterTable('media').addColumn(name, type).execute();
  }
  await schema
    .alterTable('media')
    .addColumn('small_tries', t.small, (c) => c.notNull().defaultTo(0))
    .execute();
  await schema.createIndex('media_small_due').on('media').column('small_due_at').execute();
  await schema.createIndex('media_small_digest').on('media').column('small_digest').execute();

  // Pictures that are here already get theirs too, beside everything else.
  const rows = db as unknown as Kysely<{
    media: { state: string; sniffed: string | null; small_due_at: number | null };
  }>;
  await rows
    .updateTable('media')
    .set({ small_due_at: 0 })
    .where('state', '=', 'stored')
    .where('sniffed', 'in', ['image/jpeg', 'image/png', 'image/webp', 'image/gif'])
    .execute();
}
