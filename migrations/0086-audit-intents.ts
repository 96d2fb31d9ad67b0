import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** Acts that have begun and are not in the audit log yet. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  await t
    .table(
      schema
        .createTable('audit_intent')
        .addColumn('id', t.key(43), (c) => c.primaryKey())
        .addColumn('at', t.number, (c) => c.notNull())
        .addColumn('act', t.text, (c) => c.notNull()),
    )
    .execute();
  await schema.createIndex('audit_intent_at').on('audit_intent').columns(['at']).execute();
}
