import { describe, expect, test } from 'vitest';
import { retireWebhooks } from '../../db/query/inbox-removal.ts';
import { describeDatabases } from '../../db/testing.ts';
import { scope } from '../chat/testing.ts';
import {
  addInbox,
  deliveriesOf,
  dialectFolders,
  openDoor,
  recordedOf,
  rowsOf,
  send,
  wahaMessage,
  type Delivery,
  type TestDoor,
} from './testing.ts';

const chat = '15551230001@c.us';

async function deliver(door: TestDoor, path: string, deliveries: readonly Delivery[]): Promise<void> {
  for (const { headers, raw } of deliveries) {
    const answer = await door.post(path, raw, headers);
    expect(answer).toMatchObject({ status: 200, body: '{"success":true}' });
  }
}

describeDatabases('recorded deliveries, over HTTP into the database', (database) => {
  describe.each(dialectFolders())('%s', (dialect) => {
    const deliveries = deliveriesOf(dialect);

    test('in order; three times over and in another order: the same rows', async () => {
      const { db } = database();
      const { secret } = await recordedOf(dialect);
      const run = async (list: readonly Delivery[]) => {
        await using door = await openDoor(db, { dialect, secret });
        await deliver(door, `/webhook/${dialect}/org1`, list);
        return rowsOf(db, door.inboxId);
      };
      const once = await run(deliveries);
      expect(once.messages.length).toBeGreaterThan(0);
      expect(await run([...deliveries, ...deliveries, ...deliveries])).toEqual(once);
      // The states of wwebjs-api carry no time: they count as they come, so that part is not compared.
      const shuffled = await run(shuffle([...deliveries, ...deliveries, ...deliveries], 7));
      const backwards = await run(deliveries.toReversed());
      expect(shuffled.messages).toEqual(once.messages);
      expect(backwards.messages).toEqual(once.messages);
      if (dialect === 'waha') {
        expect(shuffled.session).toEqual(once.session);
        expect(backwards.session).toEqual(once.session);
      }
    });

    test('a copy of what is known takes no number and pushes nothing', async () => {
      const { db } = database();
      const { secret } = await recordedOf(dialect);
      await using door = await openDoor(db, { dialect, secret });
      const messages = deliveries.filter(({ name }) => name.includes('message'));
      await deliver(door, `/webhook/${dialect}/org1`, messages);
      const head = await door.test.room.head(door.inboxId);
      await deliver(door, `/webhook/${dialect}/org1`, shuffle(messages, 3));
      expect(await door.test.room.head(door.inboxId)).toBe(head);
    });

    test('the seed’s address finds the dialect and the session by the body', async () => {
      const { db } = database();
      const { secret } = await recordedOf(dialect);
      await using door = await openDoor(db, { dialect, secret });
      await deliver(door, '/api/v1/WhatsApp/action/webhook', deliveries);
      const { messages } = await rowsOf(db, door.inboxId);
      expect(messages.map((row) => row.body)).toContain('hello via lid');
    });
  });

  test('waha: the conversation as it was, the ack ladder to its top, the number that is linked', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    await deliver(door, '/webhook/waha/org1', deliveriesOf('waha'));
    const { messages, session } = await rowsOf(db, door.inboxId);
    expect(messages.map(({ body, from_me, ack, address }) => ({ body, from_me, ack, address }))).toEqual(
      expect.arrayContaining([
        { body: 'hello agent', from_me: 0, ack: 0, address: chat },
        { body: 'hi from agent', from_me: 1, ack: 3, address: chat },
        { body: 'to be edited', from_me: 0, ack: 0, address: chat },
        { body: 'hello via lid', from_me: 0, ack: 0, address: '99998888777766@lid' },
        { body: 'group hi', from_me: 0, ack: 0, address: '120363040000000001@g.us' },
      ]),
    );
    expect(messages).toHaveLength(6);
    expect(session).toMatchObject({
      state: 'working',
      since: 1_795_235_057_120,
      me_address: '15550009999@c.us',
      me_name: 'Desk',
    });
    expect(await db.selectFrom('early').selectAll().where('inbox_id', '=', door.inboxId).execute()).toEqual(
      [],
    );
  });

  test('an edit, a reaction and a revoke reach their message, also when they come before it', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const message = wahaMessage();
    const bare = String(message.payload['id']).split('_')[2]!;
    const about = (event: string, payload: object, timestamp = 1_795_235_500_000) => ({
      event,
      session: 'org1',
      timestamp,
      payload,
    });
    const edit = { ...message.payload, id: `false_${chat}_OWN1`, body: 'mended', editedMessageId: bare };
    expect((await door.waha(about('message.edited', edit))).status).toBe(200);
    expect((await door.waha(message)).status).toBe(200);
    const reaction = {
      id: `false_${chat}_R1`,
      from: chat,
      fromMe: false,
      participant: chat,
      to: { server: 'c.us', user: '15551230001', _serialized: chat },
      timestamp: 1_795_235_501,
      reaction: { text: '👍', messageId: message.payload['id'] },
    };
    expect((await door.waha(about('message.reaction', reaction))).status).toBe(200);
    const { room } = door.test;
    const [listed] = (await room.listChats(scope, door.inboxId, {})).list;
    const before = await room.listMessages(scope, listed!.id, {});
    expect(before.list).toMatchObject([{ body: 'mended', reactions: [{ emoji: '👍' }] }]);
    const revoke = { after: { ...message.payload, id: `false_${chat}_OWN2` }, before: null };
    await door.waha(about('message.revoked', { ...revoke, revokedMessageId: bare }));
    const [row] = (await rowsOf(db, door.inboxId)).messages;
    expect(row!.revoked_at).toBe(1_795_235_500_000);
    expect(await db.selectFrom('early').selectAll().where('inbox_id', '=', door.inboxId).execute()).toEqual(
      [],
    );
  });

  test('race: a person known by LID and by number is joined when a delivery tells the pair', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const lid = '99998888777766@lid';
    await door.waha(wahaMessage({ id: `false_${lid}_3EB0LID1`, from: lid }));
    await door.waha(wahaMessage({ id: `false_${chat}_3EB0PN1` }));
    const { room } = door.test;
    expect((await room.listChats(scope, door.inboxId, {})).list).toHaveLength(2);
    await door.waha(
      wahaMessage({
        id: `false_${chat}_3EB0PN2`,
        _data: { key: { remoteJid: '15551230001@s.whatsapp.net', remoteJidAlt: lid, fromMe: false } },
      }),
    );
    const { list } = await room.listChats(scope, door.inboxId, {});
    expect(list).toHaveLength(1);
    expect((await room.listMessages(scope, list[0]!.id, {})).list).toHaveLength(3);
  });

  test('an old delivery that comes again does not give a person their old name back', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const named = (notifyName: string) => wahaMessage({ _data: { type: 'chat', notifyName } });
    const old = named('Alice');
    await door.waha(old);
    await door.waha(named('Alice Smith'));
    const name = async () =>
      (await door.test.room.listChats(scope, door.inboxId, {})).list.map((listed) => listed.name);
    expect(await name()).toEqual(['Alice Smith']);
    await door.clock.advance(60_000);
    await door.waha(old);
    expect(await name()).toEqual(['Alice Smith']);
  });

  test('message and message.any at the same time are one row and one push', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const message = wahaMessage();
    const answers = await Promise.all([
      door.waha(message),
      door.waha({ ...message, event: 'message.any', id: 'evt_other' }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect((await rowsOf(db, door.inboxId)).messages).toHaveLength(1);
    await expect.poll(() => door.test.pushes.length).toBe(1);
  });

  test('status updates and kinds that say nothing are acknowledged and leave no row', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const status = wahaMessage({ id: `false_status@broadcast_3EB0_${chat}`, from: 'status@broadcast' });
    expect((await door.waha(status)).status).toBe(200);
    expect((await door.waha({ ...wahaMessage(), event: 'label.upsert' })).status).toBe(200);
    expect((await rowsOf(db, door.inboxId)).messages).toEqual([]);
    expect(await door.test.room.head(door.inboxId)).toBe(1);
    expect(door.router.counters()).toMatchObject({ accepted: 2, unknown: 1 });
  });

  test('a delivery for a number that was taken out of use gets 410, one for a name nobody knows 401', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    await retireWebhooks(db, door.inboxId, 1);
    for (const [session, status, code] of [
      ['org1', 410, 'number-removed'],
      ['org2', 401, 'bad-signature'],
    ] as const) {
      const answer = await door.post(`/webhook/waha/${session}`, '{}', {
        'content-type': 'application/json',
      });
      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.body)).toMatchObject({ code });
    }
    // The name may be used again.
    await addInbox(db, { dialect: 'waha', session: 'org1', secret: 'other' });
    door.router.forget();
    expect((await door.waha({ event: 'session.status', session: 'org1' })).status).toBe(401);
  });

  test('no 2xx before the commit', async () => {
    const { db } = database();
    let letGo = (): void => {};
    let arrived = (): void => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const reached = new Promise<void>((resolve) => (arrived = resolve));
    await using door = await openDoor(db, {
      receive: (receive) => async (inboxId, events, source) => {
        arrived();
        await held;
        return receive(inboxId, events, source);
      },
    });
    let answered = false;
    const answer = door.waha(wahaMessage()).then((result) => ((answered = true), result));
    await reached;
    // A request that needs no commit goes through meanwhile: the server is not merely slow.
    expect((await door.post('/webhook/waha/org1', '{}')).status).toBe(401);
    expect(answered).toBe(false);
    expect((await rowsOf(db, door.inboxId)).messages).toEqual([]);
    letGo();
    expect((await answer).status).toBe(200);
    expect((await rowsOf(db, door.inboxId)).messages).toHaveLength(1);
  });

  test('that something came is noted beside the webhook, at most once a minute', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const last = async () =>
      (await db.selectFrom('webhook').select('last_at').where('inbox_id', '=', door.inboxId).execute())[0]!
        .last_at;
    const first = door.clock.now();
    await door.waha(wahaMessage());
    await expect.poll(last).toBe(first);
    await door.clock.advance(30_000);
    await door.waha(wahaMessage());
    await door.clock.advance(31_000);
    await door.waha(wahaMessage());
    await expect.poll(last).toBe(first + 61_000);
  });

  test('other paths are left to others; other methods and unknown formats are refused', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    expect((await door.post('/api/v1/chats', '{}')).status).toBe(418);
    expect((await door.post('/webhook', '{}')).status).toBe(418);
    for (const path of ['/webhook/nope/org1', '/webhook/waha', '/webhook/waha/a/b', '/webhook/__proto__/x']) {
      expect((await door.post(path, '{}')).status).toBe(404);
    }
    const got = await send(door.port, '/webhook/waha/org1', '', {}, 'GET');
    expect(got).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect((await door.post('/api/v1/WhatsApp/action/webhook', '{"any":1}')).status).toBe(400);
    expect((await door.post('/api/v1/WhatsApp/action/webhook', '[]')).status).toBe(400);
  });

  test('a query behind the path changes nothing', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const [delivery] = deliveriesOf('waha');
    expect((await door.post('/webhook/waha/org1?x=1', delivery!.raw, delivery!.headers)).status).toBe(200);
  });

  test('reports of a Session are heard where no engine of ours runs, and nowhere else', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    await db.updateTable('session').set({ engine: 'test' }).where('inbox_id', '=', door.inboxId).execute();
    const statuses = deliveriesOf('waha').filter(({ name }) => name.includes('session.status'));
    await deliver(door, '/webhook/waha/org1', statuses);
    expect((await rowsOf(db, door.inboxId)).session).toMatchObject({ state: 'stopped' });
  });

  test('the database comes back: what was refused is taken when it comes again', async () => {
    const { db } = database();
    let down = true;
    await using door = await openDoor(db, {
      receive: (receive) => async (inboxId, events, source) => {
        if (down) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
        return receive(inboxId, events, source);
      },
    });
    const message = wahaMessage();
    const refused = await door.waha(message);
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'unavailable', status: 503 });
    down = false;
    expect((await door.waha(message)).status).toBe(200);
    expect((await rowsOf(db, door.inboxId)).messages).toHaveLength(1);
  });

  test('a webhook of two dialects feeds one Inbox: the same message is one row', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const other = await addInbox(db, { dialect: 'wwebjs-api', session: 'org1', secret: 'k' });
    await db
      .updateTable('webhook')
      .set({ inbox_id: door.inboxId })
      .where('inbox_id', '=', other)
      .where('dialect', '=', 'wwebjs-api')
      .execute();
    const message = wahaMessage();
    await door.waha(message);
    const { payload } = message;
    const [, , id] = String(payload['id']).split('_');
    const model = { ...payload, id: { fromMe: false, remote: chat, id, $1: payload['id'] }, type: 'chat' };
    const body = JSON.stringify({ dataType: 'message', data: { message: model }, sessionId: 'org1' });
    expect((await door.post('/webhook/wwebjs-api/org1', body, { 'x-api-key': 'k' })).status).toBe(200);
    expect((await rowsOf(db, door.inboxId)).messages).toHaveLength(1);
  });
});

/** The same order for the same seed. */
function shuffle<T>(list: readonly T[], seed: number): T[] {
  let state = seed;
  const key = new Map(list.map((_, index) => [index, (state = (state * 48_271) % 2_147_483_647)]));
  return list
    .map((item, index) => ({ item, at: key.get(index)! }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
