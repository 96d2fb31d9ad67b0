import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/**
 * Inboxes that were taken out of use, and how far that has got; files that may have become nobody's with them; and the
 * names of webhooks that fed them. Never edit this file: add a new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  await t
    .table(
      schema
        .createTable('inbox_removal')
        .addColumn('inbox_id', t.number, (c) => c.primaryKey())
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('name', t.name(200), (c) => c.notNull())
        .addColumn('number', t.key(40), (c) => c.notNull())
        .addColumn('mode', t.key(10), (c) => c.notNull())
        .addColumn('phone', t.key(12), (c) => c.notNull().defaultTo(''))
        .addColumn('messages', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('begun_at', t.number, (c) => c.notNull())
        .addColumn('ended_at', t.number, (c) => c.notNull().defaultTo(0)),
    )
    .execute();
  await schema
    .createIndex('inbox_removal_organisation')
    .on('inbox_removal')
    .columns(['organisation_id', 'begun_at'] as never[])
    .execute();
  await t
    .table(
      schema
        .createTable('removed_file')
        .addColumn('digest', t.key(64), (c) => c.primaryKey())
        .addColumn('due_at', t.number, (c) => c.notNull()),
    )
    .execute();
  await schema
    .createIndex('removed_file_due')
    .on('removed_file')
    .columns(['due_at'] as never[])
    .execute();
  await t
    .table(
      schema
        .createTable('webhook_gone')
        .addColumn('dialect', t.key(40), (c) => c.notNull())
        .addColumn('session', t.key(191), (c) => c.notNull())
        .addColumn('gone_at', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('webhook_gone_name', ['dialect', 'session'] as never[]),
    )
    .execute();
  await schema
    .createIndex('endpoint_event_inbox')
    .on('endpoint_event')
    .columns(['inbox_id', 'id'] as never[])
    .execute();
}
