import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { insertWebhook } from '../../db/query/webhook.ts';
import { describeDatabases } from '../../db/testing.ts';
import { createDeliverer } from '../chat/index.ts';
import type { Message } from '../contract/wire.ts';
import { twoOrganisations } from '../http/testing-two-organisations.ts';

const poll = (check: () => unknown) => expect.poll(check, { interval: 5, timeout: 30_000 });

async function opened(db: Database) {
  const two = await twoOrganisations(db);
  const { house, mine, theirs } = two;
  const scope = { organisationId: mine.organisationId, agentId: mine.agent.agentId };
  const { id: inboxId } = mine.inbox;
  return {
    house,
    mine,
    theirs,
    scope,
    inboxId,
    archive: () =>
      house.call('POST', `/inboxes/${inboxId}/removal`, {
        token: mine.adminToken,
        body: { mode: 'keep', name: 'Sales' },
      }),
    bringBack: (token = mine.adminToken) => house.call('POST', `/inboxes/${inboxId}/restoration`, { token }),
    send: (body: string): Promise<Message> =>
      house.chat.send(scope, mine.chat.id, { clientId: randomUUID(), body }),
    wire: (id: number): Promise<Message> => house.chat.findMessage(scope, id),
    session: async () => (await house.chat.findInbox(scope, inboxId)).session,
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]();
    },
  };
}
const archived = { delivery: 'failed', failure: 'number-archived' };

describeDatabases('a number is archived while something waits to be sent', (database) => {
  test('it has failed before the phone has answered, with the reason; what may have left is the Agent’s; nothing is tried again', async () => {
    const { db } = database();
    await using t = await opened(db);
    const { house } = t;
    const [waits, perhaps] = [await t.send('waits'), await t.send('perhaps')];
    const unconfirmed = { state: 'unconfirmed', due_at: house.clock.now() + 600_000 } as const;
    await db.updateTable('delivery').set(unconfirmed).where('message', '=', perhaps.id).execute();
    // The phone takes its time.
    const phone = Promise.withResolvers<'told'>();
    house.sessions.retire = () => phone.promise;
    const act = t.archive();
    await poll(() => t.wire(waits.id)).toMatchObject(archived);
    expect(await t.wire(perhaps.id)).toMatchObject({ delivery: 'uncertain' });
    const meanwhile = await t.send('while its link is taken down');
    phone.resolve('told');
    expect((await act).status).toBe(202);
    await house.removals.settled();
    expect(await t.wire(meanwhile.id)).toMatchObject(archived);
    for (const { id } of [waits, perhaps, meanwhile])
      expect(await house.call('POST', `/messages/${id}/retry`, { token: t.mine.agentToken })).toMatchObject({
        json: { code: 'not-supported' },
      });
    expect(
      await house.call('POST', `/messages/${waits.id}/discard`, { token: t.mine.agentToken }),
    ).toMatchObject({ status: 200 });
    // Nor a file: nobody is there to be asked.
    const file = `/messages/${t.mine.message.id}/media/retry`;
    expect(await house.call('POST', file, { token: t.mine.agentToken })).toMatchObject({
      json: { code: 'not-supported' },
    });
    await expect(t.send('after it')).rejects.toMatchObject({ code: 'not-supported' });
  });

  test('written in the very moment, after everything was given up: the deliverer finds nobody to carry it', async () => {
    const { db } = database();
    await using t = await opened(db);
    const { house } = t;
    await t.archive();
    await house.removals.settled();
    // As whoever had looked at the engine before it was gone.
    await db.updateTable('session').set({ engine: 'wwebjs' }).where('inbox_id', '=', t.inboxId).execute();
    const late = await t.send('a moment too late');
    await db.updateTable('session').set({ engine: 'none' }).where('inbox_id', '=', t.inboxId).execute();
    const log = { info() {}, warn() {}, error() {} } as never;
    const live = (): undefined => undefined;
    await using _ = createDeliverer({ chat: house.chat, clock: house.clock, log, live, owner: 'us' });
    await poll(() => t.wire(late.id)).toMatchObject(archived);
  });
});

describeDatabases('an archived number is brought back', (database) => {
  test('by an admin: it can be linked and sent from, open screens and others hear of it; what was closed stays closed', async () => {
    const { db } = database();
    await using t = await opened(db);
    const { house, mine, inboxId } = t;
    const webhook = { inbox_id: inboxId, dialect: 'waha', session: 'shop', secret: 'x', created_at: 1 };
    await insertWebhook(db, webhook);
    const before = await t.session();
    const made = () =>
      db.selectFrom('connection').select('api_key_id').where('inbox_id', '=', inboxId).execute();
    const [connection] = await made();
    const madeKey = () =>
      db
        .selectFrom('api_key')
        .select('revoked_at')
        .where('id', '=', connection!.api_key_id)
        .executeTakeFirst();
    expect(await madeKey()).toEqual({ revoked_at: 0 });

    expect(await t.bringBack()).toMatchObject({ status: 409, json: { code: 'conflict' } });
    expect((await t.archive()).status).toBe(202);
    await house.removals.settled();
    // No new doors while it is archived.
    const post = (path: string, body: object) => house.call('POST', path, { token: mine.adminToken, body });
    for (const refused of [
      await post(`/inboxes/${inboxId}/webhooks`, { dialect: 'waha', session: 'other' }),
      await post(`/inboxes/${inboxId}/links`, {}),
      await post('/connect', { inboxId }),
    ])
      expect(refused).toMatchObject({ status: 409, json: { code: 'conflict' } });
    expect((await t.bringBack(mine.agentToken)).status).toBe(403);
    expect((await t.bringBack(t.theirs.adminToken)).status).toBe(404);

    const head = (await house.chat.head(inboxId))!;
    const notices: unknown[] = [];
    house.bus.subscribe('permitted', (notice) => notices.push(notice));
    expect(await t.bringBack()).toMatchObject({
      status: 200,
      json: { inboxId, engine: 'wwebjs', webhooks: [{ dialect: 'waha', session: 'shop' }] },
    });
    expect(await t.bringBack()).toMatchObject({ status: 409 });
    expect(house.sessions.asked).toContainEqual(['readmit', inboxId]);
    expect(notices).toEqual([{ organisationId: mine.organisationId, everyone: true }]);
    const { list } = (await house.call('GET', '/inboxes/removals', { token: mine.adminToken })).json;
    expect(list).toEqual([]);

    // As open screens are told.
    const told = await house.call('GET', `/changes?since=${inboxId}:${head}`, { token: mine.agentToken });
    const fresh = { engine: 'wwebjs', state: 'stopped', code: 'none', action: 'pair-again', me: null };
    expect(told.json['inboxes']).toMatchObject([{ session: fresh }]);
    expect(await t.session()).toMatchObject({ ...fresh, capabilities: before.capabilities });
    expect(await t.send('good morning again')).toMatchObject({ delivery: 'queued' });

    const others = await db
      .selectFrom('endpoint_event')
      .select(['type', 'body'])
      .where('inbox_id', '=', inboxId)
      .where('type', 'in', ['inbox.removed', 'inbox.restored'])
      .orderBy('id')
      .execute();
    expect(others.map(({ type }) => type)).toEqual(['inbox.removed', 'inbox.restored']);
    expect(JSON.parse(others[1]!.body)).toMatchObject({
      data: { inbox: { id: inboxId, name: 'Sales' }, restoration: { engine: 'wwebjs' } },
    });
    const audit = await house.call('GET', '/audit', { token: mine.adminToken });
    expect(audit.json['list']).toContainEqual(
      expect.objectContaining({ act: 'inbox.restore', subject: `inbox:${inboxId}` }),
    );

    // Old keys and webhooks stay closed; new ones are to be had. It can be archived again.
    expect(await madeKey()).toEqual({ revoked_at: house.clock.now() });
    expect(await made()).toEqual([]);
    expect(await db.selectFrom('webhook').select('id').where('inbox_id', '=', inboxId).execute()).toEqual([]);
    expect(await db.selectFrom('webhook_gone').select('session').execute()).toEqual([]);
    const anew = await post('/connect', { inboxId });
    expect((await house.call('GET', '/inboxes', { token: String(anew.json['apiKey']) })).status).toBe(200);
    expect((await t.archive()).status).toBe(202);
  });

  test('not while it is still being archived, nor where what ran it is not here any more; nothing has changed then', async () => {
    const { db } = database();
    await using t = await opened(db);
    const { house } = t;
    const phone = Promise.withResolvers<'told'>();
    house.sessions.retire = () => phone.promise;
    const act = t.archive();
    await poll(() => house.removals.list(t.mine.organisationId)).toHaveLength(1);
    expect(await t.bringBack()).toMatchObject({ status: 409, json: { code: 'conflict' } });
    phone.resolve('told');
    await act;
    await house.removals.settled();
    await db.updateTable('inbox_removal').set({ engine: 'smoke-signals' }).execute();
    const head = await house.chat.head(t.inboxId);
    expect(await t.bringBack()).toMatchObject({ json: { code: 'not-supported' } });
    expect(await t.session()).toMatchObject({ engine: 'none', code: 'number-archived' });
    expect(await house.chat.head(t.inboxId)).toBe(head);
    expect(await house.removals.list(t.mine.organisationId)).toHaveLength(1);
  });
});
