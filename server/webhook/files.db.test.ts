import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { readMediaOf } from '../../db/query/media.ts';
import { describeDatabases } from '../../db/testing.ts';
import { scope } from '../chat/testing.ts';
import { createFileKeeper } from '../media/keep-file.ts';
import { StoreUnavailable, type Store } from '../media/store.ts';
import { mediaForTest } from '../media/testing.ts';
import { ManualClock } from '../clock.ts';
import { largestBody } from './body.ts';
import { openDoor, recordedAt, rowsOf, wahaMessage, type DoorOptions, type TestDoor } from './testing.ts';
import { libraryMessage, pageModel, wwebjsApi, type PageModel } from './testing-dress.ts';

const path = '/webhook/wwebjs-api/org1';
const key = { 'x-api-key': 'k' };
const bytes = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(5_000, 3)]);
const photo = (more: PageModel = {}): PageModel =>
  pageModel('image', {
    directPath: '/a',
    mimetype: 'image/jpeg',
    size: bytes.length,
    caption: 'our shop',
    ...more,
  });
const withFile = (model: PageModel, data = bytes.toString('base64')): string =>
  JSON.stringify(
    wwebjsApi('media', {
      message: libraryMessage(model),
      messageMedia: { mimetype: 'image/jpeg', data, filename: 'shop.jpg', filesize: bytes.length },
    }),
  );

/** A door of wwebjs-api with a real media room behind it, on a disk of its own. */
async function openWithFiles(db: Database, options: DoorOptions & { store?: (store: Store) => Store } = {}) {
  const clock = new ManualClock(recordedAt);
  let made: Promise<Awaited<ReturnType<typeof mediaForTest>>> | undefined;
  const door = await openDoor(db, {
    dialect: 'wwebjs-api',
    secret: 'k',
    clock,
    keepFile: (room) => {
      made = mediaForTest({ db, chat: room.room, clock, bus: room.bus, log: room.log });
      return async (...file) => {
        const { parts } = await made!;
        const store = options.store?.(parts.store) ?? parts.store;
        return createFileKeeper({ ...parts, store })(...file);
      };
    },
    ...options,
  });
  const media = await made!;
  return {
    door,
    media,
    /** The file's row of the only message. */
    async row() {
      const { list } = await door.test.room.listChats(scope, door.inboxId, {});
      const [message] = (await door.test.room.listMessages(scope, list[0]!.id, {})).list;
      return (await readMediaOf(db, [message!.id])).get(message!.id);
    },
    async [Symbol.asyncDispose]() {
      await media.room[Symbol.asyncDispose]();
      await door[Symbol.asyncDispose]();
    },
  };
}

describeDatabases('files that come with a delivery', (database) => {
  test('the message stands with its facts, the bytes in the store, and no base64 in any row or push', async () => {
    await using house = await openWithFiles(database().db);
    const { door } = house;
    const model = photo();
    const plain = JSON.stringify(wwebjsApi('message', { message: libraryMessage(model) }));
    expect((await door.post(path, plain, key)).status).toBe(200);
    expect(await house.row()).toMatchObject({ state: 'remote', claimed_size: bytes.length });
    expect((await door.post(path, withFile(model), key)).status).toBe(200);
    expect(await house.row()).toMatchObject({
      state: 'stored',
      size: bytes.length,
      sniffed: 'image/jpeg',
      file_name: 'shop.jpg',
    });
    expect(await house.media.files()).toHaveLength(1);
    expect(await house.media.incoming()).toEqual([]);
    await expect.poll(() => door.test.pushes.length).toBe(2);
    const told = JSON.stringify([
      door.test.pushes,
      door.test.logged,
      await rowsOf(database().db, door.inboxId),
    ]);
    expect(told).not.toContain(bytes.toString('base64').slice(0, 64));
    expect(door.router.counters()).toMatchObject({ accepted: 2, files: 1, unknown: 0 });
  });

  test('a file that comes before, or without, the plain message brings its message along', async () => {
    await using house = await openWithFiles(database().db);
    expect((await house.door.post(path, withFile(photo()), key)).status).toBe(200);
    expect((await rowsOf(database().db, house.door.inboxId)).messages).toMatchObject([{ body: 'our shop' }]);
    expect(await house.row()).toMatchObject({ state: 'stored' });
  });

  test('the same delivery ten times at once: one file, and nothing left on the way', async () => {
    await using house = await openWithFiles(database().db);
    const raw = withFile(photo());
    const answers = await Promise.all(Array.from({ length: 10 }, () => house.door.post(path, raw, key)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await house.media.files()).toHaveLength(1);
    expect(await house.media.incoming()).toEqual([]);
  });

  test('of a message to be opened once, or taken back, no file is kept', async () => {
    await using house = await openWithFiles(database().db);
    const { door } = house;
    await door.post(path, withFile(photo({ isViewOnce: true })), key);
    const revoked = photo();
    const message = libraryMessage({ ...revoked, type: 'revoked' });
    await door.post(path, JSON.stringify(wwebjsApi('message_revoke_everyone', { message })), key);
    expect((await door.post(path, withFile(revoked), key)).status).toBe(200);
    expect((await rowsOf(database().db, door.inboxId)).messages).toHaveLength(2);
    expect(await house.media.files()).toEqual([]);
  });

  test('bytes that are no base64, none at all, or others than the sender’s digest says', async () => {
    await using house = await openWithFiles(database().db);
    const post = (model: PageModel, data?: string) => house.door.post(path, withFile(model, data), key);
    for (const data of ['', 'not base64!', `${bytes.toString('base64')}*`, 'AAA']) {
      expect((await post(photo(), data)).status).toBe(200);
    }
    expect((await post(photo({ filehash: Buffer.alloc(32).toString('base64') }))).status).toBe(200);
    expect((await rowsOf(database().db, house.door.inboxId)).messages).toHaveLength(5);
    expect(await house.media.files()).toEqual([]);
    expect(await house.media.incoming()).toEqual([]);
  });

  test('the store is away: the message stands, the answer is 503, and the next try brings the file', async () => {
    let isAway = true;
    await using house = await openWithFiles(database().db, {
      store: (store) => ({
        name: 'disk',
        open: (digest, range) => store.open(digest, range),
        remove: (digest, since) => store.remove(digest, since),
        put: async (file) => {
          if (isAway) throw new StoreUnavailable('away');
          await store.put(file);
        },
      }),
    });
    const raw = withFile(photo());
    expect(await house.door.post(path, raw, key)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '10' },
    });
    expect(await house.row()).toMatchObject({ state: 'remote' });
    expect(await house.media.incoming()).toEqual([]);
    isAway = false;
    expect((await house.door.post(path, raw, key)).status).toBe(200);
    expect(await house.row()).toMatchObject({ state: 'stored' });
  });
});

describeDatabases('how long a delivery may be', (database) => {
  const large = withFile(photo(), Buffer.alloc(3_000_000, 7).toString('base64'));

  test('with the right key a file fits; with a wrong one, none, or only an operator’s leave, a message does', async () => {
    const { db } = database();
    {
      await using house = await openWithFiles(db);
      const { door } = house;
      expect((await door.post(path, large, key)).status).toBe(200);
      expect((await house.row())!.size).toBe(3_000_000);
      for (const headers of [{}, { 'x-api-key': 'x' }, { 'x-api-key': '' }]) {
        expect((await door.post(path, large, headers)).status).toBe(413);
      }
      // Nor at an address that is nobody's, nor where the body has to be read to know whose it is.
      expect((await door.post('/webhook/wwebjs-api/org2', large, key)).status).toBe(413);
      expect((await door.post('/api/v1/WhatsApp/action/webhook', large, key)).status).toBe(413);
    }
    await using unsigned = await openWithFiles(db, { secret: null, unsigned: ['wwebjs-api/org1'] });
    expect((await unsigned.door.post(path, large, key)).status).toBe(413);
    expect((await unsigned.door.post(path, withFile(photo()), {})).status).toBe(200);
  });

  test('a format whose proof covers the bytes keeps to a mebibyte', async () => {
    await using door = await openDoor(database().db);
    const raw = JSON.stringify(wahaMessage({ body: 'x'.repeat(largestBody) }));
    const hmac = createHmac('sha512', 's3cr3t').update(raw).digest('hex');
    expect((await door.post('/webhook/waha/org1', raw, { 'x-webhook-hmac': hmac })).status).toBe(413);
  });

  test('the operator says how large; a body without end is cut off there', async () => {
    await using house = await openWithFiles(database().db, { largestFile: 1_000_000 });
    const { door } = house;
    expect((await door.post(path, large, key)).status).toBe(413);
    const fits = withFile(photo(), Buffer.alloc(1_000_000, 7).toString('base64'));
    expect((await door.post(path, fits, key)).status).toBe(200);
    const { refused } = door.router.counters();
    // What the operating system holds between the two comes on top.
    expect(await endless(door)).toBeLessThan(20_000_000);
    expect(door.router.counters().refused).toBe(refused + 1);
  });
});

/** A body in pieces that goes on until the server hangs up; how many bytes went out. */
function endless(door: TestDoor): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(door.port, '127.0.0.1');
    let sent = 0;
    const piece = 'x'.repeat(65_536);
    const pump = (): void => {
      while (socket.writable && sent < 50_000_000) {
        sent += piece.length;
        if (!socket.write(`10000\r\n${piece}\r\n`)) return void socket.once('drain', pump);
      }
    };
    // It hangs up while this side still writes.
    socket.on('error', () => {});
    socket.resume();
    socket.on('close', () => resolve(sent));
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    pump();
  });
}
