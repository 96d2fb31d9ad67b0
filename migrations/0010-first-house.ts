import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** Organisations, Agents, Inboxes with their Sessions and webhooks, Chats, Contacts, Messages and what belongs to them. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;

  await t
    .table(
      schema
        .createTable('organisation')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('name', t.name(120), (c) => c.notNull())
        .addColumn('created_at', t.number, (c) => c.notNull()),
    )
    .execute();

  await t
    .table(
      schema
        .createTable('agent')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('email', t.name(254), (c) => c.notNull())
        .addColumn('name', t.name(120), (c) => c.notNull())
        .addColumn('role', t.key(20), (c) => c.notNull())
        .addColumn('password_hash', t.key(200), (c) => c.notNull())
        .addColumn('locale', t.key(20), (c) => c.notNull())
        .addColumn('disabled_at', t.number, (c) => c.notNull())
        .addColumn('created_at', t.number, (c) => c.notNull())
        .addUniqueConstraint('agent_email', ['email']),
    )
    .execute();
  await schema.createIndex('agent_organisation').on('agent').column('organisation_id').execute();

  await t
    .table(
      schema
        .createTable('agent_session')
        .addColumn('id', t.key(64), (c) => c.primaryKey())
        .addColumn('agent_id', t.number, (c) => c.notNull())
        .addColumn('mode', t.key(10), (c) => c.notNull())
        .addColumn('csrf', t.key(64), (c) => c.notNull())
        .addColumn('origin', t.name(200), (c) => c.notNull())
        .addColumn('user_agent', t.name(200), (c) => c.notNull())
        .addColumn('created_at', t.number, (c) => c.notNull())
        .addColumn('last_seen_at', t.number, (c) => c.notNull())
        .addColumn('expires_at', t.number, (c) => c.notNull()),
    )
    .execute();
  await schema.createIndex('agent_session_agent').on('agent_session').column('agent_id').execute();
  await schema.createIndex('agent_session_expiry').on('agent_session').column('expires_at').execute();

  await t
    .table(
      schema
        .createTable('ticket')
        .addColumn('id', t.key(64), (c) => c.primaryKey())
        .addColumn('agent_session_id', t.key(64), (c) => c.notNull())
        .addColumn('expires_at', t.number, (c) => c.notNull()),
    )
    .execute();
  await schema.createIndex('ticket_expiry').on('ticket').column('expires_at').execute();

  await t
    .table(
      schema
        .createTable('allowed_origin')
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('origin', t.key(200), (c) => c.notNull())
        .addPrimaryKeyConstraint('allowed_origin_key', ['organisation_id', 'origin']),
    )
    .execute();
  await schema.createIndex('allowed_origin_origin').on('allowed_origin').column('origin').execute();

  await t
    .table(
      schema
        .createTable('setting')
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('name', t.key(60), (c) => c.notNull())
        .addColumn('value', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint('setting_key', ['organisation_id', 'name']),
    )
    .execute();

  await t
    .table(
      schema
        .createTable('inbox')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('name', t.name(120), (c) => c.notNull())
        .addColumn('seq', t.number, (c) => c.notNull())
        .addColumn('row_seq', t.number, (c) => c.notNull())
        .addColumn('created_at', t.number, (c) => c.notNull()),
    )
    .execute();
  await schema.createIndex('inbox_organisation').on('inbox').column('organisation_id').execute();

  await t
    .table(
      schema
        .createTable('session')
        .addColumn('inbox_id', t.number, (c) => c.primaryKey().notNull())
        .addColumn('engine', t.key(40), (c) => c.notNull())
        .addColumn('upstream', t.key(40), (c) => c.notNull())
        .addColumn('wanted', t.small, (c) => c.notNull())
        .addColumn('state', t.key(20), (c) => c.notNull())
        .addColumn('code', t.key(40), (c) => c.notNull())
        .addColumn('action', t.key(40), (c) => c.notNull())
        .addColumn('since', t.number, (c) => c.notNull())
        .addColumn('me_address', t.key(120))
        .addColumn('me_name', t.name(200), (c) => c.notNull())
        .addColumn('progress', t.small)
        .addColumn('pairing', t.text)
        .addColumn('lease_owner', t.key(80))
        .addColumn('lease_epoch', t.number, (c) => c.notNull())
        .addColumn('lease_until', t.number, (c) => c.notNull())
        .addColumn('caught_up_at', t.number, (c) => c.notNull())
        .addColumn('seq', t.number, (c) => c.notNull()),
    )
    .execute();

  await t
    .table(
      schema
        .createTable('session_event')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addColumn('state', t.key(20), (c) => c.notNull())
        .addColumn('code', t.key(40), (c) => c.notNull())
        .addColumn('action', t.key(40), (c) => c.notNull())
        .addColumn('detail', t.text, (c) => c.notNull())
        .addColumn('lasted', t.number, (c) => c.notNull()),
    )
    .execute();
  await schema.createIndex('session_event_inbox').on('session_event').columns(['inbox_id', 'at']).execute();

  await t
    .table(
      schema
        .createTable('webhook')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('dialect', t.key(40), (c) => c.notNull())
        .addColumn('session', t.key(120), (c) => c.notNull())
        .addColumn('secret', t.text)
        .addColumn('previous_secret', t.text)
        .addColumn('previous_until', t.number, (c) => c.notNull())
        .addColumn('created_at', t.number, (c) => c.notNull())
        .addColumn('last_at', t.number, (c) => c.notNull())
        .addUniqueConstraint('webhook_key', ['dialect', 'session']),
    )
    .execute();
  await schema.createIndex('webhook_inbox').on('webhook').column('inbox_id').execute();

  await t
    .table(
      schema
        .createTable('contact')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('name', t.name(300), (c) => c.notNull())
        .addColumn('push_name', t.name(300), (c) => c.notNull())
        .addColumn('phone', t.key(40))
        .addColumn('lid', t.key(120))
        .addColumn('name_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('push_name_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('is_business', t.small, (c) => c.notNull())
        .addColumn('is_me', t.small, (c) => c.notNull())
        .addColumn('search_text', t.name(700), (c) => c.notNull())
        .addColumn('merged_into', t.number)
        .addColumn('seq', t.number, (c) => c.notNull()),
    )
    .execute();
  await schema.createIndex('contact_list').on('contact').columns(['inbox_id', 'search_text', 'id']).execute();
  await schema.createIndex('contact_seq').on('contact').columns(['inbox_id', 'seq']).execute();

  await t
    .table(
      schema
        .createTable('chat')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('kind', t.key(10), (c) => c.notNull())
        .addColumn('contact_id', t.number)
        .addColumn('name', t.name(300), (c) => c.notNull())
        .addColumn('unread', t.number, (c) => c.notNull())
        .addColumn('pinned', t.small, (c) => c.notNull())
        .addColumn('archived', t.small, (c) => c.notNull())
        .addColumn('muted_until', t.number, (c) => c.notNull())
        .addColumn('last_message', t.number)
        .addColumn('last_at', t.number, (c) => c.notNull())
        .addColumn('last_body', t.name(300), (c) => c.notNull())
        .addColumn('last_type', t.key(20), (c) => c.notNull())
        .addColumn('last_from_me', t.small, (c) => c.notNull())
        .addColumn('last_ack', t.small, (c) => c.notNull())
        .addColumn('last_revoked', t.small, (c) => c.notNull())
        .addColumn('read_until', t.number, (c) => c.notNull())
        .addColumn('read_id', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('phone_unread', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('phone_unread_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('name_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('pinned_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('archived_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('muted_at', t.number, (c) => c.notNull().defaultTo(0))
        .addColumn('search_text', t.name(700), (c) => c.notNull())
        .addColumn('merged_into', t.number)
        .addColumn('seq', t.number, (c) => c.notNull()),
    )
    .execute();
  await schema.createIndex('chat_seq').on('chat').columns(['inbox_id', 'seq']).execute();
  await schema
    .createIndex('chat_list')
    .on('chat')
    .columns(['inbox_id', 'archived', 'pinned', 'last_at', 'id'])
    .execute();
  await schema.createIndex('chat_contact').on('chat').column('contact_id').execute();

  await t
    .table(
      schema
        .createTable('address')
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('value', t.key(120), (c) => c.notNull())
        .addColumn('contact_id', t.number)
        .addColumn('chat_id', t.number)
        .addPrimaryKeyConstraint('address_key', ['inbox_id', 'value']),
    )
    .execute();
  await schema.createIndex('address_chat').on('address').column('chat_id').execute();
  await schema.createIndex('address_contact').on('address').column('contact_id').execute();

  await t
    .table(
      schema
        .createTable('message')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('chat_id', t.number, (c) => c.notNull())
        .addColumn('message_id', t.key(191), (c) => c.notNull())
        .addColumn('from_me', t.small, (c) => c.notNull())
        .addColumn('client_id', t.key(36))
        .addColumn('agent_id', t.number)
        .addColumn('sender_contact_id', t.number)
        .addColumn('sender_name', t.name(300), (c) => c.notNull())
        .addColumn('type', t.key(20), (c) => c.notNull())
        .addColumn('body', t.text, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addColumn('ack', t.small, (c) => c.notNull())
        .addColumn('live', t.small, (c) => c.notNull().defaultTo(0))
        .addColumn('failure', t.key(40))
        .addColumn('edited_at', t.number)
        .addColumn('revoked_at', t.number)
        .addColumn('quoted_message_id', t.key(128))
        .addColumn('merged_into', t.number)
        .addColumn('seq', t.number, (c) => c.notNull())
        .addUniqueConstraint('message_key', ['inbox_id', 'message_id', 'chat_id', 'from_me'])
        .addUniqueConstraint('message_client', ['inbox_id', 'client_id']),
    )
    .execute();
  await schema.createIndex('message_page').on('message').columns(['chat_id', 'at', 'id']).execute();
  await schema.createIndex('message_sender').on('message').column('sender_contact_id').execute();
  await schema.createIndex('message_seq').on('message').columns(['inbox_id', 'seq']).execute();

  await t
    .table(
      schema
        .createTable('reaction')
        .addColumn('message', t.number, (c) => c.notNull())
        .addColumn('sender_contact_id', t.number, (c) => c.notNull())
        .addColumn('from_us', t.small, (c) => c.notNull())
        .addColumn('emoji', t.name(40), (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('reaction_key', ['message', 'sender_contact_id']),
    )
    .execute();
  await schema.createIndex('reaction_sender').on('reaction').column('sender_contact_id').execute();

  await t
    .table(
      schema
        .createTable('delivery')
        .addColumn('message', t.number, (c) => c.primaryKey().notNull())
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('chat_id', t.number, (c) => c.notNull())
        .addColumn('state', t.key(20), (c) => c.notNull())
        .addColumn('due_at', t.number, (c) => c.notNull())
        .addColumn('attempt', t.number, (c) => c.notNull())
        .addColumn('content_digest', t.key(64), (c) => c.notNull())
        .addColumn('guessed_message_id', t.key(128))
        .addColumn('lease_owner', t.key(80))
        .addColumn('lease_until', t.number, (c) => c.notNull())
        .addColumn('created_at', t.number, (c) => c.notNull()),
    )
    .execute();
  await schema.createIndex('delivery_due').on('delivery').columns(['inbox_id', 'state', 'due_at']).execute();
  await schema.createIndex('delivery_chat').on('delivery').columns(['chat_id', 'state']).execute();

  await t
    .table(
      schema
        .createTable('early')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('message_id', t.key(128), (c) => c.notNull())
        .addColumn('chat', t.key(120))
        .addColumn('fact_digest', t.key(64), (c) => c.notNull())
        .addColumn('fact', t.text, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addUniqueConstraint('early_key', ['inbox_id', 'message_id', 'fact_digest']),
    )
    .execute();
  await schema.createIndex('early_chat').on('early').columns(['inbox_id', 'chat']).execute();
  await schema.createIndex('early_age').on('early').column('at').execute();
}
