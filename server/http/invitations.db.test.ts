import { expect, test } from 'vitest';
import { updateSessionRow } from '../../db/query/inbox.ts';
import { describeDatabases } from '../../db/testing.ts';
import { httpForTest } from './testing.ts';

const password = 'marble 7 lanterns drift';

describeDatabases('invitations', (database) => {
  test('a link lets one person in, once, with the role and the Inboxes named', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { adminToken: token, inbox } = await house.newOrganisation();
    const shut = { everyone: false, agentIds: [] };
    await house.call('PUT', `/inboxes/${inbox.id}/agents`, { token, body: shut });
    const made = await house.call('POST', '/invitations', {
      token,
      body: { email: 'New.Person@crm.example', inboxIds: [inbox.id] },
    });
    expect(made).toMatchObject({ status: 201, json: { email: 'new.person@crm.example', role: 'agent' } });
    const link = String(made.json['token']);
    expect(made.json['path']).toBe(`/admin#invitation=${link}`);
    expect((await house.call('POST', '/auth/invitation', { body: { token: link } })).json).toMatchObject({
      email: 'new.person@crm.example',
      organisation: 'Test',
    });
    const accept = (name: string, words = password) =>
      house.call('POST', '/auth/invitation/accept', {
        body: { token: link, name, password: words, mode: 'bearer' },
      });
    expect((await accept('Weak', 'password')).json.code).toBe('weak-password');
    const answers = await Promise.all(Array.from({ length: 5 }, (_one, n) => accept(`Person ${n}`)));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(answers.filter(({ status }) => status === 404).length).toBe(4);
    const person = String(answers.find(({ status }) => status === 200)!.json['token']);
    expect((await house.call('GET', `/inboxes/${inbox.id}`, { token: person })).status).toBe(200);
    expect((await house.call('GET', '/agents', { token: person })).status).toBe(403);
    const stored = JSON.stringify(await db.selectFrom('invitation').selectAll().execute());
    for (const text of [
      stored,
      house.lines.join('\n'),
      (await house.call('GET', '/invitations', { token })).text,
    ])
      expect(text).not.toContain(link);
  });

  test('it ends after 72 hours, when taken back, and when another one is made for the same e-mail', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { adminToken: token } = await house.newOrganisation();
    const invite = async (email: string) =>
      (await house.call('POST', '/invitations', { token, body: { email } })).json as {
        id: string;
        token: string;
        expiresAt: number;
      };
    const read = async (link: string) =>
      (await house.call('POST', '/auth/invitation', { body: { token: link } })).status;
    const [first, second, other] = [
      await invite('a@crm.example'),
      await invite('a@crm.example'),
      await invite('b@crm.example'),
    ];
    expect(await read(first.token)).toBe(404);
    expect(await read(second.token)).toBe(200);
    await house.call('DELETE', `/invitations/${other.id}`, { token });
    expect(await read(other.token)).toBe(404);
    const now = house.clock.now();
    expect(second.expiresAt - now).toBe(72 * 60 * 60_000);
    await db.updateTable('invitation').set({ expires_at: now }).execute();
    expect(await read(second.token)).toBe(404);
  });

  test('an admin sees and ends the sign-ins of an Agent; an operator’s limit of Agents holds', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { adminToken: token, agent, agentToken, organisationId } = await house.newOrganisation();
    const path = `/agents/${agent.agentId}/sessions`;
    const { list } = (await house.call('GET', path, { token })).json as { list: { id: string }[] };
    expect(list.length).toBe(1);
    expect((await house.call('DELETE', `${path}/${list[0]!.id}`, { token })).status).toBe(204);
    expect((await house.call('GET', '/inboxes', { token: agentToken })).status).toBe(401);
    await db
      .insertInto('setting')
      .values({ organisation_id: organisationId, name: 'limit.agents', value: '2' })
      .execute();
    const body = { email: 'third@crm.example' };
    expect((await house.call('POST', '/invitations', { token, body })).json.code).toBe('conflict');
  });
});

describeDatabases('a link to scan by', (database) => {
  test('shows one Inbox’s code to the first browser, until it is connected', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { adminToken: token, agentToken, inbox } = await house.newOrganisation();
    const path = `/inboxes/${inbox.id}/links`;
    expect((await house.call('POST', path, { token: agentToken })).status).toBe(403);
    const made = await house.call('POST', path, { token });
    const link = String(made.json['token']);
    expect(made.json['path']).toBe(`/link#${link}`);
    const open = (browser?: string, more: object = {}) =>
      house.call('POST', '/link', { body: { token: link, ...(browser && { browser }), ...more } });

    const answers = await Promise.all(Array.from({ length: 5 }, () => open()));
    const first = answers.filter(({ status }) => status === 200);
    expect(first.length).toBe(1);
    expect(first[0]!.json).toMatchObject({ status: 'starting', qr: null, inbox: 'Sales' });
    expect(house.sessions.asked).toEqual([['link', inbox.id, { method: 'qr' }]]);
    const browser = String(first[0]!.json['browser']);
    expect((await open()).status).toBe(404);
    expect((await open('x'.repeat(43))).status).toBe(404);

    await updateSessionRow(db, inbox.id, { state: 'pairing' });
    house.sessions.code = { kind: 'qr', value: '2@abc', issuedAt: 1, expiresAt: 2, turn: 1 };
    expect((await open(browser)).json).toMatchObject({ status: 'qr', qr: expect.stringMatching(/^data:/) });
    await updateSessionRow(db, inbox.id, { state: 'working' });
    expect((await open(browser)).json).toMatchObject({ status: 'connected', qr: null });
    // Whatever becomes of the number afterwards, the link shows nothing of it.
    await updateSessionRow(db, inbox.id, { state: 'pairing' });
    expect((await open(browser)).json).toMatchObject({ status: 'connected', qr: null });
    const acts = await db.selectFrom('audit').select('act').where('actor', '=', 'link').execute();
    expect(acts.map(({ act }) => act)).toEqual(['link.open', 'link.connected']);
    const dump = JSON.stringify([
      await db.selectFrom('connect_link').selectAll().execute(),
      await db.selectFrom('audit').selectAll().execute(),
      house.lines,
    ]);
    for (const word of [link, browser]) expect(dump).not.toContain(word);
  });

  test('ends after ten minutes and when taken back; a foreign page gets nothing', async () => {
    const house = await httpForTest(database().db);
    await using _ = house;
    const { adminToken: token, inbox } = await house.newOrganisation();
    await house.call('PUT', '/organisation/origins', { token, body: { list: ['https://crm.example'] } });
    const make = async () =>
      (await house.call('POST', `/inboxes/${inbox.id}/links`, { token })).json as {
        id: string;
        token: string;
      };
    const open = async (link: string, headers: Record<string, string> = {}) =>
      (await house.call('POST', '/link', { body: { token: link }, headers })).status;
    const [taken, old, foreign] = [await make(), await make(), await make()];
    await house.call('DELETE', `/inboxes/${inbox.id}/links/${taken.id}`, { token });
    expect(await open(taken.token)).toBe(404);
    expect(await open(foreign.token, { origin: 'https://crm.example' })).toBe(403);
    await house.clock.advance(10 * 60_000);
    expect(await open(old.token)).toBe(404);
  });
});
