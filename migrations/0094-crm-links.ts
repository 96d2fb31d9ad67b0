import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** Which record of the CRM a person is, said by an Agent for all of them. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  await t
    .table(
      db.schema
        .createTable('crm_link')
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('phone', t.key(20), (c) => c.notNull())
        .addColumn('contact_id', t.number, (c) => c.notNull())
        .addColumn('record_type', t.key(60), (c) => c.notNull())
        .addColumn('record_id', t.key(100), (c) => c.notNull())
        .addColumn('name', t.name(200), (c) => c.notNull())
        .addColumn('url', t.text)
        .addColumn('agent_id', t.number, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('crm_link_of', ['organisation_id', 'phone']),
    )
    .execute();
}
