import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { httpForTest } from './testing.ts';

const page = 'https://crm.example';
const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function start(db: Parameters<typeof httpForTest>[0]) {
  const house = await httpForTest(db);
  const mine = await house.newOrganisation();
  await house.call('PUT', '/organisation/origins', { token: mine.adminToken, body: { list: [page] } });
  const makeKey = async (body: object = {}, adminToken = mine.adminToken) => {
    const { status, json } = await house.call('POST', '/organisation/embed-keys', {
      token: adminToken,
      body: { name: 'CRM', issuer: 'espo', ...body },
    });
    expect(status).toBe(201);
    return json as unknown as { id: number; kid: string; secret: string };
  };
  const key = await makeKey();
  const now = () => Math.floor(house.clock.now() / 1_000);
  const claims = (): Record<string, unknown> => ({
    iss: 'espo',
    aud: 'chatdock',
    email: mine.agent.email,
    origin: page,
    jti: randomUUID(),
    iat: now(),
    exp: now() + 300,
  });
  const sign = (
    change: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    secret: Uint8Array | typeof pair.privateKey = Buffer.from(key.secret, 'base64url'),
  ) =>
    new SignJWT({ ...claims(), ...change })
      .setProtectedHeader({ alg: 'HS256', kid: key.kid, typ: 'JWT', ...header })
      .sign(secret);
  const exchange = (token: string, headers: Record<string, string> = { origin: page }) =>
    house.call('POST', '/auth/embed', { body: { token }, headers });
  return { house, mine, key, makeKey, claims, sign, exchange, now };
}

describeDatabases('the host page vouches for its Agent', (database) => {
  test('a good token becomes a sign-in of that Agent, which another token makes last longer', async () => {
    const { house, mine, sign, exchange } = await start(database().db);
    await using _ = house;
    const first = await exchange(await sign());
    expect(first).toMatchObject({
      status: 200,
      json: { agent: { id: mine.agent.agentId }, expiresAt: house.clock.now() + 15 * 60_000 },
    });
    const token = String(first.json['token']);
    const me = () => house.call('GET', '/auth/me', { token, headers: { origin: page } });
    expect((await me()).status).toBe(200);
    await house.clock.advance(10 * 60_000);
    const renewed = await house.call('POST', '/auth/embed/renew', {
      token,
      body: { token: await sign() },
      headers: { origin: page },
    });
    expect(renewed).toMatchObject({ status: 200, json: { expiresAt: house.clock.now() + 15 * 60_000 } });
    await house.clock.advance(14 * 60_000);
    expect((await me()).status).toBe(200);
    // Nobody renewed it: the host page has signed its user out.
    await house.clock.advance(2 * 60_000);
    expect((await me()).status).toBe(401);
  });

  test('a renewal for another Agent is refused', async () => {
    const { house, mine, sign, exchange } = await start(database().db);
    await using _ = house;
    const token = String((await exchange(await sign())).json['token']);
    const renewed = await house.call('POST', '/auth/embed/renew', {
      token,
      body: { token: await sign({ email: mine.admin.email }) },
      headers: { origin: page },
    });
    expect(renewed).toMatchObject({ status: 401, json: { code: 'bad-token' } });
  });

  test('every forged, foreign or stale token is refused with 401, and nothing is fetched', async () => {
    const { house, key, makeKey, claims, sign, exchange, now } = await start(database().db);
    await using _ = house;
    const asked: string[] = [];
    const attacker = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{"keys":[]}');
    });
    await new Promise<void>((done) => attacker.listen(0, '127.0.0.1', done));
    const jku = `http://127.0.0.1:${(attacker.address() as AddressInfo).port}/jwks`;
    const rs = await makeKey({ algorithm: 'RS256', publicKey: pem });
    const header = { alg: 'HS256', kid: key.kid, typ: 'JWT' };
    const none = (): string => `${encode({ ...header, alg: 'none' })}.${encode(claims())}.`;
    const noneWithKid = (): string => `${encode({ alg: 'NONE', kid: key.kid })}.${encode(claims())}.c2ln`;
    // HS256 over the public key of an RS256 key: the classic mix-up.
    const confused = (): string => {
      const text = `${encode({ ...header, kid: rs.kid })}.${encode(claims())}`;
      return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
    };
    const tampered = async (): Promise<string> =>
      (await sign()).replace(/\.[^.]+\./, `.${encode({ ...claims(), email: 'admin@x.example' })}.`);
    // Made when they are sent: one that has expired meanwhile is refused for that, whatever else is wrong with it.
    const cases: [string, () => string | Promise<string>][] = [
      ['alg none', none],
      ['alg NONE', noneWithKid],
      ['HS256 signed with the RS256 public key', confused],
      ['RS256 claimed for an HS256 key', () => sign({}, { alg: 'RS256' }, pair.privateKey)],
      [
        'RS256 key of a stranger',
        () =>
          sign(
            {},
            { alg: 'RS256', kid: rs.kid },
            generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey,
          ),
      ],
      ['kid with a path', () => sign({}, { kid: '../../dev/null' })],
      ['kid with SQL', () => sign({}, { kid: "ck_' or 1=1 --xxxxx" })],
      ['kid nobody has', () => sign({}, { kid: 'ck_aaaaaaaaaaaaaaaa' })],
      ['jku', () => sign({}, { jku })],
      ['x5u', () => sign({}, { x5u: jku })],
      ['jwk brought along', () => sign({}, { jwk: pair.publicKey.export({ format: 'jwk' }) })],
      ['crit', () => `${encode({ ...header, crit: ['b64'], b64: true })}.${encode(claims())}.c2ln`],
      ['typ of another token', () => sign({}, { typ: 'at+jwt' })],
      ['typ of a logout token', () => sign({}, { typ: 'logout+jwt' })],
      ['wrong secret', () => sign({}, {}, Buffer.alloc(32, 7))],
      ['changed afterwards', tampered],
      ['wrong aud', () => sign({ aud: 'another-service' })],
      ['no aud', () => sign({ aud: undefined })],
      ['wrong iss', () => sign({ iss: 'https://evil.example' })],
      ['exp passed', () => sign({ exp: now() - 60 })],
      ['no exp', () => sign({ exp: undefined })],
      ['exp too far away', () => sign({ exp: now() + 3_600 })],
      ['nbf in the future', () => sign({ nbf: now() + 120 })],
      ['iat in the future', () => sign({ iat: now() + 120 })],
      ['no jti', () => sign({ jti: undefined })],
      ['made for another page', () => sign({ origin: 'https://other.example' })],
      ['made for no page', () => sign({ origin: undefined })],
      ['origin as a prefix', () => sign({ origin: `${page}.evil.example` })],
      ['an Agent nobody has', () => sign({ email: 'nobody@crm.example' })],
      ['no Agent', () => sign({ email: undefined })],
      ['not a token', () => 'abc'],
      ['four parts', async () => `${await sign()}.x`],
    ];
    for (const [name, make] of cases) {
      // The limit on guesses must not answer for the check.
      const answer = await exchange(await make());
      if (answer.status === 429) await house.clock.advance(16 * 60_000);
      const again = answer.status === 429 ? await exchange(await make()) : answer;
      expect(again, name).toMatchObject({ status: 401, json: { code: 'bad-token' } });
      expect(again.text, name).not.toContain(key.secret);
    }
    expect(asked).toEqual([]);
    await new Promise((done) => attacker.close(done));
  });

  test('an office opens its CRM at the same time, behind one address: nobody is told to wait', async () => {
    const { house, sign, exchange } = await start(database().db);
    await using _ = house;
    const tokens = await Promise.all(Array.from({ length: 30 }, () => sign()));
    const answers = await Promise.all(tokens.map((token) => exchange(token)));
    expect(answers.filter((one) => one.status === 200)).toHaveLength(30);
  });

  test('a token works once, also when twenty come at the same time', async () => {
    const { house, sign, exchange } = await start(database().db);
    await using _ = house;
    const token = await sign();
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(token)));
    expect(answers.filter((one) => one.status === 200)).toHaveLength(1);
    expect(answers.filter((one) => one.status === 401)).toHaveLength(19);
  });

  test('the page it comes from must be the one in the token, and allowed by the Organisation', async () => {
    const { house, mine, sign, exchange } = await start(database().db);
    await using _ = house;
    expect((await exchange(await sign(), {})).json.code).toBe('bad-token');
    expect((await exchange(await sign(), { origin: 'null' })).status).toBe(403);
    const other = 'https://other.example';
    const theirs = await house.newOrganisation();
    await house.call('PUT', '/organisation/origins', { token: theirs.adminToken, body: { list: [other] } });
    // Known to us, but allowed by another Organisation only.
    expect(await exchange(await sign({ origin: other }), { origin: other })).toMatchObject({
      status: 403,
      json: { code: 'origin-not-allowed' },
    });
    // Our own frame says whose page it is in, and gets no more than that page.
    const framed = (name: string) => ({ origin: house.url, 'x-chatdock-page': name });
    expect((await exchange(await sign(), framed(page))).status).toBe(200);
    expect((await exchange(await sign({ origin: other }), framed(other))).status).toBe(403);
    expect((await exchange(await sign(), framed(other))).status).toBe(401);
    const signedIn = String((await exchange(await sign())).json['token']);
    const ask = (headers: Record<string, string>) =>
      house.call('GET', '/inboxes', { token: signedIn, headers });
    expect((await ask({ 'x-chatdock-page': other })).status).toBe(403);
    expect((await ask({ 'x-chatdock-page': page })).status).toBe(200);
    expect(mine.organisationId).toBeGreaterThan(0);
  });

  test('disabled Agents and Agents of another Organisation are not let in; new ones only where the key may make them', async () => {
    const { house, mine, makeKey, sign, exchange } = await start(database().db);
    await using _ = house;
    await house.call('PATCH', `/agents/${mine.agent.agentId}`, {
      token: mine.adminToken,
      body: { disabled: true },
    });
    expect(await exchange(await sign())).toMatchObject({ status: 403, json: { code: 'not-allowed' } });
    const theirs = await house.newOrganisation();
    expect((await exchange(await sign({ email: theirs.agent.email }))).json.code).toBe('bad-token');
    const maker = await makeKey({ makesAgents: true });
    const secret = Buffer.from(maker.secret, 'base64url');
    const fresh = { email: 'Fresh@CRM.example', name: 'Fresh Person', role: 'admin' };
    const made = await exchange(await sign(fresh, { kid: maker.kid }, secret));
    expect(made).toMatchObject({
      status: 200,
      json: { agent: { email: 'fresh@crm.example', name: 'Fresh Person', role: 'agent' } },
    });
    const again = await exchange(await sign(fresh, { kid: maker.kid }, secret));
    expect(again.json['agent']).toEqual(made.json['agent']);
    const stolen = await sign({ email: theirs.agent.email }, { kid: maker.kid }, secret);
    expect((await exchange(stolen)).json.code).toBe('bad-token');
  });

  test('RS256 with a public key; private, short and other keys are not taken', async () => {
    const { house, mine, makeKey, sign, exchange } = await start(database().db);
    await using _ = house;
    const rs = await makeKey({
      algorithm: 'RS256',
      publicKey: JSON.stringify(pair.publicKey.export({ format: 'jwk' })),
    });
    expect(rs.secret).toBeNull();
    expect((await exchange(await sign({}, { alg: 'RS256', kid: rs.kid }, pair.privateKey))).status).toBe(200);
    const short = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey;
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    for (const publicKey of [
      pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      JSON.stringify(pair.privateKey.export({ format: 'jwk' })),
      short.export({ type: 'spki', format: 'pem' }).toString(),
      curve.export({ type: 'spki', format: 'pem' }).toString(),
      'no key',
    ]) {
      const { status } = await house.call('POST', '/organisation/embed-keys', {
        token: mine.adminToken,
        body: { algorithm: 'RS256', publicKey },
      });
      expect(status).toBe(400);
    }
  });

  test('a rotated key is good for a day beside its successor; a revoked one ends at once with its sign-ins', async () => {
    const { house, mine, key, sign, exchange } = await start(database().db);
    await using _ = house;
    const signedIn = String((await exchange(await sign())).json['token']);
    const rotated = await house.call('POST', `/organisation/embed-keys/${key.id}/rotate`, {
      token: mine.adminToken,
      body: {},
    });
    const next = rotated.json as unknown as { id: number; kid: string; secret: string };
    const byNext = () => sign({}, { kid: next.kid }, Buffer.from(next.secret, 'base64url'));
    expect((await exchange(await sign())).status).toBe(200);
    expect((await exchange(await byNext())).status).toBe(200);
    const revoke = () =>
      house.call('DELETE', `/organisation/embed-keys/${key.id}`, { token: mine.adminToken });
    expect((await revoke()).status).toBe(204);
    expect((await house.call('GET', '/auth/me', { token: signedIn, headers: { origin: page } })).status).toBe(
      401,
    );
    expect((await exchange(await sign())).json.code).toBe('bad-token');
    expect((await exchange(await byNext())).status).toBe(200);
    expect((await revoke()).status).toBe(404);
    await house.clock.advance(60_000);
    const { list } = (await house.call('GET', '/organisation/embed-keys', { token: mine.adminToken }))
      .json as unknown as { list: { id: number }[] };
    expect(list.map(({ id }) => id)).toEqual([next.id]);
  });

  test('secrets are sealed in the database and told once', async () => {
    const { house, mine, key } = await start(database().db);
    await using _ = house;
    const row = await database()
      .db.selectFrom('embed_key')
      .selectAll()
      .where('id', '=', key.id)
      .executeTakeFirstOrThrow();
    expect(row.material).toMatch(/^v1:/);
    expect(row.material).not.toContain(key.secret);
    const { text } = await house.call('GET', '/organisation/embed-keys', { token: mine.adminToken });
    expect(text).not.toContain(key.secret);
    expect(house.lines.join('\n')).not.toContain(key.secret);
  });

  test('guessing signatures is limited like guessing passwords', async () => {
    const { house, sign, exchange } = await start(database().db);
    await using _ = house;
    for (let n = 0; n < 5; n++)
      expect((await exchange(await sign({}, {}, Buffer.alloc(32, n)))).status).toBe(401);
    const answer = await exchange(await sign());
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    await house.clock.advance(16 * 60_000);
    expect((await exchange(await sign())).status).toBe(200);
  });
});
