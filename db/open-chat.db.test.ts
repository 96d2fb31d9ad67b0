import { CompiledQuery, type Compilable } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase, type Database } from './database.ts';
import { dialectOf } from './portable.ts';
import { inboxOfChatQuery } from './query/chat.ts';
import { pageChatsQuery } from './query/chat-list.ts';
import { newestPageQuery } from './query/message.ts';
import { describeDatabases } from './testing.ts';

const list = { search: '', filter: 'all', before: undefined, limit: 51 } as const;

/** Rows that the server went through for this question; MySQL and MariaDB count them for a connection. */
async function rowsRead(db: Database, query: CompiledQuery<unknown>): Promise<number> {
  const total = async (): Promise<number> => {
    const { rows } = await db.executeQuery<{ Value: string }>(
      CompiledQuery.raw("show session status like 'Handler_read%'"),
    );
    return rows.reduce((sum, row) => sum + Number(row.Value), 0);
  };
  const before = await total();
  await db.executeQuery(query);
  return (await total()) - before;
}

/** SQLite's plan: what it goes through, and by what. */
async function planOf(db: Database, query: CompiledQuery<unknown>): Promise<string> {
  const { rows } = await db.executeQuery<{ detail: string }>(
    CompiledQuery.raw(`explain query plan ${query.sql}`, [...query.parameters]),
  );
  return rows.map((row) => row.detail).join('; ');
}

const compiled = (query: Compilable<unknown> | CompiledQuery<unknown>): CompiledQuery<unknown> =>
  'compile' in query ? query.compile() : query;

describeDatabases('what a page costs', (database) => {
  test('the chat list and an opened Chat read a page’s rows, however many Chats and Messages there are', async () => {
    const { db, url } = database();
    const rowsOf = async (messages: number, chats: number): Promise<void> => {
      await db
        .insertInto('inbox')
        .values({ id: chats, organisation_id: 1, name: 'x', seq: 1, row_seq: 1, created_at: 1 })
        .execute();
      for (let from = 0; from < chats; from += 200) {
        const rows = Array.from({ length: 200 }, (_, n) => ({
          id: chats * 10 + from + n,
          inbox_id: chats,
          kind: 'group' as const,
          contact_id: null,
          name: '',
          unread: 0,
          pinned: 0,
          archived: 0,
          muted_until: 0,
          last_message: 1,
          last_at: from + n,
          last_body: '',
          last_type: 'text' as const,
          last_from_me: 0,
          last_ack: 0,
          last_revoked: 0,
          read_until: 0,
          search_text: '',
          merged_into: null,
          seq: 1,
        }));
        await db.insertInto('chat').values(rows).execute();
      }
      for (let from = 0; from < messages; from += 200) {
        const rows = Array.from({ length: 200 }, (_, n) => ({
          inbox_id: chats,
          chat_id: chats * 10,
          message_id: `3EB0${from + n}`,
          from_me: 0,
          sender_name: '',
          type: 'text' as const,
          body: 'hello',
          at: from + n,
          ack: 0,
          seq: 1,
        }));
        await db.insertInto('message').values(rows).execute();
      }
    };
    await rowsOf(400, 200);
    await rowsOf(4_000, 2_000);
    const queries = (inboxId: number) =>
      [
        pageChatsQuery(db, inboxId, list),
        inboxOfChatQuery(inboxId * 10),
        newestPageQuery(inboxId * 10, 51),
      ].map(compiled);
    if (dialectOf(db) === 'sqlite') {
      const [chats, inbox, page] = await Promise.all(queries(2_000).map((query) => planOf(db, query)));
      // Neither looks at a Message for the list, nor sorts what it does not show.
      expect(chats).toMatch(/COVERING INDEX chat_list_filtered/);
      expect(chats).not.toMatch(/message|SCAN chat/);
      expect(inbox).not.toMatch(/SCAN/);
      expect(page).toMatch(/^SEARCH message USING INDEX message_page \(chat_id=\?\)$/);
      return;
    }
    await db.executeQuery(CompiledQuery.raw('analyze table chat, message, inbox'));
    const one = openDatabase(url, { connections: 1 });
    const read: number[][] = [];
    for (const inboxId of [200, 2_000]) {
      read.push([]);
      for (const query of queries(inboxId)) read.at(-1)!.push(await rowsRead(one, query));
    }
    await one.destroy();
    for (const reads of read) {
      const [chats, inbox, page] = reads;
      // The index for 51, their rows, and the sorting of those.
      expect(chats).toBeLessThan(51 * 6);
      expect(inbox).toBeLessThan(10);
      expect(page).toBeLessThan(51 * 2 + 10);
    }
    expect(Math.abs(read[0]![0]! - read[1]![0]!)).toBeLessThan(20);
  });
});
