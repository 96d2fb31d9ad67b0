import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { goodPassword } from '../access/testing.ts';
import { audited } from './audited.ts';
import type { Route } from './route.ts';
import { httpForTest } from './testing.ts';

const nameOf = (route: Route): string => `${route.method} ${route.path}`;

/** Changes of people's everyday work: they have no place in a log of rights. */
const everyday = /^\w+ \/(chats|messages|notes|labels|canned-replies|uploads|WhatsApp)/;
const unlogged = new Set([
  // One's own ticket, a longer life of the same sign-in, a word said while writing, a first Chat with a number.
  'post /auth/ticket',
  'post /auth/embed/renew',
  'post /inboxes/:inboxId/chats',
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
    const cut = db.deleteFrom('audit').where('organisation_id', '=', organisationId);
    await cut.where('number', '>=', 20).execute();
    expect(await audit.check(organisationId)).toMatchObject({ whole: false, brokenAt: 20 });
    expect(await audit.check(other.organisationId)).toMatchObject({ whole: true });
  });
});
