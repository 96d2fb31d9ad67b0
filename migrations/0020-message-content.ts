import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** What Messages hold beside text, stars, how far they got with each member, and who is in a group. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  const message = (name: string) => schema.alterTable('message').addColumn(name, t.text);
  await message('content').execute();
  for (const [name, type] of [
    ['forwarded', t.small],
    ['starred', t.small],
    ['starred_at', t.number],
  ] as const) {
    await schema
      .alterTable('message')
      .addColumn(name, type, (c) => c.notNull().defaultTo(0))
      .execute();
  }
  await schema
    .alterTable('chat')
    .addColumn('description', t.name(2048), (c) => c.notNull().defaultTo(''))
    .execute();
  for (const name of ['description_at', 'members_at']) {
    await schema
      .alterTable('chat')
      .addColumn(name, t.number, (c) => c.notNull().defaultTo(0))
      .execute();
  }
  await t
    .table(
      schema
        .createTable('receipt')
        .addColumn('message', t.number, (c) => c.notNull())
        .addColumn('contact_id', t.number, (c) => c.notNull())
        .addColumn('device_at', t.number)
        .addColumn('read_at', t.number)
        .addColumn('played_at', t.number)
        .addPrimaryKeyConstraint('receipt_key', ['message', 'contact_id']),
    )
    .execute();
  await schema.createIndex('receipt_contact').on('receipt').column('contact_id').execute();
  await t
    .table(
      schema
        .createTable('member')
        .addColumn('chat_id', t.number, (c) => c.notNull())
        .addColumn('contact_id', t.number, (c) => c.notNull())
        .addColumn('role', t.key(10), (c) => c.notNull())
        .addColumn('told_at', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('member_key', ['chat_id', 'contact_id']),
    )
    .execute();
  await schema.createIndex('member_contact').on('member').column('contact_id').execute();
}
