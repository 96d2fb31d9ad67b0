import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** Endpoints: other people's servers that are told what happens, and what they have been told. Never edit this file. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  await t
    .table(
      schema
        .createTable('endpoint')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('url', t.text, (c) => c.notNull())
        .addColumn('description', t.name(200), (c) => c.notNull())
        .addColumn('format', t.key(10), (c) => c.notNull())
        .addColumn('events', t.text, (c) => c.notNull())
        .addColumn('inboxes', t.text)
        .addColumn('secret', t.text, (c) => c.notNull())
        .addColumn('previous_secret', t.text)
        .addColumn('previous_until', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('state', t.key(10), (c) => c.notNull())
        .addColumn('created_at', t.number, (c) => c.notNull())
        .addColumn('failures', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('failing_since', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('paused_until', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('last_ok_at', t.number, (c) => c.notNull().defaultTo(0)),
    )
    .execute();
  await schema
    .createIndex('endpoint_organisation')
    .on('endpoint')
    .columns(['organisation_id', 'id'])
    .execute();
  await t
    .table(
      schema
        .createTable('endpoint_event')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('name', t.key(60), (c) => c.notNull())
        .addColumn('type', t.key(40), (c) => c.notNull())
        .addColumn('live', t.small, (c) => c.notNull())
        .addColumn('body', t.text, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addUniqueConstraint('endpoint_event_name', ['name']),
    )
    .execute();
  await schema
    .createIndex('endpoint_event_organisation')
    .on('endpoint_event')
    .columns(['organisation_id', 'at'])
    .execute();
  await schema.createIndex('endpoint_event_at').on('endpoint_event').columns(['at']).execute();
  await t
    .table(
      schema
        .createTable('endpoint_delivery')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('endpoint_id', t.number, (c) => c.notNull())
        .addColumn('event', t.number, (c) => c.notNull())
        .addColumn('state', t.key(10), (c) => c.notNull())
        .addColumn('due_at', t.number, (c) => c.notNull())
        .addColumn('attempt', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('lease', t.key(64))
        .addColumn('lease_until', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('settled_at', t.number, (c) => c.notNull().defaultTo(0))
        .addUniqueConstraint('endpoint_delivery_once', ['endpoint_id', 'event']),
    )
    .execute();
  await schema
    .createIndex('endpoint_delivery_due')
    .on('endpoint_delivery')
    .columns(['endpoint_id', 'state', 'due_at'])
    .execute();
  await schema.createIndex('endpoint_delivery_event').on('endpoint_delivery').columns(['event']).execute();
  await t
    .table(
      schema
        .createTable('endpoint_attempt')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('delivery', t.number, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addColumn('ms', t.number, (c) => c.notNull())
        .addColumn('status', t.number)
        .addColumn('error', t.key(40))
        .addColumn('excerpt', t.name(500), (c) => c.notNull()),
    )
    .execute();
  await schema
    .createIndex('endpoint_attempt_delivery')
    .on('endpoint_attempt')
    .columns(['delivery', 'id'])
    .execute();
  await schema.createIndex('endpoint_attempt_at').on('endpoint_attempt').columns(['at']).execute();
  await t
    .table(
      schema
        .createTable('endpoint_progress')
        .addColumn('inbox_id', t.number, (c) => c.primaryKey().notNull())
        .addColumn('seq', t.number, (c) => c.notNull())
        .addColumn('message', t.number, (c) => c.notNull())
        .addColumn('newest', t.number, (c) => c.notNull())
        .addColumn('session_event', t.number, (c) => c.notNull()),
    )
    .execute();
  await t
    .table(
      schema
        .createTable('endpoint_told')
        .addColumn('message', t.number, (c) => c.primaryKey().notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addColumn('ack', t.small, (c) => c.notNull())
        .addColumn('failed', t.small, (c) => c.notNull())
        .addColumn('edited_at', t.number, (c) => c.notNull())
        .addColumn('revoked_at', t.number, (c) => c.notNull())
        .addColumn('reactions', t.key(16), (c) => c.notNull())
        .addColumn('rest', t.key(16), (c) => c.notNull()),
    )
    .execute();
  await schema.createIndex('endpoint_told_at').on('endpoint_told').columns(['at']).execute();
}
