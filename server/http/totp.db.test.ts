import { Secret, TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { goodPassword } from '../access/testing.ts';
import { httpForTest } from './testing.ts';

describeDatabases('a second factor', (database) => {
  test('is asked for once confirmed; a code works once, also when two come together; recovery codes too', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { agent, agentToken: token, adminToken } = await house.newOrganisation();
    const password = goodPassword;
    expect((await house.call('POST', '/auth/totp', { token, body: { password: 'wrong' } })).status).toBe(401);
    const made = await house.call('POST', '/auth/totp', { token, body: { password } });
    expect(made.json['uri']).toMatch(/^otpauth:\/\/totp\//);
    const secret = String(made.json['secret']);
    const app = new TOTP({ secret: Secret.fromBase32(secret) });
    const codeNow = (): string => app.generate({ timestamp: house.clock.now() });
    const signIn = (more: object = {}) =>
      house.call('POST', '/auth/sign-in', { body: { email: agent.email, password, ...more } });
    expect((await signIn()).status).toBe(200);

    const confirmed = await house.call('POST', '/auth/totp/confirm', { token, body: { code: codeNow() } });
    const codes = confirmed.json['recoveryCodes'] as string[];
    expect(new Set(codes).size).toBe(10);
    expect((await signIn()).json.code).toBe('code-required');
    expect((await signIn({ code: codeNow() })).json.code).toBe('wrong-credentials');
    await house.clock.advance(30_000);
    const twice = await Promise.all([signIn({ code: codeNow() }), signIn({ code: codeNow() })]);
    expect(twice.map(({ status }) => status).toSorted()).toEqual([200, 401]);
    await house.clock.advance(30_000);
    expect((await signIn({ password: `${password} ${codeNow()}` })).status).toBe(200);
    expect((await signIn({ code: codes[0]!.toUpperCase() })).status).toBe(200);
    expect((await signIn({ code: codes[0]! })).status).toBe(401);

    const dump = JSON.stringify([
      await db.selectFrom('agent_totp').selectAll().execute(),
      await db.selectFrom('agent_recovery').selectAll().execute(),
      await db.selectFrom('audit').selectAll().execute(),
      house.lines,
    ]);
    for (const word of [secret, codes[1]!, codes[1]!.replace('-', '')]) expect(dump).not.toContain(word);
    const path = `/agents/${agent.agentId}/totp`;
    const state = async () => (await house.call('GET', path, { token: adminToken })).json;
    expect(await state()).toMatchObject({ enabled: true });
    expect((await house.call('DELETE', path, { token: adminToken })).status).toBe(204);
    expect(await state()).toEqual({ enabled: false, recoveryLeft: 0 });
    expect((await signIn()).status).toBe(200);
  });
});
