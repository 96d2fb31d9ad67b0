import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { goodPassword } from '../access/testing.ts';
import { httpForTest } from './testing.ts';

const cookieOf = (headers: Headers): string => headers.getSetCookie()[0]!.split(';')[0]!;

describeDatabases('signing in over HTTP', (database) => {
  test('the widget gets a bearer token and no cookie; it works until the sign-out', async () => {
    await using house = await httpForTest(database().db);
    const { email } = await house.newAgent();
    const signedIn = await house.call('POST', '/auth/sign-in', { body: { email, password: goodPassword } });
    expect(signedIn.status).toBe(200);
    expect(signedIn.headers.getSetCookie()).toEqual([]);
    const token = String(signedIn.json['token']);
    expect(await house.call('GET', '/auth/me', { token })).toMatchObject({
      status: 200,
      json: { agent: { email }, token: null, csrf: null },
    });
    expect((await house.call('POST', '/auth/sign-out', { token })).status).toBe(204);
    expect(await house.call('GET', '/auth/me', { token })).toMatchObject({
      status: 401,
      json: { code: 'not-signed-in' },
    });
    expect((await house.call('GET', '/changes?since=1:0', { token })).status).toBe(401);
  });

  test('our own pages get a cookie that only this host can set and no script can read', async () => {
    await using house = await httpForTest(database().db);
    const { email } = await house.newAgent();
    const { headers, json } = await house.call('POST', '/auth/sign-in', {
      body: { email, password: goodPassword, mode: 'cookie' },
      headers: { origin: house.url, 'sec-fetch-site': 'same-origin' },
    });
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-chatdock=[\w-]{43}; Path=\/; Max-Age=43200; Secure; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    expect(json['token']).toBeNull();
    const cookie = cookieOf(headers);
    const me = await house.call('GET', '/auth/me', { headers: { cookie } });
    expect(me.json['csrf']).toBe(json['csrf']);
    const out = await house.call('POST', '/auth/sign-out', {
      headers: { cookie, 'x-chatdock-csrf': String(json['csrf']) },
    });
    expect(out.headers.getSetCookie()[0]).toMatch(/^__Host-chatdock=; .*Max-Age=0/);
  });

  test('a planted cookie gains nothing: the sign-in has a new one and the old one is over', async () => {
    await using house = await httpForTest(database().db);
    const { email } = await house.newAgent();
    const attacker = await house.newAgent();
    const planted = (await house.signIn(attacker.email, goodPassword, 'cookie')).token;
    const { headers } = await house.call('POST', '/auth/sign-in', {
      body: { email, password: goodPassword, mode: 'cookie' },
      headers: { cookie: `__Host-chatdock=${planted}` },
    });
    expect(cookieOf(headers)).not.toContain(planted);
    expect(await house.access.authenticate(planted)).toBeUndefined();
  });

  test('from the sixth wrong try on it is 429 with Retry-After, also for the right password, whatever X-Forwarded-For says', async () => {
    await using house = await httpForTest(database().db);
    const { email } = await house.newAgent();
    const statuses: number[] = [];
    for (let n = 0; n < 20; n++) {
      const tried = await house.call('POST', '/auth/sign-in', {
        body: { email, password: 'wrong' },
        headers: { 'x-forwarded-for': `203.0.113.${n}` },
      });
      statuses.push(tried.status);
    }
    expect(statuses).toEqual([...Array(5).fill(401), ...Array(15).fill(429)]);
    const right = await house.call('POST', '/auth/sign-in', { body: { email, password: goodPassword } });
    expect(right).toMatchObject({ status: 429, json: { code: 'too-many-requests' } });
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
    await house.clock.advance(15 * 60_000);
    expect(
      (await house.call('POST', '/auth/sign-in', { body: { email, password: goodPassword } })).status,
    ).toBe(200);
  });

  test('an unknown e-mail, a wrong password and a disabled Agent get the same answer', async () => {
    await using house = await httpForTest(database().db);
    const known = await house.newAgent();
    const disabled = await house.newAgent();
    await house.access.changeAgent(disabled.organisationId, disabled.agentId, { disabled: true });
    const bodies = [
      { email: known.email, password: 'wrong' },
      { email: 'nobody@crm.example', password: 'wrong' },
      { email: disabled.email, password: goodPassword },
    ];
    const answers = await Promise.all(bodies.map((body) => house.call('POST', '/auth/sign-in', { body })));
    const seen = answers.map(({ status, json }) => JSON.stringify([status, { ...json, correlationId: '' }]));
    expect(new Set(seen).size).toBe(1);
  });

  test('a megabyte of password is refused before any hashing', async () => {
    await using house = await httpForTest(database().db);
    const { email } = await house.newAgent();
    const answer = await house.call('POST', '/auth/sign-in', { body: { email, password: 'x'.repeat(1e6) } });
    expect(answer).toMatchObject({ status: 413, json: { code: 'too-large' } });
  });

  test('one lists one’s own sign-ins, ends one of them, and none of another’s', async () => {
    await using house = await httpForTest(database().db);
    const { email } = await house.newAgent();
    const other = await house.newAgent();
    const [here, there] = [await house.signIn(email, goodPassword), await house.signIn(email, goodPassword)];
    const foreign = (await house.signIn(other.email, goodPassword)).token;
    const { json } = await house.call('GET', '/auth/sessions', { token: here.token });
    const list = json['list'] as { id: string; current: boolean }[];
    expect(list.map((row) => row.current).toSorted()).toEqual([false, true]);
    const elsewhere = list.find((row) => !row.current)!.id;
    expect((await house.call('DELETE', `/auth/sessions/${elsewhere}`, { token: foreign })).status).toBe(404);
    expect((await house.call('DELETE', `/auth/sessions/${elsewhere}`, { token: here.token })).status).toBe(
      204,
    );
    expect(await house.access.authenticate(there.token)).toBeUndefined();
  });

  test('a cookie token is no bearer token and a bearer token is no cookie', async () => {
    await using house = await httpForTest(database().db);
    const { email } = await house.newAgent();
    const cookie = (await house.signIn(email, goodPassword, 'cookie')).token;
    const bearer = (await house.signIn(email, goodPassword, 'bearer')).token;
    for (const path of ['/auth/me', '/changes?since=1:0']) {
      expect((await house.call('GET', path, { token: cookie })).status).toBe(401);
      const asCookie = { headers: { cookie: `__Host-chatdock=${bearer}` } };
      expect((await house.call('GET', path, asCookie)).status).toBe(401);
    }
  });

  test('what a new password ends, it ends also for the polling widget', async () => {
    await using house = await httpForTest(database().db);
    const { agentToken, inbox } = await house.newOrganisation();
    const poll = () => house.call('GET', `/changes?since=${inbox.id}:${inbox.seq}`, { token: agentToken });
    expect((await poll()).status).toBe(204);
    const changed = await house.call('POST', '/auth/password', {
      token: agentToken,
      body: { current: goodPassword, next: 'a quite new phrase 9' },
    });
    expect(changed.status).toBe(200);
    expect((await poll()).status).toBe(401);
    expect((await house.call('GET', '/auth/me', { token: String(changed.json['token']) })).status).toBe(200);
  });
});
