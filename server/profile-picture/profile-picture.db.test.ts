import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { migrate, readMigrations } from '../../db/migrate.ts';
import { describeDatabases } from '../../db/testing.ts';
import { anna, annaLid, bob, group, scope, textEvent } from '../chat/testing.ts';
import type { Address } from '../contract/address.ts';
import { Problem } from '../contract/problem.ts';
import { createProfilePictures } from './index.ts';
import { picturesForTest, portraitOf } from './testing.ts';

const day = 86_400_000;
const holder = 'a'.repeat(64);

async function house(db: Database, options: Parameters<typeof picturesForTest>[1] = {}) {
  const test = await picturesForTest(db, options);
  const { chat, inboxId, pictures } = test;
  const write = (to: Address): Promise<void> =>
    chat.room.receive(inboxId, [textEvent({ chat: to, ...(to === group && { sender: bob }) })], 'webhook');
  const list = async () => (await chat.room.listChats(scope, inboxId, {})).list;
  const chatOf = async (of: Address) => {
    const id = await chat.room.chatOfAddress(inboxId, of);
    return (await list()).find((row) => row.id === id)!;
  };
  return {
    ...test,
    write,
    list,
    chatOf,
    /** As the list on somebody's screen does, with a Session that works. */
    async look(): Promise<void> {
      test.line.isUp = true;
      pictures.look(inboxId, { chats: await list() });
    },
    shows: (of: Address) => test.until(async () => (await chatOf(of)).picture !== null),
    checks: async () =>
      (
        await db
          .selectFrom('profile_picture_check')
          .selectAll()
          .where('inbox_id', '=', inboxId)
          .orderBy('subject')
          .execute()
      ).map(({ subject, due_at }) => [subject.split(':')[0], Math.round((due_at - test.clock.now()) / day)]),
    rows: () =>
      db.selectFrom('profile_picture').selectAll().where('inbox_id', '=', inboxId).orderBy('id').execute(),
  };
}

describeDatabases('profile pictures', (database) => {
  test('who is shown is asked about, at the pace of a person; the picture is made anew in two sizes and told like a change', async () => {
    await using h = await house(database().db);
    for (const of of [anna, bob, group]) await h.write(of);
    h.looks.set(anna, await portraitOf('#a83'));
    h.looks.set(group, await portraitOf('#38a'));
    h.pictures.look(h.inboxId, { chats: await h.list() });
    expect(h.asked).toEqual([]);
    h.line.isUp = true;
    const head = (await h.chat.room.head(h.inboxId))!;
    h.pictures.wake();
    // The newest Chat stands first; the next waits.
    await h.until(() => h.asked.length > 0);
    expect(h.asked).toEqual([group]);
    await h.shows(group);
    await h.asks(3);
    await h.shows(anna);
    expect(h.asked).toEqual([group, bob, anna]);
    const [forGroup, forAnna] = await h.rows();
    expect((await h.chatOf(bob)).picture).toBeNull();
    expect((await h.chatOf(group)).picture).toBe(forGroup!.id);
    const changes = await h.chat.room.changes(h.inboxId, head);
    expect(changes.chats.map((row) => row.picture)).toEqual([forGroup!.id, forAnna!.id]);
    expect(changes.contacts.map((row) => row.picture)).toEqual([forAnna!.id]);

    const urls = await h.pictures.urls(scope, [forAnna!.id, 999_999], holder);
    expect([...urls.keys()]).toEqual([forAnna!.id]);
    await using served = await serve(h.media.room.handle);
    const sizes = [];
    for (const path of [urls.get(forAnna!.id)!.small, urls.get(forAnna!.id)!.large]) {
      const answer = await served.get(path);
      expect(answer.headers.get('content-type')).toBe('image/webp');
      const body = Buffer.from(await answer.arrayBuffer());
      expect(body.includes('secret')).toBe(false);
      const { format, width, height } = await sharp(body).metadata();
      sizes.push([format, width, height]);
    }
    expect(sizes).toEqual([
      ['webp', 96, 96],
      ['webp', 457, 640],
    ]);
    for (const [other, from] of [
      [{ ...scope, organisationId: 8 }, holder],
      [{ ...scope, sees: () => false }, holder],
    ] as const)
      await expect(h.pictures.urls(other, [forAnna!.id], from)).rejects.toThrow(Problem);
    const path = (await h.pictures.urls(scope, [forAnna!.id], 'gone')).get(forAnna!.id)!.small;
    expect((await served.get(path)).status).toBe(404);
    expect((await served.get(urls.get(forAnna!.id)!.small.replace(/o=\d+/, 'o=8'))).status).toBe(404);
    await h.until(async () => (await h.media.incoming()).length === 0);
  });

  test('an answer holds for days, also that there is none; the same picture again is no news, another one replaces it', async () => {
    const { db } = database();
    await using h = await house(db);
    for (const of of [anna, bob]) await h.write(of);
    h.looks.set(anna, await portraitOf('#a83'));
    await h.look();
    await h.asks(2);
    await h.shows(anna);
    await h.until(async () => (await h.checks()).length === 2);
    expect(await h.checks()).toEqual([
      ['contact', 3],
      ['contact', 3],
    ]);
    await h.look();
    await h.clock.advance(2 * day);
    await h.look();
    await h.clock.advance(60_000);
    expect(h.asked).toHaveLength(2);

    // After a restart it is remembered, too; after days both are asked about again.
    await using next = createProfilePictures(h.parts);
    next.look(h.inboxId, { chats: await h.list() });
    await h.clock.advance(60_000);
    expect(h.asked).toHaveLength(2);
    await h.clock.advance(2.5 * day);
    const head = await h.chat.room.head(h.inboxId);
    await h.look();
    await h.asks(4);
    await h.until(async () => (await h.checks()).every(([, days]) => Number(days) >= 3));
    expect(await h.chat.room.head(h.inboxId)).toBe(head);

    const [first] = await h.rows();
    h.looks.set(anna, await portraitOf('#38a'));
    h.looks.set(bob, { kind: 'later', reason: 'unanswered' });
    await h.clock.advance(4.5 * day);
    await h.look();
    await h.asks(6);
    await h.until(async () => (await h.chatOf(anna)).picture !== first!.id);
    const [second, ...more] = await h.rows();
    expect(more).toEqual([]);
    expect(second!.id).not.toBe(first!.id);
    const noted = await db.selectFrom('removed_file').select('digest').execute();
    expect(noted.map(({ digest }) => digest)).toEqual(
      expect.arrayContaining([first!.small_digest, first!.large_digest]),
    );
    // What was left without an answer is tried on the next day.
    await h.until(async () => (await h.checks()).some(([, days]) => days === 1));

    h.looks.set(anna, { kind: 'none' });
    await h.clock.advance(4.5 * day);
    await h.look();
    await h.until(async () => (await h.asks(8), (await h.chatOf(anna)).picture === null));
    expect(await h.rows()).toEqual([]);
  });

  test('a change is asked about at once, but only of whom somebody has looked at', async () => {
    await using h = await house(database().db);
    for (const of of [anna, group]) await h.write(of);
    // Two Agents at once.
    await Promise.all([h.look(), h.look()]);
    await h.asks(2);
    await h.until(async () => (await h.checks()).length === 2);
    h.looks.set(anna, await portraitOf('#a83'));
    h.looks.set(group, await portraitOf('#38a'));
    const changed = (of: Address) => h.chat.room.receive(h.inboxId, [{ kind: 'picture', of }], 'engine');
    await changed(bob);
    await changed(anna);
    await h.asks(3);
    await h.shows(anna);
    await changed(group);
    await h.asks(4);
    await h.shows(group);
    expect(h.asked.toSorted()).toEqual([anna, anna, group, group].toSorted());
    // Who writes on somebody's screen is seen without a list.
    await h.write(bob);
    await h.asks(5);
    expect(h.asked.at(-1)).toBe(bob);
  });

  test('told that it was too much the number is left alone for hours; what is no picture is none', async () => {
    await using h = await house(database().db);
    for (const of of [anna, bob, group]) await h.write(of);
    h.looks.set(group, { kind: 'later', reason: 'too-many' });
    h.looks.set(bob, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'));
    h.looks.set(anna, Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]));
    await h.look();
    await h.until(() => h.asked.length === 1);
    await h.clock.advance(5 * 3_600_000);
    expect(h.asked).toEqual([group]);
    h.looks.delete(group);
    await h.asks(4, 600_000);
    await h.until(async () => (await h.checks()).length === 3);
    expect((await h.list()).map((row) => row.picture)).toEqual([null, null, null]);
    expect(await h.media.files()).toEqual([]);
    await h.until(async () => (await h.media.incoming()).length === 0);
  });

  test('two people who turn out to be one keep one picture', async () => {
    const { db } = database();
    await using h = await house(db);
    for (const of of [anna, annaLid]) await h.write(of);
    h.looks.set(anna, await portraitOf('#a83'));
    h.looks.set(annaLid, await portraitOf('#38a'));
    await h.look();
    await h.asks(2);
    await h.shows(anna);
    await h.shows(annaLid);
    const before = await h.rows();
    await h.chat.room.receive(h.inboxId, [{ kind: 'address-pair', lid: annaLid, phone: anna }], 'engine');
    const [only, ...more] = await h.list();
    expect(more).toEqual([]);
    const rows = await h.rows();
    expect(rows.map(({ id }) => id)).toEqual([only!.picture]);
    const lost = before.find(({ id }) => id !== only!.picture)!;
    const noted = await db.selectFrom('removed_file').select('digest').execute();
    expect(noted.map(({ digest }) => digest)).toContain(lost.large_digest);
  });

  test('a number out of use shows nobody; switched off, nobody is asked about and what was kept is gone', async () => {
    const { db } = database();
    await using h = await house(db);
    for (const of of [anna, group]) await h.write(of);
    for (const of of [anna, group]) h.looks.set(of, await portraitOf('#a83'));
    const fetched = async (count: number) => {
      await h.look();
      await h.asks(count);
      for (const of of [anna, group]) await h.shows(of);
    };
    await fetched(2);
    const head = (await h.chat.room.head(h.inboxId))!;
    await h.pictures.forget(h.inboxId);
    expect(await h.rows()).toEqual([]);
    expect(await h.checks()).toEqual([]);
    const { chats } = await h.chat.room.changes(h.inboxId, head);
    expect(chats.map((row) => row.picture)).toEqual([null, null]);

    await fetched(4);
    await h.pictures[Symbol.asyncDispose]();
    await using off = createProfilePictures({ ...h.parts, isOn: false });
    await h.until(async () => (await h.rows()).length === 0 && (await h.checks()).length === 0);
    off.look(h.inboxId, { chats: await h.list() });
    await h.chat.room.receive(h.inboxId, [{ kind: 'picture', of: anna }], 'engine');
    await h.clock.advance(60_000);
    expect(h.asked).toHaveLength(4);
  });

  test('a picture that the store has lost is taken down and asked for again', async () => {
    await using h = await house(database().db);
    await h.write(anna);
    h.looks.set(anna, await portraitOf('#a83'));
    await h.look();
    await h.shows(anna);
    const [row] = await h.rows();
    h.pictures.lost(row!);
    await h.until(async () => (await h.chatOf(anna)).picture === null);
    await h.look();
    await h.asks(2);
    await h.shows(anna);
    expect((await h.rows())[0]!.id).toBeGreaterThan(row!.id);
  });
});

describeDatabases(
  'profile pictures come to a database that is in use',
  (database) => {
    test('nobody has one, and each can have one', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0104-profile-pictures') - 1]);
      await sql`insert into contact (id, inbox_id, name, push_name, phone, is_business, is_me, search_text, seq)
        values (1, 1, 'Anna', '', '39333', 0, 0, 'anna', 1)`.execute(db);
      await migrate(db);
      const read = () => db.selectFrom('contact').select('picture').execute();
      expect(await read()).toEqual([{ picture: null }]);
      await db.updateTable('contact').set({ picture: 7 }).execute();
      expect(await read()).toEqual([{ picture: 7 }]);
      expect(await db.selectFrom('profile_picture').selectAll().execute()).toEqual([]);
    });
  },
  { bare: true },
);

async function serve(handle: (...of: Parameters<Parameters<typeof createServer>[1] & object>) => boolean) {
  const server = createServer((request, response) => {
    if (!handle(request, response)) response.writeHead(418).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    get: (path: string) => fetch(`http://127.0.0.1:${port}${path}`),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
