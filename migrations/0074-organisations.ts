import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/**
 * Who may see which Inbox, API keys, connections of other backends, links to scan by, invitations, second factors,
 * tries of signing in, and the audit log. Never edit this file: add a new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  const index = (table: string, columns: string[]): Promise<void> =>
    schema
      .createIndex(`${table}_${columns[0]}`)
      .on(table)
      .columns(columns as never)
      .execute();

  await schema
    .alterTable('inbox')
    .addColumn('restricted', t.small, (c) => c.notNull().defaultTo(0))
    .execute();
  await t
    .table(
      schema
        .createTable('inbox_agent')
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('agent_id', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('inbox_agent_row', ['inbox_id', 'agent_id']),
    )
    .execute();
  await index('inbox_agent', ['agent_id']);

  await t
    .table(
      schema
        .createTable('api_key')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('name', t.name(80), (c) => c.notNull())
        .addColumn('masked', t.key(40), (c) => c.notNull())
        .addColumn('digest', t.key(64), (c) => c.notNull())
        .addColumn('scopes', t.key(500), (c) => c.notNull())
        .addColumn('inboxes', t.text)
        .addColumn('created_by', t.number, (c) => c.notNull())
        .addColumn('created_at', t.number, (c) => c.notNull())
        .addColumn('last_used_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('expires_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('revoked_at', t.number, (c) => c.notNull().defaultTo(0))
        .addUniqueConstraint('api_key_digest', ['digest']),
    )
    .execute();
  await index('api_key', ['organisation_id', 'id']);

  await t
    .table(
      schema
        .createTable('connection')
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('name', t.key(40), (c) => c.notNull())
        .addColumn('session', t.key(80), (c) => c.notNull())
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('api_key_id', t.number, (c) => c.notNull())
        .addColumn('created_at', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('connection_row', ['organisation_id', 'name'])
        .addUniqueConstraint('connection_session', ['session']),
    )
    .execute();

  await t
    .table(
      schema
        .createTable('connect_link')
        .addColumn('id', t.key(64), (c) => c.primaryKey())
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('created_by', t.number, (c) => c.notNull())
        .addColumn('created_at', t.number, (c) => c.notNull())
        .addColumn('expires_at', t.number, (c) => c.notNull())
        .addColumn('browser', t.key(64), (c) => c.notNull().defaultTo(''))
        .addColumn('ended_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('ended_by', t.key(20), (c) => c.notNull().defaultTo('')),
    )
    .execute();
  await index('connect_link', ['inbox_id', 'created_at']);

  await t
    .table(
      schema
        .createTable('invitation')
        .addColumn('id', t.key(64), (c) => c.primaryKey())
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('email', t.name(254), (c) => c.notNull())
        .addColumn('name', t.name(120), (c) => c.notNull())
        .addColumn('role', t.key(20), (c) => c.notNull())
        .addColumn('inboxes', t.text, (c) => c.notNull())
        .addColumn('created_by', t.number, (c) => c.notNull())
        .addColumn('created_at', t.number, (c) => c.notNull())
        .addColumn('expires_at', t.number, (c) => c.notNull())
        .addColumn('used_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('revoked_at', t.number, (c) => c.notNull().defaultTo(0)),
    )
    .execute();
  await index('invitation', ['organisation_id', 'created_at']);

  await t
    .table(
      schema
        .createTable('agent_totp')
        .addColumn('agent_id', t.number, (c) => c.primaryKey())
        .addColumn('sealed', t.text, (c) => c.notNull())
        .addColumn('confirmed_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('last_step', t.number, (c) => c.notNull().defaultTo(0)),
    )
    .execute();
  await t
    .table(
      schema
        .createTable('agent_recovery')
        .addColumn('agent_id', t.number, (c) => c.notNull())
        .addColumn('digest', t.key(64), (c) => c.notNull())
        .addPrimaryKeyConstraint('agent_recovery_row', ['agent_id', 'digest']),
    )
    .execute();

  await t
    .table(
      schema
        .createTable('sign_in_try')
        .addColumn('id', t.key(64), (c) => c.primaryKey())
        .addColumn('tries', t.number, (c) => c.notNull())
        .addColumn('ends_at', t.number, (c) => c.notNull()),
    )
    .execute();
  await index('sign_in_try', ['ends_at']);

  await t
    .table(
      schema
        .createTable('audit_head')
        .addColumn('organisation_id', t.number, (c) => c.primaryKey())
        .addColumn('number', t.number, (c) => c.notNull())
        .addColumn('hash', t.key(64), (c) => c.notNull()),
    )
    .execute();
  await t
    .table(
      schema
        .createTable('audit')
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('number', t.number, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addColumn('actor', t.key(40), (c) => c.notNull())
        .addColumn('act', t.key(60), (c) => c.notNull())
        .addColumn('subject', t.name(200), (c) => c.notNull())
        .addColumn('detail', t.name(400), (c) => c.notNull())
        .addColumn('ip', t.key(64), (c) => c.notNull())
        .addColumn('previous', t.key(64), (c) => c.notNull())
        .addColumn('hash', t.key(64), (c) => c.notNull())
        .addPrimaryKeyConstraint('audit_row', ['organisation_id', 'number']),
    )
    .execute();
}
