import { createHash, randomBytes } from 'node:crypto';
import { symlink, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readMediaOf } from '../../db/query/media.ts';
import { describeDatabases } from '../../db/testing.ts';
import { fetchHandle } from '../chat/fetch-handle.ts';
import { newInbox, openTestRoom, scope, textEvent } from '../chat/testing.ts';
import type { MediaFacts } from '../contract/content.ts';
import type { MediaAnswer, MediaRequest } from '../engine/engine.ts';
import { createMediaFetcher, waitAfter, type MediaFetcherOptions } from './fetcher.ts';
import { StoreUnavailable } from './store.ts';
import { mediaForTest } from './testing.ts';

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(2_000)]);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

type Handler = (request: MediaRequest) => Promise<MediaAnswer>;

async function writes(bytes: Uint8Array, request: MediaRequest): Promise<MediaAnswer> {
  await writeFile(request.file, bytes);
  return { kind: 'fetched', mime: 'image/jpeg', size: bytes.length, fileName: 'from the phone.jpg' };
}

describeDatabases('the fetcher', (database) => {
  async function house(first: Handler) {
    const { db } = database();
    // Rows that an earlier test has left are nobody's work any more.
    await db.deleteFrom('media').execute();
    const chat = openTestRoom(db);
    const media = await mediaForTest({
      db,
      chat: chat.room,
      clock: chat.clock,
      log: chat.log,
      largest: 100_000,
    });
    const asked: { inboxId: number; request: MediaRequest }[] = [];
    const house = { handler: first, isReady: true };
    const open = (more: Partial<MediaFetcherOptions> = {}) =>
      createMediaFetcher({
        ...media.parts,
        fetchMedia: (inboxId, request) => {
          asked.push({ inboxId, request });
          return house.handler(request);
        },
        isReady: () => house.isReady,
        handleOf: (message) => fetchHandle(db, message),
        ...more,
      });
    const receive = async (inboxId: number, facts: Partial<MediaFacts> = {}): Promise<number> => {
      const event = textEvent({ type: 'image', media: { mime: 'image/jpeg', ...facts } });
      await chat.room.receive(inboxId, [event], 'engine');
      const row = await db
        .selectFrom('message')
        .select('id')
        .where('inbox_id', '=', inboxId)
        .where('message_id', '=', event.messageId)
        .executeTakeFirstOrThrow();
      return row.id;
    };
    const row = async (message: number) => (await readMediaOf(db, [message])).get(message)!;
    const turn = (): Promise<void> => new Promise((done) => setImmediate(done));
    return Object.assign(house, {
      db,
      chat,
      media,
      clock: chat.clock,
      asked,
      open,
      receive,
      row,
      turn,
      /** Resolves once the row is as expected. */
      async until(message: number, expected: Partial<Awaited<ReturnType<typeof row>>>): Promise<void> {
        for (;;) {
          const now = await row(message);
          if (Object.entries(expected).every(([key, value]) => now[key as keyof typeof now] === value))
            return;
          await turn();
        }
      },
      async askedTimes(count: number): Promise<void> {
        while (asked.length < count) await turn();
      },
      async [Symbol.asyncDispose]() {
        await media[Symbol.asyncDispose]();
        await chat[Symbol.asyncDispose]();
      },
    });
  }

  test('a file comes after its Message: stored, judged by its bytes, and shown without being asked for', async () => {
    await using h = await house((request) => writes(jpeg, request));
    await using fetcher = h.open();
    const inboxId = await newInbox(h.db);
    const message = await h.receive(inboxId, {
      reference: '{"way":1}',
      sha256: sha256(jpeg).toString('base64'),
    });
    fetcher.wake();
    await h.until(message, { state: 'stored' });
    expect(await h.row(message)).toMatchObject({
      sniffed: 'image/jpeg',
      size: jpeg.length,
      digest: sha256(jpeg).toString('hex'),
      file_name: 'from the phone.jpg',
      due_at: null,
      lease: null,
      reason: null,
    });
    expect(h.asked[0]).toMatchObject({
      inboxId,
      request: {
        message: { chat: '393331234567@c.us', fromMe: false },
        reference: '{"way":1}',
        largest: 100_000,
      },
    });
    const shown = (): boolean =>
      h.chat.pushes.some(({ rows }) => rows?.messages.some((one) => one.media?.state === 'stored'));
    while (!shown()) await h.turn();
    const opened = await h.media.room.openFile(message, 'image');
    expect(opened).toMatchObject({ mime: 'image/jpeg', size: jpeg.length, fileName: 'from the phone.jpg' });
    await expect.poll(() => h.media.incoming(), { timeout: 30_000 }).toEqual([]);
  });

  test('a file that fails twice and then comes is tried after 5 s and after 20 s', async () => {
    await using h = await house(async () => ({ kind: 'later', reason: 'engine-error' }));
    await using fetcher = h.open();
    const message = await h.receive(await newInbox(h.db));
    fetcher.wake();
    await h.until(message, { attempts: 1, state: 'remote' });
    expect((await h.row(message)).due_at).toBe(h.clock.now() + 5_000);
    await h.clock.advance(4_999);
    expect(h.asked).toHaveLength(1);
    await h.clock.advance(1);
    fetcher.wake();
    await h.until(message, { attempts: 2, state: 'remote' });
    expect((await h.row(message)).due_at).toBe(h.clock.now() + 20_000);
    h.handler = (request) => writes(jpeg, request);
    await h.clock.advance(20_000);
    fetcher.wake();
    await h.until(message, { state: 'stored' });
  });

  test('after eight tries it is gone, with the reason; an Agent may begin anew', async () => {
    await using h = await house(async () => ({ kind: 'later', reason: 'not-found-yet' }));
    await using fetcher = h.open();
    const message = await h.receive(await newInbox(h.db));
    for (let attempt = 1; attempt <= 8; attempt++) {
      fetcher.wake();
      await h.until(message, { attempts: attempt, state: attempt === 8 ? 'gone' : 'remote' });
      await h.clock.advance(waitAfter(attempt));
    }
    expect(await h.row(message)).toMatchObject({ reason: 'not-found-yet', due_at: null });
    h.handler = (request) => writes(jpeg, request);
    await h.media.room.retry(scope, message);
    fetcher.wake();
    await h.until(message, { state: 'stored' });
    expect(waitAfter(7)).toBe(3_600_000);
  });

  test('what WhatsApp has no more is gone at once, and so is what was taken back', async () => {
    await using h = await house(async () => ({ kind: 'gone', reason: 'expired' }));
    await using fetcher = h.open();
    const inboxId = await newInbox(h.db);
    const [expired, revoked] = [await h.receive(inboxId), await h.receive(inboxId)];
    await h.db.updateTable('message').set({ revoked_at: 5 }).where('id', '=', revoked).execute();
    fetcher.wake();
    await h.until(expired, { state: 'gone', reason: 'expired' });
    await h.until(revoked, { state: 'gone', reason: 'no-message' });
    expect(h.asked).toHaveLength(1);
  });

  test('other bytes than the sender’s, none at all, too many, or a link to somewhere are not kept', async () => {
    await using h = await house((request) => writes(Buffer.from('other bytes'), request));
    await using fetcher = h.open();
    const inboxId = await newInbox(h.db);
    const other = await h.receive(inboxId, { sha256: sha256(jpeg).toString('base64') });
    fetcher.wake();
    await h.until(other, { state: 'remote', reason: 'other-bytes' });
    h.handler = (request) => writes(Buffer.alloc(0), request);
    const empty = await h.receive(inboxId);
    fetcher.wake();
    await h.until(empty, { state: 'remote', reason: 'empty' });
    h.handler = (request) => writes(Buffer.alloc(100_001), request);
    const large = await h.receive(inboxId);
    fetcher.wake();
    await h.until(large, { state: 'gone', reason: 'too-large' });
    h.handler = async (request) => {
      await symlink('/etc/hostname', request.file);
      return { kind: 'fetched', mime: 'text/plain', size: 1 };
    };
    const link = await h.receive(inboxId);
    fetcher.wake();
    await h.until(link, { state: 'remote', reason: 'engine-error' });
    expect(await h.media.files()).toEqual([]);
    await expect.poll(() => h.media.incoming(), { timeout: 30_000 }).toEqual([]);
  });

  test('two at once for an Inbox, four in all, and the rest waits its turn', async () => {
    const waiting: (() => void)[] = [];
    await using h = await house(
      (request) => new Promise((done) => waiting.push(() => void writes(jpeg, request).then(done))),
    );
    await using fetcher = h.open();
    const inboxes = [await newInbox(h.db), await newInbox(h.db), await newInbox(h.db)];
    const messages: number[] = [];
    for (const inboxId of inboxes) for (let i = 0; i < 3; i++) messages.push(await h.receive(inboxId));
    fetcher.wake();
    await h.askedTimes(4);
    for (let i = 0; i < 20; i++) {
      fetcher.wake();
      await h.turn();
    }
    expect(h.asked).toHaveLength(4);
    const perInbox = Map.groupBy(h.asked, (one) => one.inboxId);
    expect([...perInbox.values()].every((list) => list.length <= 2)).toBe(true);
    for (let done = 0; done < 9; done++) {
      await h.askedTimes(done + 1);
      while (waiting.length === 0) await h.turn();
      waiting.shift()!();
    }
    for (const message of messages) await h.until(message, { state: 'stored' });
  });

  test('while a number is not connected its files wait and use up no try', async () => {
    await using h = await house((request) => writes(jpeg, request));
    h.isReady = false;
    await using fetcher = h.open();
    const message = await h.receive(await newInbox(h.db));
    for (let i = 0; i < 10; i++) {
      fetcher.wake();
      await h.clock.advance(60_000);
    }
    expect(await h.row(message)).toMatchObject({ state: 'remote', attempts: 0, reason: null });
    h.isReady = true;
    h.handler = async () => ({ kind: 'later', reason: 'not-connected' });
    fetcher.wake();
    await h.until(message, { state: 'remote', attempts: 0, reason: 'not-connected' });
  });

  test('kill -9 while fetching: when the lease is over another process fetches it, and the late try harms nothing', async () => {
    let late: (() => void) | undefined;
    await using h = await house(
      (request) => new Promise((done) => (late = () => void writes(jpeg, request).then(done))),
    );
    const killed = h.open();
    const message = await h.receive(await newInbox(h.db));
    killed.wake();
    await h.askedTimes(1);
    await h.until(message, { state: 'fetching', attempts: 1 });
    h.handler = (request) => writes(Buffer.concat([jpeg, jpeg]), request);
    await using next = h.open({ timeoutMs: 300_000 });
    await h.clock.advance(299_000);
    expect(h.asked).toHaveLength(1);
    await h.db.updateTable('media').set({ due_at: h.clock.now() }).where('message', '=', message).execute();
    next.wake();
    await h.until(message, { state: 'stored', attempts: 2 });
    const { digest } = await h.row(message);
    late!();
    await killed[Symbol.asyncDispose]();
    expect(await h.row(message)).toMatchObject({ state: 'stored', digest });
    await expect.poll(() => h.media.incoming(), { timeout: 30_000 }).toEqual([]);
  });

  test('a stop while fetching gives the file back at once, uncounted', async () => {
    await using h = await house(
      (request) =>
        new Promise((done) =>
          request.signal.addEventListener('abort', () => done({ kind: 'later', reason: 'aborted' })),
        ),
    );
    const fetcher = h.open();
    const message = await h.receive(await newInbox(h.db));
    fetcher.wake();
    await h.askedTimes(1);
    await fetcher[Symbol.asyncDispose]();
    expect(await h.row(message)).toMatchObject({ state: 'remote', attempts: 0, lease: null });
    expect((await h.row(message)).due_at).toBeLessThanOrEqual(h.clock.now() + 5_000);
  });

  test('an engine that throws or hangs costs one try and blocks nobody', async () => {
    await using h = await house(() => Promise.reject(new Error('crashed')));
    await using fetcher = h.open({ timeoutMs: 10_000 });
    const inboxId = await newInbox(h.db);
    const thrown = await h.receive(inboxId);
    fetcher.wake();
    await h.until(thrown, { state: 'remote', reason: 'engine-error', attempts: 1 });
    h.handler = () => new Promise(() => undefined);
    const hung = await h.receive(inboxId);
    fetcher.wake();
    await h.until(hung, { state: 'fetching' });
    await h.askedTimes(2);
    while ((await h.row(hung)).state === 'fetching') await h.clock.advance(1_000);
    expect(await h.row(hung)).toMatchObject({ state: 'remote', reason: 'timeout', attempts: 1 });
  });

  test('a store that is away costs no try', async () => {
    await using h = await house((request) => writes(jpeg, request));
    const put = h.media.parts.store.put.bind(h.media.parts.store);
    h.media.parts.store.put = () => Promise.reject(new StoreUnavailable('full'));
    await using fetcher = h.open();
    const message = await h.receive(await newInbox(h.db));
    fetcher.wake();
    await h.until(message, { state: 'remote', reason: 'store-unavailable', attempts: 0 });
    h.media.parts.store.put = put;
    await h.clock.advance(5_000);
    fetcher.wake();
    await h.until(message, { state: 'stored' });
  });
});
