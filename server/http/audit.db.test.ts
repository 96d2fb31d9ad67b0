import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { Audit, longestActMs } from '../access/audit.ts';
import { goodPassword } from '../access/testing.ts';
import { digest } from '../ids.ts';
import { audited } from './audited.ts';
import type { Route } from './route.ts';
import { httpForTest } from './testing.ts';

const nameOf = (route: Route): string => `${route.method} ${route.path}`;

/** Changes of people's everyday work: they have no place in a log of rights. */
const everyday = /^\w+ \/(chats|messages|notes|labels|canned-replies|uploads|WhatsApp)/;
const unlogged = new Set([
  // One's own ticket, a longer life of the same sign-in, a word said while writing, a first Chat with a number, and whether there is one.
  'post /auth/ticket',
  'post /auth/embed/renew',
  'post /inboxes/:inboxId/chats',
  'post /inboxes/:inboxId/number-checks',
  // A test event and one that is sent again go where the endpoint goes, which is logged.
  'post /organisation/endpoints/:endpointId/test',
  'post /organisation/endpoints/:endpointId/deliveries/:endpointDeliveryId/replay',
]);

describeDatabases('the audit log', (database) => {
  test('knows every route that changes rights, keys, people, links or where data goes', async () => {
    const house = await httpForTest(database().db);
    await using _ = house;
    const changing = house.routes.filter(
      (route) =>
        route.who !== 'public' &&
        route.method !== 'get' &&
        !everyday.test(nameOf(route)) &&
        !unlogged.has(nameOf(route)),
    );
    expect(changing.map(nameOf).filter((name) => audited[name] === undefined)).toEqual([]);
    const names = new Set(house.routes.map(nameOf));
    expect(Object.keys(audited).filter((name) => !names.has(name))).toEqual([]);
  });

  test('says who did what from where, never a secret, and only to the Organisation’s admins', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const [mine, theirs] = [await house.newOrganisation(), await house.newOrganisation()];
    const token = mine.adminToken;
    await expect(house.signIn(mine.agent.email, 'a wrong password')).rejects.toThrow();
    const made = await house.call('POST', '/api-keys', {
      token,
      body: { name: 'CRM', scopes: ['audit:read'] },
    });
    const secret = 'orange kettle 42 walks';
    await house.call('PATCH', `/agents/${mine.agent.agentId}`, { token, body: { password: secret } });
    const log = await house.call('GET', '/audit?limit=3', { token: String(made.json['key']) });
    const { list, next } = log.json as {
      list: { act: string; subject: string; detail: string }[];
      next: number;
    };
    expect(list).toMatchObject([
      { act: 'agent.change', actor: `agent:${mine.admin.agentId}`, subject: `agent:${mine.agent.agentId}` },
      { act: 'api-key.create', detail: '{"name":"CRM","scopes":["audit:read"]}', ip: '127.0.0.1' },
      { act: 'sign-in.refused', actor: 'nobody', subject: `agent:${mine.agent.agentId}` },
    ]);
    const rest = await house.call('GET', `/audit?before=${next}`, { token });
    expect((rest.json['list'] as { act: string }[]).map(({ act }) => act)).toEqual(['sign-in', 'sign-in']);
    const found = await house.call('GET', '/audit?act=api-key.create', { token });
    expect((found.json['list'] as unknown[]).length).toBe(1);
    const everything = JSON.stringify(await db.selectFrom('audit').selectAll().execute());
    for (const word of [secret, goodPassword, String(made.json['key']).slice(9), token])
      expect(everything).not.toContain(word);
    expect((await house.call('GET', '/audit', { token: theirs.agentToken })).status).toBe(403);
    expect((await house.call('GET', '/audit', { token: theirs.adminToken })).text).not.toContain('CRM');
  });

  test('a look at the log is entered once an hour for each person, whatever pages are turned', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { admin, adminToken: token, organisationId } = await house.newOrganisation();
    const looks = async (): Promise<string[]> => {
      const rows = db.selectFrom('audit').select('act').where('organisation_id', '=', organisationId);
      return (await rows.orderBy('number').execute()).flatMap(({ act }) =>
        act.startsWith('audit.') ? [act] : [],
      );
    };
    for (const path of ['/audit', '/audit?limit=3', '/audit/check', '/audit?act=sign-in', '/audit/check'])
      expect((await house.call('GET', path, { token })).status).toBe(200);
    expect(await looks()).toEqual(['audit.read', 'audit.check']);
    await house.clock.advance(61 * 60_000);
    const { token: later } = await house.signIn(admin.email, goodPassword);
    expect((await house.call('GET', '/audit', { token: later })).status).toBe(200);
    expect(await looks()).toEqual(['audit.read', 'audit.check', 'audit.read']);
  });

  test('fifty who write at the same time make one whole chain; a changed, missing or cut entry is found', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { organisationId } = await house.newOrganisation();
    const other = await house.newOrganisation();
    const { audit } = house.access;
    const before = (await audit.check(organisationId)).entries;
    await Promise.all(
      Array.from({ length: 50 }, (_one, n) =>
        audit.record({ organisationId, actor: 'operator', act: 'test', subject: String(n) }),
      ),
    );
    const whole = await audit.check(organisationId);
    expect(whole).toMatchObject({ whole: true, entries: before + 50, brokenAt: null });
    const of = (number: number) =>
      db.updateTable('audit').where('organisation_id', '=', organisationId).where('number', '=', number);
    await of(20).set({ subject: 'another' }).execute();
    expect(await audit.check(organisationId)).toMatchObject({ whole: false, brokenAt: 20 });
    // Who knows how hashes are made gives the changed entry one that fits, and tells it to the next: that one's own does not.
    const row = await db
      .selectFrom('audit')
      .selectAll()
      .where('organisation_id', '=', organisationId)
      .where('number', '=', 20)
      .executeTakeFirstOrThrow();
    const { number, at, actor, act, subject, detail, ip, previous } = row;
    const forged = digest(
      JSON.stringify([previous, organisationId, number, at, actor, act, subject, detail, ip]),
    );
    await of(20).set({ hash: forged }).execute();
    expect(await audit.check(organisationId)).toMatchObject({ whole: false, brokenAt: 21 });
    await of(21).set({ previous: forged }).execute();
    expect(await audit.check(organisationId)).toMatchObject({ whole: false, brokenAt: 21 });
    const cut = db.deleteFrom('audit').where('organisation_id', '=', organisationId);
    await cut.where('number', '>=', 20).execute();
    expect(await audit.check(organisationId)).toMatchObject({ whole: false, brokenAt: 20 });
    expect(await audit.check(other.organisationId)).toMatchObject({ whole: true });
  });

  test('a process that dies between an act and its entry loses no entry: it is there afterwards, once', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { organisationId, admin } = await house.newOrganisation();
    const { audit } = house.access;
    const before = (await audit.check(organisationId)).entries;
    const hanging = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const act = { organisationId, actor: `agent:${admin.agentId}`, act: 'agent.change', subject: 'agent:9' };
    const slow = audit.around(act, () => {
      // Done and committed; from here on nothing is heard of it.
      begun.resolve();
      return hanging.promise;
    });
    await begun.promise;
    const survivors = [1, 2].map(() => new Audit({ db, clock: house.clock }));
    await Promise.all(survivors.map((one) => one.recover()));
    expect((await audit.check(organisationId)).entries).toBe(before);
    await house.clock.advance(longestActMs + 1);
    await Promise.all(survivors.map((one) => one.recover()));
    expect(await audit.check(organisationId)).toMatchObject({ whole: true, entries: before + 1 });
    const [entry] = (await audit.page(organisationId, {})).list;
    expect(entry).toMatchObject({ act: 'agent.change', subject: 'agent:9', detail: 'outcome unknown' });
    // It was alive after all: it is not entered twice.
    hanging.resolve();
    await slow;
    expect((await audit.check(organisationId)).entries).toBe(before + 1);
  });

  test('no act without a place for its entry; a log that goes away in between has the entry later', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { organisationId, agent, adminToken: token } = await house.newOrganisation();
    const rename = (name: string) =>
      house.call('PATCH', `/agents/${agent.agentId}`, { token, body: { name } });
    const nameNow = async () =>
      (await db.selectFrom('agent').select('name').where('id', '=', agent.agentId).executeTakeFirstOrThrow())
        .name;
    const away = async (table: 'audit' | 'audit_intent', run: () => Promise<void>) => {
      await db.schema.alterTable(table).renameTo('away').execute();
      await run();
      await db.schema.alterTable('away').renameTo(table).execute();
    };
    await away('audit_intent', async () => {
      expect((await rename('First')).status).toBe(500);
    });
    expect(await nameNow()).toBe('Test');
    await away('audit', async () => {
      expect((await rename('Second')).status).toBe(500);
    });
    expect(await nameNow()).toBe('Second');
    await house.clock.advance(longestActMs + 1);
    await house.access.audit.recover();
    const [entry] = (await house.access.audit.page(organisationId, { act: 'agent.change' })).list;
    expect(entry?.detail).toBe('outcome unknown {"name":"Second"}');
    // A refusal is no act, and leaves nothing behind.
    expect((await house.call('DELETE', '/api-keys/999999', { token })).status).toBe(404);
    expect(await db.selectFrom('audit_intent').selectAll().execute()).toEqual([]);
    expect((await house.access.audit.page(organisationId, { act: 'api-key.revoke' })).list).toEqual([]);
  });
});
