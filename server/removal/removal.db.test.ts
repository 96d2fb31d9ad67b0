import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { insertWebhook } from '../../db/query/webhook.ts';
import { describeDatabases } from '../../db/testing.ts';
import { ManualClock } from '../clock.ts';
import { indexAll } from '../chat/search/index.ts';
import { dump } from '../chat/testing-dump.ts';
import { twoOrganisations, type Furnished } from '../http/testing-two-organisations.ts';
import { deleteFiles, deleteRows } from './delete-rows.ts';
import { createRemovals } from './index.ts';
import { markRemoved } from './mark.ts';

type Two = Awaited<ReturnType<typeof twoOrganisations>>;
type House = Two['house'];

/** Every table with a column `inbox_id` or `message`, and how many of its rows are of this Inbox or of no Message. */
async function leftOf(db: Database, inboxId: number): Promise<Record<string, number>> {
  const left: Record<string, number> = {};
  for (const { name, columns } of await db.introspection.getTables()) {
    const has = (column: string): boolean => columns.some((one) => one.name === column);
    if (['inbox_removal', 'endpoint_event'].includes(name)) continue;
    const where = has('inbox_id')
      ? sql`inbox_id = ${inboxId}`
      : has('message') && name !== 'search_progress'
        ? sql`message not in (select id from message)`
        : undefined;
    if (!where) continue;
    const { rows } = await sql<{
      n: number;
    }>`select count(*) as n from ${sql.table(name)} where ${where}`.execute(db);
    if (Number(rows[0]!.n) > 0) left[name] = Number(rows[0]!.n);
  }
  return left;
}

/** A group with members, votes, edits, receipts, reactions, early facts: what one Message alone does not bring. */
async function talkIn(house: House, { inbox }: Furnished, n: number): Promise<void> {
  const group = '120363000000000001@g.us' as never;
  const at = house.clock.now();
  const anna = '393330009999@c.us' as never;
  for (let i = 0; i < n; i++) {
    const messageId = `3EB0GROUP${i}`;
    const about = { messageId, chat: group, fromMe: true };
    await house.chat.receive(
      inbox.id,
      [
        { kind: 'message', ...about, type: 'text', body: `word ${i}`, at: at + i, origin: 'live' },
        { kind: 'reaction', ...about, sender: anna, emoji: '👍', at: at + i },
        { kind: 'edit', ...about, body: `other ${i}`, at: at + i + 1 },
        { kind: 'ack', messageId: `3EB0EARLY${i}`, chat: group, fromMe: true, ack: 2 },
      ] as never,
      'engine',
    );
  }
}

async function remove(two: Two, mode: 'keep' | 'delete', name = 'Sales', token = two.mine.adminToken) {
  return two.house.call('POST', `/inboxes/${two.mine.inbox.id}/removal`, { token, body: { mode, name } });
}

describeDatabases('a number is deleted', (database) => {
  test('with all that is of it, and nothing that is another’s; it is gone at once, and said so to everybody', async () => {
    const { db } = database();
    const two = await twoOrganisations(db);
    const { house, mine, theirs } = two;
    await using _ = house;
    await talkIn(house, mine, 3);
    await talkIn(house, theirs, 2);
    const bytes = (text: string) => Buffer.from(text);
    const talk = await db
      .selectFrom('message')
      .select('id')
      .where('inbox_id', '=', mine.inbox.id)
      .orderBy('id', 'desc')
      .execute();
    await house.media.give(mine.inbox.id, talk[0]!.id, {}, bytes('only here'));
    await house.media.give(mine.inbox.id, talk[1]!.id, {}, bytes('in both'));
    await db.deleteFrom('media').where('message', '=', theirs.message.id).execute();
    await house.media.give(theirs.inbox.id, theirs.message.id, {}, bytes('in both'));
    const kept = (await house.media.files()).length;
    await insertWebhook(db, {
      inbox_id: mine.inbox.id,
      dialect: 'waha',
      session: 'shop',
      secret: 'x',
      created_at: 1,
    });
    await indexAll(db);
    const key = await house.call('POST', '/api-keys', {
      token: mine.adminToken,
      body: { name: 'one number', scopes: ['messages:read'], inboxIds: [mine.inbox.id] },
    });
    const keyToken = String(key.json['key']);
    expect((await house.call('GET', '/inboxes', { token: keyToken })).status).toBe(200);
    const notices: unknown[] = [];
    house.bus.subscribe('permitted', (notice) => notices.push(notice));
    const before = await dump(db, theirs.inbox.id);
    const since = `/changes?since=${mine.inbox.id}:0`;
    expect((await house.call('GET', since, { token: mine.agentToken })).status).toBe(200);

    // Not by a slip, and not by a stranger.
    expect(await remove(two, 'delete', 'Sale')).toMatchObject({ status: 409, json: { code: 'conflict' } });
    expect((await remove(two, 'delete', 'Sales', theirs.adminToken)).status).toBe(404);
    expect((await remove(two, 'delete', 'Sales', mine.agentToken)).status).toBe(403);
    expect(notices).toEqual([]);
    expect(house.sessions.asked).toEqual([]);

    expect(await remove(two, 'delete')).toMatchObject({
      status: 202,
      json: { inboxId: mine.inbox.id, name: 'Sales', mode: 'delete', phone: 'told' },
    });
    expect(notices).toEqual([{ organisationId: mine.organisationId, everyone: true }]);
    expect(house.sessions.asked).toEqual([['retire', mine.inbox.id]]);
    for (const token of [mine.agentToken, mine.adminToken]) {
      expect((await house.call('GET', '/inboxes', { token })).json['list']).toEqual([]);
      expect((await house.call('GET', since, { token })).status).toBe(404);
      expect((await house.call('GET', `/chats/${mine.chat.id}/messages`, { token })).status).toBe(404);
    }
    expect((await house.call('GET', '/inboxes', { token: keyToken })).status).toBe(401);
    expect((await remove(two, 'delete')).status).toBe(404);

    await house.removals.settled();
    expect(await leftOf(db, mine.inbox.id)).toEqual({});
    expect(await db.selectFrom('inbox').select('id').where('id', '=', mine.inbox.id).execute()).toEqual([]);
    expect(await dump(db, theirs.inbox.id)).toEqual(before);
    const found = await house.call('GET', '/search?q=common', { token: theirs.adminToken });
    expect(JSON.stringify(found.json)).toContain('common');
    // Of what was queued for others only that it is gone.
    const told = await db
      .selectFrom('endpoint_event')
      .select(['type', 'body'])
      .where('inbox_id', '=', mine.inbox.id)
      .execute();
    expect(told.map(({ type }) => type)).toEqual(['inbox.removed']);
    expect(JSON.parse(told[0]!.body)).toMatchObject({
      data: { inbox: { id: mine.inbox.id, name: 'Sales' }, removal: { mode: 'delete' } },
    });
    const gone = await db.selectFrom('webhook_gone').select(['dialect', 'session']).execute();
    expect(gone).toContainEqual({ dialect: 'waha', session: 'shop' });

    // Just put: whoever is about to name the same bytes finds them. Two hours later what nobody names is gone.
    expect(await house.media.files()).toHaveLength(kept);
    const later = new ManualClock(house.clock.now() + 2 * 3_600_000);
    await deleteFiles({ db, clock: later, signal: new AbortController().signal }, house.media.parts.store);
    expect(await house.media.files()).toHaveLength(kept - 1);
    expect(await db.selectFrom('removed_file').selectAll().execute()).toEqual([]);

    const list = await house.call('GET', '/inboxes/removals', { token: mine.adminToken });
    expect(list.json['list']).toMatchObject([{ name: 'Sales', messages: 4, endedAt: house.clock.now() }]);
    const theirList = await house.call('GET', '/inboxes/removals', { token: theirs.adminToken });
    expect(theirList.json['list']).toEqual([]);
    const audit = await house.call('GET', '/audit', { token: mine.adminToken });
    expect(audit.json['list']).toContainEqual(
      expect.objectContaining({ act: 'inbox.remove', subject: `inbox:${mine.inbox.id}` }),
    );
  });

  test('killed after any of its transactions it goes on where it was, and ends with nothing left', async () => {
    const { db } = database();
    const two = await twoOrganisations(db);
    const { house, mine, theirs } = two;
    await using _ = house;
    await talkIn(house, mine, 5);
    await indexAll(db);
    const before = await dump(db, theirs.inbox.id);
    const { organisationId, inbox } = mine;
    const wanted = { organisationId, inboxId: inbox.id, mode: 'delete', name: 'Sales' } as const;
    await markRemoved(db, { ...wanted, now: house.clock.now() });
    let kills = 0;
    for (;;) {
      // Looked at before each transaction: every process gets one further than the one before it.
      let looks = 0;
      const signal = {
        get aborted() {
          return looks++ > kills;
        },
      } as AbortSignal;
      const isWhole = await deleteRows({ db, clock: house.clock, signal, batch: 2 }, inbox.id);
      if (isWhole) break;
      kills += 1;
      // The last steps are left for the process that comes by itself.
      if (kills === 5) break;
    }
    expect(kills).toBe(5);
    // What is left for the next process: it finds it by itself.
    await using next = createRemovals({
      db,
      bus: house.bus,
      clock: house.clock,
      log: { info() {}, warn() {} } as never,
      sessions: house.sessions,
      chat: house.chat,
      engines: new Map(),
      store: house.media.parts.store,
      forgetPictures: async () => {},
      announce: () => {},
      webhooksChanged: () => {},
    });
    await next.settled();
    expect(await leftOf(db, inbox.id)).toEqual({});
    expect((await next.list(organisationId))[0]).toMatchObject({ messages: 6, endedAt: house.clock.now() });
    expect(await dump(db, theirs.inbox.id)).toEqual(before);
  });
});

describeDatabases('a number is archived', (database) => {
  test('what was written can be read and found, nothing can be sent, linked or started, and it can be deleted later', async () => {
    const { db } = database();
    const two = await twoOrganisations(db);
    const { house, mine } = two;
    await using _ = house;
    await indexAll(db);
    expect(await remove(two, 'keep')).toMatchObject({ status: 202, json: { mode: 'keep', phone: 'told' } });
    await house.removals.settled();
    const token = mine.agentToken;
    const get = (path: string) => house.call('GET', path, { token });
    expect((await get('/inboxes')).json['list']).toMatchObject([
      {
        id: mine.inbox.id,
        session: { engine: 'none', state: 'stopped', code: 'number-archived', action: 'none', me: null },
      },
    ]);
    expect((await get(`/chats/${mine.chat.id}/messages`)).json['list']).toHaveLength(1);
    expect((await get('/search?q=secret')).text).toContain('secret');
    const [session] = await db
      .selectFrom('session')
      .selectAll()
      .where('inbox_id', '=', mine.inbox.id)
      .execute();
    expect(session).toMatchObject({ wanted: 0, engine: 'none' });
    // What "connect" made of it is made anew when it is asked for again.
    expect(
      await db.selectFrom('connection').selectAll().where('inbox_id', '=', mine.inbox.id).execute(),
    ).toEqual([]);
    expect(await remove(two, 'keep')).toMatchObject({ status: 409, json: { code: 'conflict' } });

    expect(await remove(two, 'delete')).toMatchObject({
      status: 202,
      json: { mode: 'delete', phone: 'told' },
    });
    await house.removals.settled();
    expect(await leftOf(db, mine.inbox.id)).toEqual({});
  });
});
