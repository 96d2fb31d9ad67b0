import { createHash, createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { scope } from '../chat/testing.ts';
import { rotateWebhookSecret } from '../../db/query/webhook.ts';
import { largestBody } from './body.ts';
import {
  addInbox,
  deliveriesOf,
  doorSecret,
  openDoor,
  rowsOf,
  wahaMessage,
  type TestDoor,
} from './testing.ts';

const path = '/webhook/waha/org1';
const mac = (raw: Uint8Array | string, secret = doorSecret): Record<string, string> => ({
  'x-webhook-hmac': createHmac('sha512', secret).update(raw).digest('hex'),
});
const signed = (door: TestDoor, raw: Uint8Array | string, headers: Record<string, string> = {}) =>
  door.post(path, raw, { ...mac(raw), ...headers });
const bodies = async (door: TestDoor) =>
  (await rowsOf(door.test.db, door.inboxId)).messages.map((row) => row.body);

describeDatabases('attacks on the webhook', (database) => {
  test('40: unknown kinds, unknown fields and names from Object.prototype stop nothing', async () => {
    await using door = await openDoor(database().db);
    const text = JSON.stringify(wahaMessage({ body: 'mine' })).replace(
      '{',
      '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"toString":1,"new":{"field":[]},',
    );
    expect((await signed(door, text)).status).toBe(200);
    for (const event of ['__proto__', 'constructor', 'future.kind']) {
      expect((await door.waha({ ...wahaMessage(), event })).status).toBe(200);
    }
    expect(await bodies(door)).toEqual(['mine']);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  test('41: ids are kept byte for byte; two that differ in case are two; unusable ones are left out', async () => {
    await using door = await openDoor(database().db);
    const chat = '15551230001@c.us';
    for (const id of ['3EB0ABCD', '3eb0abcd', `3EB0'";--`]) {
      expect((await door.waha(wahaMessage({ id: `false_${chat}_${id}` }))).status).toBe(200);
    }
    const unusable = ['', 'x'.repeat(10_000), 'a\0b', 'a b', 'А3ЕВ0', '~mine', '\ud800'];
    for (const id of unusable) {
      expect((await door.waha(wahaMessage({ id: `false_${chat}_${id}` }))).status).toBe(200);
    }
    const { messages } = await rowsOf(door.test.db, door.inboxId);
    expect(messages.map((row) => row.message_id).toSorted()).toEqual(
      ['3EB0ABCD', '3eb0abcd', `3EB0'";--`].toSorted(),
    );
  });

  test('42: a body about another’s session, signed with one’s own key', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const theirs = await addInbox(db, {
      dialect: 'waha',
      session: 'org2',
      secret: 'theirs',
      organisationId: scope.organisationId + 1,
    });
    const about = JSON.stringify({ ...wahaMessage(), session: 'org2' });
    // Own address with own key, their address with own key, the seed's address with own key.
    expect((await signed(door, about)).status).toBe(401);
    expect((await door.post('/webhook/waha/org2', about, mac(about))).status).toBe(401);
    expect((await door.post('/api/v1/WhatsApp/action/webhook', about, mac(about))).status).toBe(401);
    // Their key opens their door and not ours.
    const own = JSON.stringify(wahaMessage());
    expect((await door.post(path, own, mac(own, 'theirs'))).status).toBe(401);
    expect((await rowsOf(db, door.inboxId)).messages).toEqual([]);
    expect((await rowsOf(db, theirs)).messages).toEqual([]);
    expect((await door.post('/webhook/waha/org2', about, mac(about, 'theirs'))).status).toBe(200);
    expect((await rowsOf(db, theirs)).messages).toHaveLength(1);
    expect((await rowsOf(db, door.inboxId)).messages).toEqual([]);
  });

  test('44: every signature but the documented one is refused with the same answer', async () => {
    await using door = await openDoor(database().db);
    const raw = JSON.stringify(wahaMessage());
    const right = mac(raw)['x-webhook-hmac']!;
    const tries: Record<string, string | string[]>[] = [
      {},
      { 'x-webhook-hmac': '' },
      { 'x-webhook-hmac': right.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) },
      mac(JSON.stringify(JSON.parse(raw), undefined, 2)),
      { 'x-webhook-hmac': createHmac('sha256', doorSecret).update(raw).digest('hex') },
      { 'x-webhook-hmac': createHash('sha512').update(raw).digest('hex') },
      { 'x-webhook-hmac': right.toUpperCase() },
      { 'x-webhook-hmac': Buffer.from(right, 'hex').toString('base64') },
      { 'x-webhook-hmac': right.slice(0, -1) },
      { 'x-webhook-hmac': [right, right] },
      { 'x-webhook-hmac': right, 'x-webhook-hmac-algorithm': 'sha256' },
      { 'x-webhook-hmac': right, 'x-webhook-hmac-algorithm': ['sha512', 'sha512'] },
      { 'x-api-key': doorSecret },
    ];
    const unknown = await door.post('/webhook/waha/nobody', raw, mac(raw));
    for (const headers of tries) {
      const answer = await door.post(path, raw, headers);
      expect(answer.status).toBe(401);
      expect(answer.body).toBe(unknown.body);
    }
    expect(await bodies(door)).toEqual([]);
    expect((await door.post(path, raw, mac(raw))).status).toBe(200);
  });

  test('45: without a secret the door is shut, unless an operator has named it', async () => {
    const { db } = database();
    {
      await using door = await openDoor(db, { secret: null });
      const raw = JSON.stringify(wahaMessage());
      for (const headers of [{}, mac(raw), mac(raw, 'null'), { 'x-webhook-hmac': '' }]) {
        const answer = await door.post(path, raw, headers);
        expect(answer.status).toBe(401);
        expect(answer.body).toContain('webhook-not-configured');
      }
      expect(await bodies(door)).toEqual([]);
    }
    {
      await using door = await openDoor(db, { secret: null, unsigned: ['waha/org2', 'wwebjs-api/org1'] });
      expect((await door.post(path, JSON.stringify(wahaMessage()))).status).toBe(401);
    }
    {
      await using door = await openDoor(db, { secret: null, unsigned: ['waha/org1'] });
      expect((await door.post(path, JSON.stringify(wahaMessage()))).status).toBe(200);
    }
    {
      // The name alone does not switch a secret off.
      await using door = await openDoor(db, { unsigned: ['waha/org1'] });
      expect((await door.post(path, JSON.stringify(wahaMessage()))).status).toBe(401);
    }
    {
      await using door = await openDoor(db, { secret: '' });
      const raw = JSON.stringify(wahaMessage());
      expect((await door.post(path, raw, mac(raw, ''))).status).toBe(401);
    }
  });

  test('46: one delivery a hundred times, and a day later: one row, one push', async () => {
    await using door = await openDoor(database().db);
    const raw = JSON.stringify(wahaMessage({ body: 'once' }));
    const answers = await Promise.all(Array.from({ length: 100 }, () => signed(door, raw)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    await door.clock.advance(86_400_000);
    expect((await signed(door, raw)).status).toBe(200);
    expect(await bodies(door)).toEqual(['once']);
    await door.waha(wahaMessage({ body: 'after' }));
    await expect.poll(() => door.test.pushes.length).toBe(2);
    expect(door.test.pushes.map((push) => push.rows?.messages.map((row) => row.body))).toEqual([
      ['once'],
      ['after'],
    ]);
  });

  test('46: an old session.status is no news, whenever it is replayed', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const statuses = deliveriesOf('waha').filter(({ name }) => name.includes('session.status'));
    for (const { raw, headers } of statuses) await door.post(path, raw, headers);
    const before = await rowsOf(db, door.inboxId);
    expect(before.session).toMatchObject({ state: 'working', since: 1_795_235_057_120 });
    const head = await door.test.room.head(door.inboxId);
    await door.clock.advance(3_600_000);
    for (const { raw, headers } of statuses) {
      expect((await door.post(path, raw, headers)).status).toBe(200);
    }
    expect(await rowsOf(db, door.inboxId)).toEqual(before);
    expect(await door.test.room.head(door.inboxId)).toBe(head);
    const log = await db
      .selectFrom('session_event')
      .select(['state', 'at'])
      .where('inbox_id', '=', door.inboxId)
      .orderBy('id')
      .execute();
    expect(log).toEqual([
      { state: 'starting', at: 1_795_235_052_475 },
      { state: 'pairing', at: 1_795_235_053_891 },
      { state: 'working', at: 1_795_235_057_120 },
    ]);
  });

  test('46: a status from the future does not outlive the ones after it', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const status = (name: string, timestamp: number) => ({
      event: 'session.status',
      session: 'org1',
      timestamp,
      payload: { name: 'org1', status: name },
    });
    const now = door.clock.now();
    await door.waha(status('FAILED', now + 10 * 365 * 86_400_000));
    await door.clock.advance(1_000);
    await door.waha(status('WORKING', now + 1_000));
    expect((await rowsOf(db, door.inboxId)).session).toMatchObject({ state: 'working', since: now + 1_000 });
  });

  test('47: WAHA’s timestamp header is under no signature, so nothing hangs on it', async () => {
    await using door = await openDoor(database().db);
    for (const stamp of ['0', 'NaN', '99999999999999', '']) {
      expect((await door.waha(wahaMessage(), { 'x-webhook-timestamp': stamp })).status).toBe(200);
    }
    const at = (await rowsOf(door.test.db, door.inboxId)).messages.map((row) => row.at);
    expect(Math.min(...at)).toBeGreaterThan(1_795_235_000_000);
  });

  test('48: while a key is changed both count; after the cut-over only the new one', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const { id } = await db
      .selectFrom('webhook')
      .select('id')
      .where('inbox_id', '=', door.inboxId)
      .executeTakeFirstOrThrow();
    const cutOver = door.clock.now() + 60_000;
    await rotateWebhookSecret(db, id, { secret: 'new', previous: doorSecret, previousUntil: cutOver });
    door.router.forget();
    const raw = JSON.stringify(wahaMessage());
    const status = async (secret: string) => (await door.post(path, raw, mac(raw, secret))).status;
    expect([await status('new'), await status(doorSecret), await status('third')]).toEqual([200, 200, 401]);
    await door.clock.advance(60_001);
    expect([await status('new'), await status(doorSecret)]).toEqual([200, 401]);
  });

  test('48: a change made by another process is noticed within seconds', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const raw = JSON.stringify(wahaMessage());
    const status = async (secret: string) => (await door.post(path, raw, mac(raw, secret))).status;
    expect(await status(doorSecret)).toBe(200);
    await db.updateTable('webhook').set({ secret: 'new' }).where('inbox_id', '=', door.inboxId).execute();
    await door.clock.advance(5_001);
    expect([await status('new'), await status(doorSecret)]).toEqual([200, 401]);
  });

  test('49: only plain UTF-8 JSON is read', async () => {
    await using door = await openDoor(database().db);
    const raw = JSON.stringify(wahaMessage());
    const bomb = gzipSync(Buffer.alloc(10_000_000, 0x20));
    expect((await signed(door, bomb, { 'content-encoding': 'gzip' })).status).toBe(415);
    for (const encoding of ['gzip', 'br', 'deflate', 'x']) {
      expect((await signed(door, raw, { 'content-encoding': encoding })).status).toBe(415);
    }
    for (const type of [
      'text/plain',
      'application/json; charset=utf-7',
      'application/json; charset=utf-16',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
      '',
    ]) {
      expect((await signed(door, raw, { 'content-type': type })).status).toBe(415);
    }
    for (const type of ['application/json', 'Application/JSON', 'application/json; charset="UTF-8"']) {
      expect((await signed(door, raw, { 'content-type': type })).status).toBe(200);
    }
    const broken = Buffer.from(raw.replace('text', 'te?t'));
    broken[broken.indexOf('?')] = 0xff;
    expect((await signed(door, broken)).status).toBe(400);
    expect((await signed(door, raw.slice(0, -1))).status).toBe(400);
    expect((await signed(door, '')).status).toBe(400);
    expect(await bodies(door)).toHaveLength(1);
  });

  test('49: a body over one mebibyte is refused, announced or not; one below it is taken', async () => {
    await using door = await openDoor(database().db);
    const start = raw(door.port);
    start.write(`${head(largestBody + 1)}`);
    expect(await start.answer).toContain('413');
    const chunked = raw(door.port);
    chunked.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const piece = 'x'.repeat(65_536);
    for (let sent = 0; sent <= largestBody; sent += piece.length) chunked.write(`10000\r\n${piece}\r\n`);
    expect(await chunked.answer).toContain('413');
    const text = 'x'.repeat(largestBody - 1_000);
    const body = JSON.stringify(wahaMessage({ body: text }));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(largestBody);
    expect((await signed(door, body)).status).toBe(200);
  });

  test('49: a body that is cut off leaves nothing behind', async () => {
    await using door = await openDoor(database().db);
    const body = JSON.stringify(wahaMessage());
    const cut = raw(door.port);
    cut.write(`${head(body.length, mac(body))}${body.slice(0, 40)}`);
    cut.socket.end();
    await cut.closed;
    // The next one is not disturbed.
    expect((await signed(door, body)).status).toBe(200);
    expect(await bodies(door)).toHaveLength(1);
  });

  test('49: a body that takes too long is given up after ten seconds; others do not wait for it', async () => {
    await using door = await openDoor(database().db);
    const body = JSON.stringify(wahaMessage());
    const slow = Array.from({ length: 50 }, () => raw(door.port));
    const asleep = door.clock.waiting;
    for (const one of slow) one.write(`${head(body.length, mac(body))}{`);
    await expect.poll(() => door.clock.waiting - asleep).toBe(50);
    expect((await signed(door, body)).status).toBe(200);
    await door.clock.advance(10_001);
    for (const one of slow) {
      expect(await one.answer).toContain('400');
      await one.closed;
    }
    expect(door.clock.waiting).toBe(asleep);
  });

  test('49: two lengths, or a length and chunks, are no request', async () => {
    await using door = await openDoor(database().db);
    for (const lines of [
      'content-length: 2\r\ntransfer-encoding: chunked',
      'content-length: 2\r\ncontent-length: 3',
    ]) {
      const smuggled = raw(door.port);
      smuggled.write(
        `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${lines}\r\n\r\n{}`,
      );
      expect(await smuggled.answer).toContain('400');
    }
  });

  test('76: depth bombs, 100,000 keys, a number of a million digits: quick answers, no 500', async () => {
    await using door = await openDoor(database().db);
    const size = largestBody - 10;
    const deep = ['['.repeat(size), '{"a":'.repeat(size / 5), `${'['.repeat(65)}${']'.repeat(65)}`];
    for (const text of deep) expect((await signed(door, text)).status).toBe(400);
    const keys = Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`k${index}`, 1]));
    const odd = [
      JSON.stringify({ ...wahaMessage({ body: 'keys' }), ...keys }),
      JSON.stringify(wahaMessage({ body: 'digits' })).replace(
        /"hasMedia":false/,
        `"n":1${'0'.repeat(1_000_000)}`,
      ),
      JSON.stringify(wahaMessage({ body: 'twice' })).replace('{', '{"event":"x","event":"y",'),
      JSON.stringify(wahaMessage({ body: `${'['.repeat(200)}"\\` })),
    ];
    for (const text of odd) {
      const before = performance.now();
      expect((await signed(door, text)).status).toBe(200);
      expect(performance.now() - before).toBeLessThan(2_000);
    }
    expect((await bodies(door)).toSorted()).toEqual(
      ['keys', 'digits', 'twice', `${'['.repeat(200)}"\\`].toSorted(),
    );
  });

  test('texts of every kind come back as they were: 64 KiB, markup, lone surrogates made well-formed', async () => {
    await using door = await openDoor(database().db);
    const texts = [
      'ж'.repeat(65_536),
      '<img src=x onerror=alert(1)><script>alert(1)</script>',
      "'; drop table message; --",
      '👩‍👩‍👧‍👦 \u202Eabc\u0000\r\n',
    ];
    for (const text of texts) expect((await door.waha(wahaMessage({ body: text }))).status).toBe(200);
    expect((await door.waha(wahaMessage({ body: 'a\ud800b' }))).status).toBe(200);
    expect((await bodies(door)).toSorted()).toEqual([...texts, 'a\ufffdb'].toSorted());
  });

  test('a message dated in the future does not stay on top for ever', async () => {
    await using door = await openDoor(database().db);
    const now = door.clock.now();
    await door.waha(wahaMessage({ timestamp: 4_102_444_800, body: 'from 2100' }));
    const [row] = (await rowsOf(door.test.db, door.inboxId)).messages;
    expect(row!.at).toBe(now);
  });

  test('a refusal tells nothing of ours, and no secret or text reaches the log', async () => {
    await using door = await openDoor(database().db);
    const raw = JSON.stringify(wahaMessage({ body: 'private words' }));
    await door.post(path, raw, mac(raw, 'guess'));
    await signed(door, raw.slice(0, -1));
    expect((await signed(door, raw)).status).toBe(200);
    const log = door.test.logged.join('\n');
    expect(log).not.toContain('private words');
    expect(log).not.toContain(doorSecret);
    const refused = await door.post(path, raw, mac(raw, 'guess'));
    expect(JSON.parse(refused.body)).toEqual({
      type: 'about:blank',
      title: 'The signature does not match',
      status: 401,
      code: 'bad-signature',
    });
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    });
  });
});

function head(length: number, headers: Record<string, string> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${lines.join('')}content-length: ${length}\r\n\r\n`;
}

/** A connection on which a test writes what it likes; `answer` is the first line that comes back. */
function raw(port: number) {
  const socket = connect(port, '127.0.0.1');
  // The other side may close while this one still writes.
  socket.on('error', () => {});
  const answer = new Promise<string>((resolve) => {
    let text = '';
    const found = (): void => resolve(text.split('\r\n', 1)[0] ?? '');
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n')) found();
    });
    socket.on('close', found);
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  return { socket, answer, closed, write: (text: string) => socket.write(text) };
}
