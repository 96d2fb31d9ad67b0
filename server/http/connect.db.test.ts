import { expect, test } from 'vitest';
import { updateSessionRow } from '../../db/query/inbox.ts';
import { describeDatabases } from '../../db/testing.ts';
import { sessionName } from './connect.ts';
import { httpForTest } from './testing.ts';

test('names of sessions are the Organisation’s own: no two of the first hundred thousand are the same', () => {
  const names = new Set(Array.from({ length: 100_000 }, (_, id) => sessionName(id + 1, '')));
  expect(names.size).toBe(100_000);
  expect([...names].every((name) => /^client_[0-9a-f]{8}$/.test(name))).toBe(true);
});

describeDatabases('connecting', (database) => {
  test('one click makes session, key and Inbox; the next gives the same, with the key masked', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { adminToken, agentToken, organisationId } = await house.newOrganisation();
    const connect = (body: object = {}, token = adminToken) =>
      house.call('POST', '/connect', { token, body });
    expect((await connect({}, agentToken)).status).toBe(403);

    const first = await connect();
    expect(first).toMatchObject({
      status: 201,
      json: { success: true, session: sessionName(organisationId, ''), status: 'starting', phone: null },
    });
    const { session, apiKey, inboxId } = first.json as { session: string; apiKey: string; inboxId: number };
    expect(apiKey).toMatch(/^cdk_[\w-]{43}$/);
    expect(house.sessions.asked).toEqual([['link', inboxId, { method: 'qr' }]]);
    const again = await house.call('POST', '/connect', { token: adminToken });
    expect(again).toMatchObject({
      status: 200,
      json: { session, inboxId, apiKey: `${apiKey.slice(0, 8)}••••••` },
    });
    const other = await connect({ name: 'sales' });
    expect(other.json).toMatchObject({ session: `${session}_sales` });
    expect(other.json['inboxId']).not.toBe(inboxId);

    // By the key alone, as another backend asks.
    const get = (what: string, token = apiKey) => house.call('GET', `/connect/${session}${what}`, { token });
    expect((await get('/qr')).json).toEqual({ success: true, qr: null, code: null, expiresAt: null });
    await updateSessionRow(db, inboxId, { state: 'pairing', code: 'none' });
    house.sessions.code = { kind: 'qr', value: '2@abc', issuedAt: 1, expiresAt: 2, turn: 1 };
    expect((await get('/qr')).json).toMatchObject({
      qr: expect.stringMatching(/^data:image/),
      code: '2@abc',
    });
    expect((await get('/status')).json).toMatchObject({ success: true, status: 'qr' });
    await updateSessionRow(db, inboxId, { state: 'working', me_address: '393331234567@c.us' });
    expect((await get('/status')).json).toMatchObject({ status: 'connected', phone: '+393331234567' });
    expect((await get('/qr')).json).toMatchObject({ qr: null });
    expect((await house.call('GET', `/connect/${session}_sales/status`, { token: apiKey })).status).toBe(404);

    house.sessions.asked = [];
    expect((await connect()).json).toMatchObject({ status: 'connected' });
    expect(house.sessions.asked).toEqual([]);
    const ended = await house.call('POST', `/connect/${session}/disconnect`, { token: adminToken });
    expect(ended.status).toBe(202);
    expect(house.sessions.asked).toEqual([['unlink', inboxId]]);
  });

  test('a number has the name it was given, and can be given another; what it can be made with is told', async () => {
    const house = await httpForTest(database().db);
    await using _ = house;
    const { adminToken: token } = await house.newOrganisation();
    expect((await house.call('GET', '/engines', { token })).json).toEqual({
      engines: ['wwebjs'],
      upstreams: ['sandbox', 'whatsapp'],
    });
    const made = await house.call('POST', '/connect', { token, body: { name: 'number-2', label: 'Sales' } });
    expect(made.json).toMatchObject({ name: 'Sales', session: expect.stringMatching(/_number-2$/) });
    const path = `/inboxes/${String(made.json['inboxId'])}`;
    const renamed = await house.call('PATCH', path, { token, body: { name: ' Milano ' } });
    expect(renamed).toMatchObject({ status: 200, json: { name: 'Milano' } });
    expect((await house.call('GET', path, { token })).json).toMatchObject({ name: 'Milano' });
    expect((await house.call('PATCH', path, { token, body: { name: ' ' } })).status).toBe(400);
  });

  test('twenty clicks at the same time are one Inbox and one key', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { adminToken, organisationId } = await house.newOrganisation();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => house.call('POST', '/connect', { token: adminToken, body: {} })),
    );
    expect(new Set(answers.map(({ json }) => json['session'])).size).toBe(1);
    expect(new Set(answers.map(({ json }) => json['inboxId'])).size).toBe(1);
    expect(answers.filter(({ json }) => /^cdk_[\w-]{43}$/.test(String(json['apiKey']))).length).toBe(1);
    const keys = await db
      .selectFrom('api_key')
      .select('id')
      .where('organisation_id', '=', organisationId)
      .execute();
    expect(keys.length).toBe(1);
  });

  test('a revoked key is replaced by a new one at the next click; no key makes one that may do more', async () => {
    const house = await httpForTest(database().db);
    await using _ = house;
    const { adminToken: token } = await house.newOrganisation();
    const first = await house.call('POST', '/connect', { token, body: {} });
    const { list } = (await house.call('GET', '/api-keys', { token })).json as { list: { id: number }[] };
    await house.call('DELETE', `/api-keys/${list[0]!.id}`, { token });
    const second = await house.call('POST', '/connect', { token, body: {} });
    expect(second.json).toMatchObject({ session: first.json['session'], inboxId: first.json['inboxId'] });
    expect(second.json['apiKey']).toMatch(/^cdk_[\w-]{43}$/);
    expect(second.json['apiKey']).not.toBe(first.json['apiKey']);

    const limited = await house.call('POST', '/api-keys', {
      token,
      body: { name: 'connects', scopes: ['inboxes:connect'] },
    });
    const third = await house.call('POST', '/connect', {
      token: String(limited.json['key']),
      body: { name: 'third' },
    });
    const key = String(third.json['apiKey']);
    const { inboxId } = third.json as { inboxId: number };
    expect((await house.call('GET', `/inboxes/${inboxId}/chats`, { token: key })).status).toBe(403);
    expect((await house.call('POST', '/connect', { token: key, body: { name: 'fourth' } })).status).toBe(403);
  });
});
