import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** Who looks after a Chat, labels, internal notes and canned replies. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;

  await schema.alterTable('chat').addColumn('assignee_id', t.number).execute();
  await schema
    .alterTable('chat')
    .addColumn('assigned_at', t.number, (c) => c.notNull().defaultTo(0))
    .execute();
  await schema
    .alterTable('chat')
    .addColumn('label_ids', t.key(400), (c) => c.notNull().defaultTo(''))
    .execute();
  await schema.createIndex('chat_assignee').on('chat').columns(['assignee_id', 'inbox_id']).execute();

  await t
    .table(
      schema
        .createTable('note')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('chat_id', t.number, (c) => c.notNull())
        .addColumn('client_id', t.key(64), (c) => c.notNull())
        .addColumn('agent_id', t.number, (c) => c.notNull())
        .addColumn('body', t.text, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addColumn('edited_at', t.number)
        .addColumn('deleted_at', t.number)
        .addColumn('seq', t.number, (c) => c.notNull())
        .addUniqueConstraint('note_client', ['inbox_id', 'client_id']),
    )
    .execute();
  await schema.createIndex('note_page').on('note').columns(['chat_id', 'at', 'id']).execute();
  await schema.createIndex('note_seq').on('note').columns(['inbox_id', 'seq']).execute();

  await t
    .table(
      schema
        .createTable('label')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('name', t.name(60), (c) => c.notNull())
        .addColumn('name_key', t.name(60), (c) => c.notNull())
        .addColumn('colour', t.key(20), (c) => c.notNull())
        .addUniqueConstraint('label_name', ['organisation_id', 'name_key']),
    )
    .execute();

  await t
    .table(
      schema
        .createTable('chat_label')
        .addColumn('label_id', t.number, (c) => c.notNull())
        .addColumn('chat_id', t.number, (c) => c.notNull())
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('chat_label_key', ['label_id', 'inbox_id', 'chat_id']),
    )
    .execute();
  await schema.createIndex('chat_label_chat').on('chat_label').column('chat_id').execute();

  await t
    .table(
      schema
        .createTable('canned_reply')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('shortcut', t.name(40), (c) => c.notNull())
        .addColumn('body', t.text, (c) => c.notNull())
        .addUniqueConstraint('canned_reply_shortcut', ['organisation_id', 'shortcut']),
    )
    .execute();
}
