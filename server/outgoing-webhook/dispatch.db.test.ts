import { createHmac, randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { createSeal } from '../access/seal.ts';
import { openTestRoom, textEvent } from '../chat/testing.ts';
import type { MessageNews } from '../contract/outgoing.ts';
import { newOrganisation, outgoingForTest, Receiver, type Taken } from './testing.ts';

const choice = { description: '', format: 'chatdock' as const, events: [], inboxIds: null };
const bodyOf = ({ event }: Taken): string => (event.data as MessageNews).message.body;

describeDatabases('outgoing webhooks', (database) => {
  // A test that fails leaves its Endpoint behind.
  afterEach(() => database().db.updateTable('endpoint').set({ state: 'off' }).execute());

  test('a Message is posted once, signed, and its receiver can verify it', async () => {
    const { db } = database();
    await using house = await outgoingForTest(db);
    const { endpoints, receiver, test: room } = house;
    const { organisationId, inboxId } = await newOrganisation(db);
    const { endpoint, secret } = await endpoints.create(organisationId, {
      ...choice,
      url: `${receiver.origin}/hook`,
    });
    await room.room.receive(inboxId, [textEvent({ body: 'hello' })], 'engine');
    await house.turnUntil(async () => (await endpoints.one(organisationId, endpoint.id)).lastOkAt > 0);
    const [taken] = receiver.taken;
    expect(receiver.types).toEqual(['message.received']);
    const { headers, raw } = taken!;
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${raw}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
    const rows = await db.selectFrom('endpoint').select('secret').where('id', '=', endpoint.id).execute();
    expect(JSON.stringify(rows)).not.toContain(secret.slice('whsec_'.length));
    expect(room.logged.join()).not.toContain(secret);
    expect(
      await endpoints.deliveries(organisationId, endpoint.id, {
        state: undefined,
        before: undefined,
        limit: 9,
      }),
    ).toMatchObject([{ state: 'delivered', attempts: [{ status: 204, error: null }] }]);
    await endpoints.remove(organisationId, endpoint.id);
  });

  test('a receiver that is away for a while gets everything afterwards, each try under the same id', async () => {
    const { db } = database();
    await using house = await outgoingForTest(db);
    const { endpoints, receiver, test: room } = house;
    const { organisationId, inboxId } = await newOrganisation(db);
    const { endpoint } = await endpoints.create(organisationId, { ...choice, url: receiver.origin });
    receiver.answer = (_, n) => (n <= 2 ? { status: 500 } : { status: 200 });
    await room.room.receive(inboxId, [textEvent({ body: 'again' })], 'engine');
    await house.turnUntil(async () => (await endpoints.one(organisationId, endpoint.id)).lastOkAt > 0);
    expect(receiver.taken.length).toBe(3);
    expect(new Set(receiver.taken.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await endpoints.one(organisationId, endpoint.id)).toMatchObject({
      failures: 0,
      waiting: 0,
      dead: 0,
    });
    await endpoints.remove(organisationId, endpoint.id);
  });

  test('a receiver that never answers well: given up after ten tries, kept, told again when asked for', async () => {
    const { db } = database();
    await using house = await outgoingForTest(db);
    const { endpoints, receiver, test: room } = house;
    const { organisationId, inboxId } = await newOrganisation(db);
    const { endpoint } = await endpoints.create(organisationId, { ...choice, url: receiver.origin });
    receiver.answer = () => ({ status: 503 });
    await room.room.receive(inboxId, [textEvent({ body: 'dead' })], 'engine');
    for (let tries = 1; tries <= 10; tries++) {
      await house.turnUntil(() => receiver.taken.length >= tries);
      await house.turnUntil(
        async () => (await endpoints.one(organisationId, endpoint.id)).failures === tries,
      );
      // Hours and days go by; the waits themselves are tested with the schedule.
      await db.updateTable('endpoint').set({ paused_until: 0 }).where('id', '=', endpoint.id).execute();
      await db
        .updateTable('endpoint_delivery')
        .set({ due_at: room.clock.now() })
        .where('endpoint_id', '=', endpoint.id)
        .execute();
    }
    expect(await endpoints.one(organisationId, endpoint.id)).toMatchObject({ waiting: 0, dead: 1 });
    receiver.answer = () => ({ status: 200 });
    await endpoints.change(organisationId, endpoint.id, { on: true });
    expect(await endpoints.replay(organisationId, endpoint.id, { since: 0, everything: false })).toBe(1);
    await house.turnUntil(async () => (await endpoints.one(organisationId, endpoint.id)).lastOkAt > 0);
    expect(new Set(receiver.taken.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await endpoints.replay(organisationId, endpoint.id, { since: 0, everything: true })).toBe(1);
    await house.turnUntil(() => receiver.taken.length === 12);
    await endpoints.remove(organisationId, endpoint.id);
  });

  test('410 means: never again. A redirect is followed nowhere', async () => {
    const { db } = database();
    await using house = await outgoingForTest(db);
    const { endpoints, receiver, test: room } = house;
    const { organisationId, inboxId } = await newOrganisation(db);
    const { endpoint } = await endpoints.create(organisationId, { ...choice, url: receiver.origin });
    receiver.answer = () => ({ status: 302, headers: { location: `${receiver.origin}/elsewhere` } });
    await room.room.receive(inboxId, [textEvent()], 'engine');
    await house.turnUntil(async () => (await endpoints.one(organisationId, endpoint.id)).failures === 1);
    receiver.answer = () => ({ status: 410 });
    await house.turnUntil(async () => (await endpoints.one(organisationId, endpoint.id)).state === 'gone');
    await room.room.receive(inboxId, [textEvent()], 'engine');
    await room.clock.advance(10_000);
    expect(receiver.taken.length).toBe(2);
    await endpoints.remove(organisationId, endpoint.id);
  });

  test('one that has failed five times is left alone for a while, and delays nobody else', async () => {
    const { db } = database();
    await using house = await outgoingForTest(db);
    const { endpoints, receiver, test: room } = house;
    const { organisationId, inboxId } = await newOrganisation(db);
    const bad = await endpoints.create(organisationId, { ...choice, url: `${receiver.origin}/bad` });
    const good = await endpoints.create(organisationId, { ...choice, url: `${receiver.origin}/good` });
    // By its id: both stand on one server.
    const ids = new Map<string, number>();
    receiver.answer = ({ headers }) => {
      const id = String(headers['webhook-id']);
      ids.set(id, (ids.get(id) ?? 0) + 1);
      return { status: 200 };
    };
    await db
      .updateTable('endpoint')
      .set({ failures: 5, paused_until: room.clock.now() + 120_000 })
      .where('id', '=', bad.endpoint.id)
      .execute();
    await room.room.receive(
      inboxId,
      Array.from({ length: 20 }, (_, n) => textEvent({ body: `${n}` })),
      'engine',
    );
    await house.turnUntil(async () => {
      const row = await endpoints.one(organisationId, good.endpoint.id);
      return row.lastOkAt > 0 && row.waiting === 0;
    });
    expect(await endpoints.one(organisationId, bad.endpoint.id)).toMatchObject({ waiting: 20, lastOkAt: 0 });
    await room.clock.advance(120_000);
    await house.turnUntil(async () => (await endpoints.one(organisationId, bad.endpoint.id)).waiting === 0);
    expect([...ids.values()]).toEqual(Array.from({ length: 20 }, () => 2));
    for (const { endpoint } of [bad, good]) await endpoints.remove(organisationId, endpoint.id);
  });

  test('the process ends while a POST is under way: the next one posts it again under the same id', async () => {
    const { db } = database();
    await using receiver = await new Receiver().open();
    const seal = createSeal([randomBytes(32)]);
    await using room = openTestRoom(db);
    const { organisationId, inboxId } = await newOrganisation(db);
    receiver.answer = () => 'hold';
    let endpointId = 0;
    {
      await using first = await outgoingForTest(db, { receiver, seal, test: room });
      endpointId = (await first.endpoints.create(organisationId, { ...choice, url: receiver.origin }))
        .endpoint.id;
      await room.room.receive(inboxId, [textEvent({ body: 'once' })], 'engine');
      await first.turnUntil(() => receiver.taken.length === 1);
    }
    receiver.answer = () => ({ status: 200 });
    await using second = await outgoingForTest(db, { receiver, seal, test: room });
    await second.turnUntil(async () => (await second.endpoints.one(organisationId, endpointId)).lastOkAt > 0);
    expect(receiver.taken.map(bodyOf)).toEqual(['once', 'once']);
    expect(new Set(receiver.taken.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    await second.endpoints.remove(organisationId, endpointId);
  });

  test('two processes post what is queued: each event once', async () => {
    const { db } = database();
    await using receiver = await new Receiver().open();
    const seal = createSeal([randomBytes(32)]);
    await using room = openTestRoom(db);
    await using one = await outgoingForTest(db, { receiver, seal, test: room });
    await using two = await outgoingForTest(db, { receiver, seal, test: room });
    const { organisationId, inboxId } = await newOrganisation(db);
    const { endpoint } = await one.endpoints.create(organisationId, { ...choice, url: receiver.origin });
    await room.room.receive(
      inboxId,
      Array.from({ length: 40 }, (_, n) => textEvent({ body: `${n}` })),
      'engine',
    );
    await two.turnUntil(async () => {
      const row = await one.endpoints.one(organisationId, endpoint.id);
      return row.lastOkAt > 0 && row.waiting === 0;
    });
    expect(receiver.taken.length).toBe(40);
    expect(new Set(receiver.taken.map(bodyOf)).size).toBe(40);
    await one.endpoints.remove(organisationId, endpoint.id);
  });

  test('an address of a private network is refused when it is saved, and when its name leads there later', async () => {
    const { db } = database();
    await using house = await outgoingForTest(db);
    const { endpoints } = house;
    const { organisationId } = await newOrganisation(db);
    for (const url of [
      'http://127.0.0.1:9/hook',
      'http://10.0.0.5/',
      'http://[::1]/',
      'http://169.254.169.254/latest',
      'ftp://crm.example/',
      'https://user:secret@crm.example/',
      'no address',
    ]) {
      await expect(endpoints.create(organisationId, { ...choice, url }), url).rejects.toMatchObject({
        code: 'bad-request',
      });
    }
    const { endpoint } = await endpoints.create(organisationId, { ...choice, url: house.receiver.origin });
    await db
      .updateTable('endpoint')
      .set({ url: 'http://127.0.0.1:9/hook' })
      .where('id', '=', endpoint.id)
      .execute();
    expect(await endpoints.test(organisationId, endpoint.id)).toMatchObject({
      error: 'forbidden-address',
      status: null,
    });
    await endpoints.remove(organisationId, endpoint.id);
  });

  test('the test button posts at once and says what came of it', async () => {
    const { db } = database();
    await using house = await outgoingForTest(db);
    const { endpoints, receiver } = house;
    const { organisationId } = await newOrganisation(db);
    const { endpoint } = await endpoints.create(organisationId, { ...choice, url: receiver.origin });
    expect(await endpoints.test(organisationId, endpoint.id)).toMatchObject({ status: 204, excerpt: '' });
    expect(receiver.types).toEqual(['endpoint.test']);
    expect(await endpoints.test(organisationId + 1, endpoint.id)).toBeUndefined();
    await endpoints.remove(organisationId, endpoint.id);
  });
});
