import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { transact } from '../../db/database.ts';
import { readMediaOf, upsertMedia } from '../../db/query/media.ts';
import { takeUpload } from '../../db/query/upload.ts';
import { describeDatabases } from '../../db/testing.ts';
import { ManualClock } from '../clock.ts';
import { httpForTest } from '../http/testing.ts';
import { StoreUnavailable } from './store.ts';
import { sweepUploads } from './sweep.ts';

const jpeg = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0x01, 0x02, 0x03, 0x04, 1]),
  randomBytes(3_000),
]);
const mp4 = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom', 'latin1'), randomBytes(500)]);
const opus = Buffer.concat([Buffer.from(`OggS${'\0'.repeat(24)}OpusHead`, 'latin1'), randomBytes(500)]);

describeDatabases('uploads', (database) => {
  async function house() {
    const http = await httpForTest(database().db);
    const mine = await http.newOrganisation();
    const upload = async (body: Uint8Array | string, mime: string, query = '', headers = {}) => {
      const response = await fetch(`${http.url}/api/v1/uploads${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${mine.agentToken}`, 'content-type': mime, ...headers },
        body: new Blob([body as Uint8Array<ArrayBuffer> | string]),
      });
      return { status: response.status, json: (await response.json()) as Record<string, unknown> };
    };
    /** A connection that has sent the head of an upload and nothing of its body. */
    const begin = async (length: string): Promise<{ socket: Socket; answer: Promise<string> }> => {
      const socket = connect(Number(new URL(http.url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const answer = new Promise<string>((done) => socket.once('close', () => done(text)));
      socket.write(
        `POST /api/v1/uploads HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${mine.agentToken}\r\n` +
          `content-type: image/jpeg\r\n${length}\r\n\r\n`,
      );
      return { socket, answer };
    };
    /** Resolves once that many files are on their way. */
    const incoming = async (count: number): Promise<void> => {
      while ((await http.media.incoming()).length !== count) await new Promise((turn) => setImmediate(turn));
    };
    return { ...http, mine, upload, begin, incoming };
  }

  test('a file is kept as it came, judged by its bytes, named safely, and waits a day', async () => {
    await using h = await house();
    const { status, json } = await h.upload(
      jpeg,
      'image/jpeg',
      `?fileName=${encodeURIComponent('../Фото.jpg')}`,
    );
    expect(status).toBe(201);
    expect(json).toMatchObject({
      kind: 'image',
      mime: 'image/jpeg',
      size: jpeg.length,
      fileName: 'Фото.jpg',
      width: 0x0304,
      height: 0x0102,
      expiresAt: h.clock.now() + 24 * 3_600_000,
    });
    const digest = createHash('sha256').update(jpeg).digest('hex');
    expect(await h.media.files()).toEqual([digest]);
    expect(await h.media.incoming()).toEqual([]);
    const wanted = {
      id: String(json['uploadId']),
      organisationId: h.mine.organisationId,
      now: h.clock.now(),
    };
    expect(await transact(database().db, (tx) => takeUpload(tx, wanted))).toMatchObject({
      digest,
      agent_id: h.mine.agent.agentId,
    });
    const named = await h.upload(mp4, 'video/mp4', '', { 'x-file-name': encodeURIComponent('клип.mp4') });
    expect(named.json).toMatchObject({ kind: 'video', fileName: 'клип.mp4' });
    expect(await h.upload(mp4, 'video/mp4', '', { 'x-file-name': '%E0%A4%A' })).toMatchObject({
      status: 400,
    });
  });

  test('what it is sent as is what its bytes are, or what was asked for if they may be that', async () => {
    await using h = await house();
    const kinds: [Buffer, string, string, string | number][] = [
      [opus, 'audio/ogg', '', 'audio'],
      [opus, 'audio/ogg', '?as=voice', 'voice'],
      [mp4, 'video/mp4', '?as=document', 'document'],
      [Buffer.from('<html>'), 'image/jpeg', '', 'document'],
      [Buffer.from('plain'), 'text/plain', '', 'document'],
      [Buffer.from('<svg/>'), 'image/svg+xml', '?as=image', 415],
      [Buffer.from('<html>'), 'image/png', '?as=image', 415],
      [jpeg, 'video/mp4', '?as=video', 415],
      [mp4, 'image/webp', '?as=sticker', 415],
      [Buffer.alloc(0), 'image/png', '', 400],
      [jpeg, 'image/jpeg', '?as=program', 400],
    ];
    for (const [bytes, mime, query, expected] of kinds) {
      const { status, json } = await h.upload(bytes, mime, query);
      expect(status === 201 ? json['kind'] : status, `${mime} ${query}`).toBe(expected);
    }
    const html = await h.upload('<html>', 'image/jpeg');
    expect(html.json).toMatchObject({ kind: 'document', mime: 'application/octet-stream' });
    expect(await h.media.incoming()).toEqual([]);
  });

  test('too large: refused before the body when it says so, cut off when it does not, and nothing is left', async () => {
    await using h = await house();
    const tooLong = await h.begin('content-length: 10000001');
    expect(await tooLong.answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(await h.upload(Buffer.alloc(1_100_000), 'image/webp', '?as=sticker')).toMatchObject({
      status: 413,
    });
    const endless = await h.begin('transfer-encoding: chunked');
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    while (!endless.socket.closed) {
      if (!endless.socket.write(chunk)) {
        await Promise.race([once(endless.socket, 'drain').catch(() => undefined), endless.answer]);
      }
      await new Promise((turn) => setImmediate(turn));
    }
    await h.incoming(0);
    expect(await h.media.files()).toEqual([]);
  });

  test('a body that is shorter than it said, or compressed, is refused and leaves nothing', async () => {
    await using h = await house();
    const { socket } = await h.begin('content-length: 5000');
    socket.write(jpeg.subarray(0, 1_000));
    await h.incoming(1);
    socket.destroy();
    await h.incoming(0);
    expect(await h.upload(jpeg, 'image/jpeg', '', { 'content-encoding': 'gzip' })).toMatchObject({
      status: 415,
    });
    expect(await h.media.files()).toEqual([]);
    expect(h.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  test('a body that trickles is cut off, one that keeps its pace is not', async () => {
    await using h = await house();
    const slow = await h.begin('content-length: 5000000');
    const steady = await h.begin('content-length: 5000000');
    await h.incoming(2);
    slow.socket.write('x');
    steady.socket.write(Buffer.alloc(200_000));
    const sizes = async (): Promise<void> => {
      for (;;) {
        const names = await h.media.incoming();
        const all = await Promise.all(names.map((name) => stat(`${h.media.folder}/media/incoming/${name}`)));
        if (all.some(({ size }) => size === 200_000)) return;
      }
    };
    await sizes();
    await h.clock.advance(30_000);
    expect(await slow.answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*too slowly/);
    await h.incoming(1);
    steady.socket.destroy();
    await h.incoming(0);
  });

  test('one Agent has four uploads at once and fifty waiting, and is told to wait', async () => {
    await using h = await house();
    const open = await Promise.all(Array.from({ length: 4 }, () => h.begin('content-length: 500')));
    await h.incoming(4);
    expect(await h.upload(jpeg, 'image/jpeg')).toMatchObject({ status: 429 });
    for (const { socket } of open) socket.destroy();
    await h.incoming(0);
    for (let i = 0; i < 50; i++) expect((await h.upload(`file ${i}`, 'text/plain')).status).toBe(201);
    expect(await h.upload(jpeg, 'image/jpeg')).toMatchObject({ status: 429 });
  });

  test('the programs of one Organisation cannot use up what those of another may have', async () => {
    await using h = await house();
    const theirs = await h.newOrganisation();
    const keyOf = async (token: string): Promise<string> => {
      const body = { name: 'sends', scopes: ['messages:send'] };
      return String((await h.call('POST', '/api-keys', { token, body })).json['key']);
    };
    const [mine, other] = [await keyOf(h.mine.adminToken), await keyOf(theirs.adminToken)];
    const by = (key: string) => h.upload('x', 'text/plain', '', { authorization: `Bearer ${key}` });
    let last = 201;
    while (last === 201) last = (await by(other)).status;
    expect(last).toBe(429);
    expect((await by(mine)).status).toBe(201);
  });

  test('what nobody sends is gone after a day, its file too, unless a Message has the same one', async () => {
    await using h = await house();
    const { db } = database();
    await h.upload(jpeg, 'image/jpeg');
    const { json } = await h.upload(mp4, 'video/mp4');
    await h.media.give(h.mine.inbox.id, 987_654, { mime: 'image/jpeg' }, jpeg);
    // By a clock of its own: a day of the house's is tens of thousands of looks by all that works beside it.
    const sweepAfter = (hours: number) =>
      sweepUploads({
        db,
        store: h.media.parts.store,
        clock: new ManualClock(h.clock.now() + hours * 3_600_000),
        signal: new AbortController().signal,
      });
    expect(await sweepAfter(23)).toBe(0);
    await sweepAfter(25);
    expect(await h.media.files()).toEqual([createHash('sha256').update(jpeg).digest('hex')]);
    const wanted = { id: String(json['uploadId']), organisationId: h.mine.organisationId, now: 0 };
    expect(await transact(db, (tx) => takeUpload(tx, wanted))).toBeUndefined();
  });

  test('a disk that is full, or a store that is away, is "not now"; no file and no row are left', async () => {
    await using h = await house();
    const { store, spool } = h.media.parts;
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const uploads = async () =>
      (
        await database()
          .db.selectFrom('upload')
          .select('id')
          .where('agent_id', '=', h.mine.agent.agentId)
          .execute()
      ).length;
    const put = store.put.bind(store);
    for (const error of [full, new StoreUnavailable('away')]) {
      store.put = () => Promise.reject(error);
      expect(await h.upload(jpeg, 'image/jpeg')).toMatchObject({ status: 503 });
    }
    store.put = put;
    const receive = spool.receive.bind(spool);
    spool.receive = () => Promise.reject(full);
    expect(await h.upload(jpeg, 'image/jpeg')).toMatchObject({ status: 503 });
    spool.receive = receive;
    expect(await uploads()).toBe(0);
    expect(await h.media.incoming()).toEqual([]);
    expect((await h.upload(jpeg, 'image/jpeg')).status).toBe(201);
  });

  test('an upload may be discarded by the Agent who made it, and by nobody else', async () => {
    await using h = await house();
    const { json } = await h.upload(Buffer.concat([jpeg, randomBytes(9)]), 'image/jpeg');
    const path = `/uploads/${String(json['uploadId'])}`;
    expect((await h.call('DELETE', path, { token: h.mine.adminToken })).status).toBe(404);
    expect(await h.media.files()).toHaveLength(1);
    expect((await h.call('DELETE', path, { token: h.mine.agentToken })).status).toBe(204);
    expect((await h.call('DELETE', path, { token: h.mine.agentToken })).status).toBe(404);
    expect(await h.media.files()).toEqual([]);
  });

  test('an Agent asks for a file again: one that was given up is tried, one that is here is not', async () => {
    await using h = await house();
    const { db } = database();
    await h.chat.receive(
      h.mine.inbox.id,
      [
        {
          kind: 'message',
          messageId: '3EB0FF',
          chat: '393331234567@c.us' as never,
          fromMe: false,
          type: 'image',
          body: '',
          at: h.clock.now(),
          origin: 'live',
        },
      ],
      'engine',
    );
    const message = (
      await db
        .selectFrom('message')
        .select('id')
        .where('inbox_id', '=', h.mine.inbox.id)
        .executeTakeFirstOrThrow()
    ).id;
    const retry = () => h.call('POST', `/messages/${message}/media/retry`, { token: h.mine.agentToken });
    expect((await retry()).json.code).toBe('conflict');
    await upsertMedia(db, [
      { inboxId: h.mine.inbox.id, message, facts: { mime: '', gone: true }, dueAt: null, seq: 1 },
    ]);
    expect((await retry()).status).toBe(202);
    expect((await readMediaOf(db, [message])).get(message)).toMatchObject({
      state: 'remote',
      attempts: 0,
      due_at: h.clock.now(),
    });
    await db.updateTable('media').set({ state: 'stored' }).where('message', '=', message).execute();
    expect((await retry()).json.code).toBe('conflict');
  });
});
