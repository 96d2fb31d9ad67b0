import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** Keys with which a host page vouches for its Agents, and the tokens used up. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  await t
    .table(
      schema
        .createTable('embed_key')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('kid', t.key(40), (c) => c.notNull())
        .addColumn('name', t.name(80), (c) => c.notNull())
        .addColumn('algorithm', t.key(10), (c) => c.notNull())
        .addColumn('material', t.text, (c) => c.notNull())
        .addColumn('issuer', t.name(200), (c) => c.notNull())
        .addColumn('makes_agents', t.small, (c) => c.notNull().defaultTo(0))
        .addColumn('created_at', t.number, (c) => c.notNull())
        .addColumn('last_used_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('ends_at', t.number, (c) => c.notNull().defaultTo(0))
        .addUniqueConstraint('embed_key_kid', ['kid']),
    )
    .execute();
  await schema
    .createIndex('embed_key_organisation')
    .on('embed_key')
    .columns(['organisation_id', 'id'])
    .execute();
  await t
    .table(
      schema
        .createTable('embed_token_used')
        .addColumn('id', t.key(64), (c) => c.notNull())
        .addColumn('expires_at', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('embed_token_used_id', ['id']),
    )
    .execute();
  await schema
    .createIndex('embed_token_used_expires')
    .on('embed_token_used')
    .columns(['expires_at'])
    .execute();
  await schema
    .alterTable('agent_session')
    .addColumn('embed_key_id', t.number, (c) => c.notNull().defaultTo(0))
    .execute();
}
