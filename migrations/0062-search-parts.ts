import { sql, type Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/**
 * Search knows files, polls, cards, places and notes too. On MySQL the rows of the index stand in the order of time within
 * their Inbox, words beside them, so that the newest can be read one after the other. Names of people are looked through
 * once, not once as Contacts and once as Chats. What is indexed already is looked at again, beside everything else. Never
 * edit this file: add a new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const { schema } = db;
  const isMysql = dialectOf(db) === 'mysql';
  if (isMysql) {
    await schema.dropTable('message_text').execute();
    await createText(db, 'message');
    await createText(db, 'note');
  } else {
    await sql`alter table message_text rename column message to item`.execute(db);
    await createText(db, 'note');
    await sql`create virtual table note_words using fts5(
      scope, words, content='', contentless_delete=1, detail=column, prefix='2 3 4 5 6', tokenize='ascii'
    )`.execute(db);
  }
  const t = columnTypes(dialectOf(db));
  for (const name of ['note_seq', 'note']) {
    await schema
      .alterTable('search_progress')
      .addColumn(name, t.number, (c) => c.notNull().defaultTo(0))
      .execute();
  }
  await sql`delete from search_progress`.execute(db);

  await schema.createIndex('chat_name').on('chat').columns(['inbox_id', 'kind', 'search_text']).execute();
  const old = schema.dropIndex('chat_search');
  await (isMysql ? old.on('chat') : old).execute();
}

async function createText(db: Kysely<never>, of: 'message' | 'note'): Promise<void> {
  const isMysql = dialectOf(db) === 'mysql';
  const t = columnTypes(dialectOf(db));
  const table = `${of}_text`;
  const columns = db.schema
    .createTable(table)
    .addColumn('item', t.number, (c) => c.notNull())
    .addColumn('doc', t.number, (c) => c.notNull())
    .addColumn('inbox_id', t.number, (c) => c.notNull())
    .addColumn('chat_id', t.number, (c) => c.notNull())
    .addColumn('digest', t.key(32), (c) => c.notNull());
  if (!isMysql) {
    await columns
      .addPrimaryKeyConstraint(`${table}_item`, ['item'])
      .addUniqueConstraint(`${table}_doc`, ['doc'])
      .execute();
    await db.schema.createIndex(`${table}_inbox`).on(table).column('inbox_id').execute();
    return;
  }
  await t
    .table(
      columns
        .addColumn('words', t.text, (c) => c.notNull())
        .addPrimaryKeyConstraint(`${table}_time`, ['inbox_id', 'doc'])
        .addUniqueConstraint(`${table}_item`, ['item'])
        .addUniqueConstraint(`${table}_doc`, ['doc']),
    )
    .execute();
  await db.schema.createIndex(`${table}_chat`).on(table).columns(['chat_id', 'doc']).execute();
  await sql`create fulltext index ${sql.ref(`${table}_words`)} on ${sql.ref(table)} (words)`.execute(db);
}
