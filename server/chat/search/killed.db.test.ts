import { randomUUID } from 'node:crypto';
import type { KyselyPlugin } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../../../db/database.ts';
import { describeDatabases } from '../../../db/testing.ts';
import { anna, newInbox, openTestRoom, scope, textEvent } from '../testing.ts';
import { chatWork } from '../work/index.ts';
import { indexAll } from './index.ts';

class Killed extends Error {}

/** The database until so many statements were answered: the process is gone then, its transaction undone. */
function dyingAfter(db: Database, statements: number): Database {
  let left = statements;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (left <= 0) throw new Killed();
      return node;
    },
    transformResult: async ({ result }) => {
      if (--left <= 0) throw new Killed();
      return result;
    },
  };
  return db.withPlugin(plugin);
}

describeDatabases('search, killed', (database) => {
  test('killed after any statement, the index goes on where it was: nothing twice, nothing left out', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const work = chatWork(test.room);
    const messages = 120;
    const tell = (word: string) =>
      test.room.receive(
        inboxId,
        Array.from({ length: messages }, (_, n) =>
          textEvent({ messageId: `3EB0K${n}`, body: `${word} ${n}` }),
        ),
        'history',
      );
    await tell('first');
    const chatId = (await test.room.chatOfAddress(inboxId, anna))!;
    const note = await work.addNote(scope, chatId, { clientId: randomUUID(), body: 'first note' });
    const rows = async (of: 'message' | 'note') =>
      (await db.selectFrom(`${of}_text`).selectAll().where('inbox_id', '=', inboxId).execute()).map(
        ({ item }) => item,
      );
    const killings = async (): Promise<number> => {
      for (let statements = 1; ; statements++) {
        try {
          await indexAll(dyingAfter(db, statements));
          return statements;
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
        }
        // What stands is whole: each row of the index has its words, each Message one row at most.
        const items = await rows('message');
        expect(new Set(items).size).toBe(items.length);
        expect(items.length % 100 === 0 || items.length === messages).toBe(true);
      }
    };
    expect(await killings()).toBeGreaterThan(8);
    expect([(await rows('message')).length, (await rows('note')).length]).toEqual([messages, 1]);

    // Changed, and killed again.
    await test.room.receive(
      inboxId,
      Array.from({ length: messages }, (_, n) => ({
        kind: 'edit' as const,
        chat: anna,
        fromMe: false,
        messageId: `3EB0K${n}`,
        body: `second ${n}`,
        at: Date.now(),
      })),
      'engine',
    );
    await work.editNote({ ...scope, role: 'agent' }, note.id, { body: 'second note' });
    expect(await killings()).toBeGreaterThan(8);
    const find = (text: string) => test.room.search(scope, { text, inboxId, limit: 50 });
    expect(await find('first')).toMatchObject({ messages: [], notes: [] });
    const chat = await test.room.search(scope, { text: 'second', chatId });
    expect(chat.total).toBe(messages);
    expect(chat.notes).toHaveLength(1);
    expect(await rows('message')).toHaveLength(messages);
  });
});
