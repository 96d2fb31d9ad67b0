import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { goodPassword } from '../access/testing.ts';
import { httpForTest } from './testing.ts';

const allowed = 'https://allowed.example';
const strangers = [
  'null',
  'https://allowed.example.evil.com',
  'https://evil-allowed.example',
  'http://allowed.example',
  'https://allowed.example:8443',
];

async function start(db: Parameters<typeof httpForTest>[0]) {
  const house = await httpForTest(db);
  const [one, two] = [await house.newOrganisation(), await house.newOrganisation()];
  await house.call('PUT', '/organisation/origins', { token: one.adminToken, body: { list: [allowed] } });
  await house.call('PUT', '/organisation/origins', {
    token: two.adminToken,
    body: { list: ['https://other.example'] },
  });
  const cookieSignIn = await house.signIn(one.admin.email, goodPassword, 'cookie');
  const cookie = `__Host-chatdock=${cookieSignIn.token}`;
  return { house, one, two, cookie, csrf: cookieSignIn.answer.csrf! };
}

describeDatabases('page origins', (database) => {
  test('the allowed origin is echoed exactly, with Vary; near misses and null get no such header', async () => {
    const { house, one } = await start(database().db);
    await using _ = house;
    for (const path of ['/auth/me', `/changes?since=${one.inbox.id}:${one.inbox.seq}`]) {
      const fine = await house.call('GET', path, { token: one.agentToken, headers: { origin: allowed } });
      expect(fine.status).toBeLessThan(300);
      expect(fine.headers.get('access-control-allow-origin')).toBe(allowed);
      expect(fine.headers.get('access-control-allow-credentials')).toBeNull();
      expect(fine.headers.get('vary')).toContain('Origin');
      for (const origin of strangers) {
        const refused = await house.call('GET', path, { token: one.agentToken, headers: { origin } });
        expect(refused, `${path} ${origin}`).toMatchObject({
          status: 403,
          json: { code: 'origin-not-allowed' },
        });
        expect(refused.headers.get('access-control-allow-origin')).toBeNull();
        expect(refused.headers.get('vary')).toContain('Origin');
      }
    }
  });

  test('a preflight is answered for exact origins only', async () => {
    const { house } = await start(database().db);
    await using _ = house;
    const ask = (origin: string, path: string) =>
      house.call('OPTIONS', path, {
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      });
    for (const path of ['/chats/1/messages', '/changes?since=1:1', '/auth/sign-in']) {
      const fine = await ask(allowed, path);
      expect(fine.status).toBe(204);
      expect(fine.headers.get('access-control-allow-origin')).toBe(allowed);
      expect(fine.headers.get('access-control-allow-headers')).toBe(
        'authorization, content-type, x-file-name',
      );
      for (const origin of strangers) {
        const refused = await ask(origin, path);
        expect(refused.status).toBe(403);
        expect(refused.headers.get('access-control-allow-origin')).toBeNull();
      }
    }
  });

  test('an origin that another Organisation allows is of no use with this one’s sign-in', async () => {
    const { house, one, two } = await start(database().db);
    await using _ = house;
    const crossed = await house.call('GET', '/auth/me', {
      token: one.agentToken,
      headers: { origin: 'https://other.example' },
    });
    expect(crossed).toMatchObject({ status: 403, json: { code: 'origin-not-allowed' } });
    expect(crossed.headers.get('access-control-allow-origin')).toBeNull();
    const signIn = (email: string, origin: string) =>
      house.call('POST', '/auth/sign-in', { body: { email, password: goodPassword }, headers: { origin } });
    expect((await signIn(one.agent.email, allowed)).status).toBe(200);
    expect((await signIn(two.agent.email, allowed)).json.code).toBe('origin-not-allowed');
    expect((await signIn(one.agent.email, 'https://stranger.example')).json.code).toBe('origin-not-allowed');
  });

  test('an origin taken off the list is refused from the next request on', async () => {
    const { house, one } = await start(database().db);
    await using _ = house;
    const poll = () =>
      house.call('GET', `/changes?since=${one.inbox.id}:${one.inbox.seq}`, {
        token: one.agentToken,
        headers: { origin: allowed },
      });
    expect((await poll()).status).toBe(204);
    await house.call('PUT', '/organisation/origins', { token: one.adminToken, body: { list: [] } });
    expect((await poll()).status).toBe(403);
  });

  test('the cookie alone changes nothing: every way to forge a request is refused', async () => {
    const { house, cookie, csrf } = await start(database().db);
    await using _ = house;
    const own = house.url;
    const proof = { 'x-chatdock-csrf': csrf };
    const matrix: [string, Record<string, string>, string | undefined][] = [
      ['own page', { origin: own, 'sec-fetch-site': 'same-origin', ...proof }, undefined],
      ['no browser', proof, undefined],
      ['own page without the token', { origin: own, 'sec-fetch-site': 'same-origin' }, 'csrf'],
      ['a wrong token', { origin: own, 'x-chatdock-csrf': `${csrf}x` }, 'csrf'],
      [
        'another site',
        { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', ...proof },
        'origin-not-allowed',
      ],
      [
        'an allowed embedding page',
        { origin: allowed, 'sec-fetch-site': 'cross-site', ...proof },
        'origin-not-allowed',
      ],
      ['a sibling domain', { 'sec-fetch-site': 'same-site', ...proof }, 'origin-not-allowed'],
      ['another port of this host', { origin: 'http://127.0.0.1:1', ...proof }, 'origin-not-allowed'],
      ['a sandboxed frame', { origin: 'null', ...proof }, 'origin-not-allowed'],
    ];
    for (const [title, headers, code] of matrix) {
      const answer = await house.call('POST', '/auth/ticket', { headers: { cookie, ...headers } });
      expect(answer.json.code, title).toBe(code);
      expect(answer.headers.get('access-control-allow-origin'), title).not.toBe('https://evil.example');
    }
    const login = (headers: Record<string, string>) =>
      house.call('GET', '/WhatsApp/action/login', { headers: { cookie, ...headers } });
    expect((await login({})).json.code).toBe('csrf');
    expect((await login(proof)).status).toBe(200);
  });

  test('a form of another site cannot speak JSON: anything but application/json is 415', async () => {
    const { house, one } = await start(database().db);
    await using _ = house;
    const raw = JSON.stringify({ email: one.agent.email, password: goodPassword });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/json',
    ]) {
      const headers = { 'content-type': type };
      expect((await house.call('POST', '/auth/sign-in', { raw, headers })).status, type).toBe(415);
      expect(
        (await house.call('POST', '/inboxes', { raw, headers, token: one.adminToken })).status,
        type,
      ).toBe(415);
    }
  });

  test('reading with the cookie is for our own pages', async () => {
    const { house, one, cookie } = await start(database().db);
    await using _ = house;
    for (const path of ['/auth/me', `/changes?since=${one.inbox.id}:${one.inbox.seq}`]) {
      const get = (headers: Record<string, string>) =>
        house.call('GET', path, { headers: { cookie, ...headers } });
      expect((await get({ 'sec-fetch-site': 'same-origin' })).status).toBeLessThan(300);
      expect((await get({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
      expect((await get({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
      expect((await get({ origin: allowed })).status).toBe(403);
    }
  });
});
