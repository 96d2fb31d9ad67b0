import sharp from 'sharp';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { migrate, readMigrations } from '../../db/migrate.ts';
import { claimSmall, dueSmall } from '../../db/query/media-small.ts';
import { readMediaOf } from '../../db/query/media.ts';
import { describeDatabases } from '../../db/testing.ts';
import { newInbox, openTestRoom, scope, textEvent, until } from '../chat/testing.ts';
import { mediaForTest } from './testing.ts';

/** Whose addresses they are. */
const holder = 'a'.repeat(64);

const photo = (width = 1_200, height = 900): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#a83' } })
    .jpeg()
    .toBuffer();

async function house(db: Database) {
  const chat = openTestRoom(db);
  const { clock, bus, log } = chat;
  const media = await mediaForTest({ db, chat: chat.room, clock, bus, log, makesSmall: true });
  const inboxId = await newInbox(db);
  const give = async (bytes: Uint8Array, facts = {}): Promise<number> => {
    const event = textEvent({ type: 'image' });
    await chat.room.receive(inboxId, [event], 'engine');
    const row = await db
      .selectFrom('message')
      .select('id')
      .where('inbox_id', '=', inboxId)
      .where('message_id', '=', event.messageId)
      .executeTakeFirstOrThrow();
    await media.give(inboxId, row.id, facts, bytes);
    media.room.wakeSmall();
    return row.id;
  };
  const rowOf = async (message: number) => (await readMediaOf(db, [message])).get(message)!;
  const isMade = (message: number) => until(chat, async () => (await rowOf(message)).small_due_at === null);
  return {
    chat,
    media,
    inboxId,
    give,
    rowOf,
    isMade,
    async [Symbol.asyncDispose]() {
      await media[Symbol.asyncDispose]();
      await chat[Symbol.asyncDispose]();
    },
  };
}

describeDatabases('small pictures', (database) => {
  test('a stored picture gets a small one and its size; clients are told, and open it by a signed address', async () => {
    await using open = await house(database().db);
    const { chat, media, inboxId } = open;
    const message = await open.give(await photo(), { thumbnail: Buffer.from('tiny').toString('base64') });
    const head = (await chat.room.head(inboxId))!;
    await open.isMade(message);
    const row = await open.rowOf(message);
    expect(row).toMatchObject({ width: 1_200, height: 900, small_size: expect.any(Number), small_tries: 0 });
    expect(row.small_size!).toBeLessThan(row.size!);
    expect(await media.files()).toContain(row.small_digest);
    const { messages } = await chat.room.changes(inboxId, head - 1);
    expect(messages.at(-1)).toMatchObject({ media: { hasSmall: true, width: 1_200 } });
    const urls = (await media.room.urls(scope, [row.id], holder)).get(row.id)!;
    expect(urls.thumbnail).toMatch(/\?v=s&/);
    expect(await media.incoming()).toEqual([]);
  });

  test('a picture that is small already, and one that cannot be read, stay as they are and are not tried again', async () => {
    await using open = await house(database().db);

    const small = await open.give(await photo(200, 100));
    await open.isMade(small);
    expect(await open.rowOf(small)).toMatchObject({ small_digest: null, width: 200, height: 100 });
    const broken = await open.give((await photo()).subarray(0, 600));
    while ((await open.rowOf(broken)).small_due_at !== null)
      await new Promise<void>((resolve) => setImmediate(resolve));
    expect(await open.rowOf(broken)).toMatchObject({ small_digest: null, small_tries: 1 });
    expect(open.chat.logged.some((line) => line.includes('no small picture'))).toBe(true);
    expect(await open.media.incoming()).toEqual([]);
  });

  test('what the source told of the size stays', async () => {
    await using open = await house(database().db);
    const message = await open.give(await photo(), { width: 640, height: 480 });
    await open.isMade(message);
    expect(await open.rowOf(message)).toMatchObject({ width: 640, height: 480 });
  });

  test('race: two claims of one picture', async () => {
    const { db } = database();

    const inboxId = await newInbox(db);
    const row = { inbox_id: inboxId, message: 900_000 + inboxId, state: 'stored' as const };
    await db
      .insertInto('media')
      .values({
        ...row,
        attempts: 0,
        mime: '',
        file_name: '',
        animated: 0,
        told_gone: 0,
        small_due_at: 1,
        seq: 1,
      } as never)
      .execute();
    const due = (await dueSmall(db, 5, 100)).filter((one) => one.inbox_id === inboxId);
    expect(due).toHaveLength(1);
    const claims = await Promise.all([1, 2, 3].map(() => claimSmall(db, due[0]!, 100)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    // Of a process that was killed it falls due again, when its lease is over.
    expect((await dueSmall(db, 99, 100)).some((one) => one.inbox_id === inboxId)).toBe(false);
    expect((await dueSmall(db, 100, 100)).some((one) => one.inbox_id === inboxId)).toBe(true);
    await db.deleteFrom('media').where('inbox_id', '=', inboxId).execute();
  });
});

describeDatabases(
  'small pictures',
  (database) => {
    test('pictures of the version before get theirs, other files do not', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      const at = versions.indexOf('0064-votes-and-small-pictures');
      await migrate(db, versions[at - 1]);
      for (const [message, state, sniffed] of [
        [1, 'stored', 'image/jpeg'],
        [2, 'stored', 'application/pdf'],
        [3, 'remote', null],
      ] as const) {
        await sql`insert into media (inbox_id, message, state, attempts, mime, sniffed, file_name, animated, told_gone, seq)
          values (1, ${message}, ${state}, 0, '', ${sniffed}, '', 0, 0, 1)`.execute(db);
      }
      await migrate(db, '0064-votes-and-small-pictures');
      const rows = await db
        .selectFrom('media')
        .select(['small_due_at', 'small_tries', 'small_digest'])
        .orderBy('message')
        .execute();
      expect(rows.map((row) => row.small_due_at)).toEqual([0, null, null]);
      expect(rows[0]).toMatchObject({ small_tries: 0, small_digest: null });
      expect(await db.selectFrom('vote').selectAll().execute()).toEqual([]);
      await migrate(db);
    });
  },
  { bare: true },
);
