import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { bodies, path, signed } from './testing-attacks.ts';
import { deliveriesOf, openDoor, rowsOf, wahaMessage } from './testing.ts';

describeDatabases('attacks on the webhook: what may stand in them', (database) => {
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
});
