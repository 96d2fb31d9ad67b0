import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { channels } from '../bus/bus.ts';
import { ManualClock } from '../clock.ts';
import { digest } from '../ids.ts';
import { lifetimes } from './agent-sessions.ts';
import { ApiKeys } from './api-keys.ts';
import { provision } from './provision.ts';
import { accessForTest, goodPassword, here } from './testing.ts';

describeDatabases('access', (database) => {
  test('the first start makes one admin with a password nobody could know, and only the first', async () => {
    const { db } = database();
    const clock = new ManualClock();
    const config = { adminEmail: 'admin@chatdock.local' };
    const all = await Promise.all([1, 2, 3].map(() => provision({ db, clock, config })));
    const made = all.flatMap((one) => one.admin ?? []);
    expect(made).toHaveLength(1);
    expect(new Set(all.map((one) => one.organisationId)).size).toBe(1);
    expect(made[0]!.password).toMatch(/^[a-z0-9]{5}(-[a-z0-9]{5}){3}$/);
    expect((await provision({ db, clock, config })).admin).toBeUndefined();
    await using house = open(db);
    const { answer } = await house.signIn('Admin@chatdock.local ', made[0]!.password);
    expect(answer.agent.role).toBe('admin');
    for (const guess of ['admin', 'password', 'chatdock', 'changeme', '']) {
      await expect(house.signIn('admin@chatdock.local', guess)).rejects.toMatchObject({
        code: 'wrong-credentials',
      });
    }
  });

  test('unknown, wrong and disabled are one and the same answer', async () => {
    await using house = open(database().db);
    const agent = await house.newAgent();
    await house.access.changeAgent(agent.organisationId, agent.agentId, { disabled: true });
    const answers = await Promise.allSettled([
      house.signIn(agent.email, goodPassword),
      house.signIn('nobody@crm.example', goodPassword),
      house.signIn(`${agent.email}' or 1=1 -- `, goodPassword),
    ]);
    const texts = answers.map(
      (one) => one.status === 'rejected' && `${one.reason.code} ${one.reason.message}`,
    );
    expect(new Set(texts)).toEqual(new Set(['wrong-credentials Wrong e-mail or password']));
  });

  test('after five wrong tries the right password waits too, and works after the window', async () => {
    await using house = open(database().db);
    const agent = await house.newAgent();
    for (let n = 0; n < 5; n++) {
      await expect(house.signIn(agent.email, 'wrong')).rejects.toMatchObject({ code: 'wrong-credentials' });
    }
    await expect(house.signIn(agent.email, goodPassword)).rejects.toMatchObject({
      code: 'too-many-requests',
      retryAfter: 900,
    });
    await house.clock.advance(15 * 60_000);
    expect((await house.signIn(agent.email, goodPassword)).answer.agent.id).toBe(agent.agentId);
  });

  test('twenty guesses at the same time are not twenty guesses', async () => {
    await using house = open(database().db);
    const agent = await house.newAgent();
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => house.signIn(agent.email, 'wrong')),
    );
    const codes = all.map((one) => (one.status === 'rejected' ? one.reason.code : 'in'));
    expect(codes.filter((code) => code === 'wrong-credentials')).toHaveLength(5);
    expect(codes.filter((code) => code === 'too-many-requests')).toHaveLength(15);
  });

  test('of a sign-in only digests are stored', async () => {
    const { db } = database();
    await using house = open(db);
    const agent = await house.newAgent();
    const { token, answer } = await house.signIn(agent.email, goodPassword, 'cookie');
    const principal = (await house.access.authenticate(token))!;
    const { ticket } = await house.access.issueTicket(principal);
    const rows = JSON.stringify([
      await db.selectFrom('agent').selectAll().execute(),
      await db.selectFrom('agent_session').selectAll().execute(),
      await db.selectFrom('ticket').selectAll().execute(),
    ]);
    for (const secret of [token, ticket, answer.csrf!, goodPassword]) {
      expect(secret.length).toBeGreaterThanOrEqual(20);
      expect(rows).not.toContain(secret);
    }
    expect(rows).toContain(digest(token));
    expect(answer.token).toBeNull();
    expect(house.lines.join('')).not.toContain(token);
  });

  test('31 idle minutes end a sign-in; use every 29 minutes keeps it, for twelve hours and no longer', async () => {
    await using house = open(database().db);
    const agent = await house.newAgent();
    const idle = await house.signIn(agent.email, goodPassword);
    const used = await house.signIn(agent.email, goodPassword);
    const step = 29 * 60_000;
    await house.clock.advance(step);
    expect(await house.access.authenticate(used.token)).toBeDefined();
    await seen(database().db, used.token, house.clock.now());
    await house.clock.advance(2 * 60_000);
    expect(await house.access.authenticate(idle.token)).toBeUndefined();
    for (let at = step + 2 * 60_000; at + step < lifetimes.absoluteMs; at += step) {
      expect(await house.access.authenticate(used.token)).toBeDefined();
      await seen(database().db, used.token, house.clock.now());
      await house.clock.advance(step);
    }
    await house.clock.advance(step);
    expect(await house.access.authenticate(used.token)).toBeUndefined();
  });

  test('the sweep deletes what is over and says so on the bus', async () => {
    const { db } = database();
    await using house = open(db);
    const agent = await house.newAgent();
    const { token } = await house.signIn(agent.email, goodPassword);
    const heard: unknown[] = [];
    house.bus.subscribe(channels.signedOut, (payload) => void heard.push(payload));
    await house.clock.advance(lifetimes.idleMs + 1);
    await house.access.sessions.sweep();
    await Promise.resolve();
    expect(heard).toContainEqual({ agentSessionId: digest(token) });
    const rows = await db
      .selectFrom('agent_session')
      .select('id')
      .where('agent_id', '=', agent.agentId)
      .execute();
    expect(rows).toEqual([]);
  });

  test('a key revoked in another process is forgotten at once here', async () => {
    const { db } = database();
    await using house = open(db);
    const { organisationId, agentId } = await house.newAgent('admin');
    const wanted = { name: 'k', scopes: ['messages:read' as const], inboxIds: null, expiresAt: 0 };
    const made = await house.access.keys.create(organisationId, { ...wanted, createdBy: agentId });
    const other = new ApiKeys({
      db,
      clock: house.clock,
      bus: house.bus,
      onFault: (error) => {
        throw error;
      },
    });
    using _ = other;
    expect(await other.authenticate(made.key)).toBeDefined();
    await house.access.keys.revoke(organisationId, made.id);
    expect(await other.authenticate(made.key)).toBeUndefined();
  });

  test('a sign-in ended in another process is forgotten at once here', async () => {
    const { db } = database();
    await using house = open(db);
    const agent = await house.newAgent();
    const { token } = await house.signIn(agent.email, goodPassword);
    expect(await house.access.authenticate(token)).toBeDefined();
    await db.deleteFrom('agent_session').where('id', '=', digest(token)).execute();
    expect(house.access.sessions.authenticateNow(token)).toBeDefined();
    house.bus.publish(channels.signedOut, { agentSessionId: digest(token) });
    await Promise.resolve();
    expect(house.access.sessions.authenticateNow(token)).toBeUndefined();
    expect(await house.access.authenticate(token)).toBeUndefined();
  });

  test('sign-out while a look-up is under way: the old answer is not remembered', async () => {
    const { db } = database();
    await using house = open(db);
    const agent = await house.newAgent();
    const { token } = await house.signIn(agent.email, goodPassword);
    const under = house.access.authenticate(token);
    house.access.sessions.announce({ agentSessionId: digest(token) });
    await under;
    expect(house.access.sessions.authenticateNow(token)).toBeUndefined();
  });

  test('a disabled Agent, another role and another password end every sign-in', async () => {
    await using house = open(database().db);
    const admin = await house.newAgent('admin');
    const changes = [{ disabled: true }, { role: 'admin' as const }, { password: 'a quite new phrase 9' }];
    for (const change of changes) {
      const agent = await house.newAgent('agent', goodPassword, admin.organisationId);
      const tokens = [
        await house.signIn(agent.email, goodPassword),
        await house.signIn(agent.email, goodPassword),
      ];
      for (const { token } of tokens) expect(await house.access.authenticate(token)).toBeDefined();
      await house.access.changeAgent(admin.organisationId, agent.agentId, change);
      for (const { token } of tokens) expect(await house.access.authenticate(token)).toBeUndefined();
    }
  });

  test('changing one’s password ends every sign-in and begins a new one', async () => {
    await using house = open(database().db);
    const agent = await house.newAgent();
    const first = await house.signIn(agent.email, goodPassword);
    const second = await house.signIn(agent.email, goodPassword);
    const principal = (await house.access.authenticate(first.token))!;
    const change = (current: string, next: string) =>
      house.access.changePassword(principal, { current, next, caller: here });
    await expect(change('wrong', 'a quite new phrase 9')).rejects.toMatchObject({
      code: 'wrong-credentials',
    });
    await expect(change(goodPassword, 'short')).rejects.toMatchObject({ code: 'weak-password' });
    const fresh = await change(goodPassword, 'a quite new phrase 9');
    expect(await house.access.authenticate(first.token)).toBeUndefined();
    expect(await house.access.authenticate(second.token)).toBeUndefined();
    expect(await house.access.authenticate(fresh.token)).toBeDefined();
    await expect(house.signIn(agent.email, goodPassword)).rejects.toMatchObject({
      code: 'wrong-credentials',
    });
  });

  test('a ticket opens once, for sixty seconds, and not after its sign-in has ended', async () => {
    await using house = open(database().db);
    const agent = await house.newAgent();
    const { token } = await house.signIn(agent.email, goodPassword);
    const principal = (await house.access.authenticate(token))!;
    const [once, late, orphan] = [
      await house.access.issueTicket(principal),
      await house.access.issueTicket(principal),
      await house.access.issueTicket(principal),
    ];
    const redeemed = await Promise.all([1, 2, 3, 4, 5].map(() => house.access.redeemTicket(once.ticket)));
    expect(redeemed.filter(Boolean)).toEqual([principal]);
    expect(await house.access.redeemTicket(once.ticket)).toBeUndefined();
    await house.access.sessions.end(principal.agentId, principal.agentSessionId);
    expect(await house.access.redeemTicket(orphan.ticket)).toBeUndefined();
    await house.clock.advance(61_000);
    expect(await house.access.redeemTicket(late.ticket)).toBeUndefined();
    expect(await house.access.redeemTicket('made up')).toBeUndefined();
  });

  test('a ticket is refused 61 seconds old although its sign-in lives', async () => {
    await using house = open(database().db);
    const agent = await house.newAgent();
    const { token } = await house.signIn(agent.email, goodPassword);
    const { ticket } = await house.access.issueTicket((await house.access.authenticate(token))!);
    await house.clock.advance(61_000);
    expect(await house.access.redeemTicket(ticket)).toBeUndefined();
    expect(await house.access.authenticate(token)).toBeDefined();
  });

  test('two admins who demote each other at the same time leave one', async () => {
    await using house = open(database().db);
    const one = await house.newAgent('admin');
    const two = await house.newAgent('admin', goodPassword, one.organisationId);
    const results = await Promise.allSettled([
      house.access.changeAgent(one.organisationId, two.agentId, { role: 'agent' }),
      house.access.changeAgent(one.organisationId, one.agentId, { disabled: true }),
    ]);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const agents = await house.access.listAgents(one.organisationId);
    expect(agents.filter((agent) => agent.role === 'admin' && !agent.disabled)).toHaveLength(1);
  });

  test('an e-mail belongs to one Agent of the installation, whatever its case', async () => {
    await using house = open(database().db);
    const agent = await house.newAgent();
    const other = await house.newAgent();
    await expect(
      house.access.createAgent(other.organisationId, {
        email: agent.email.toUpperCase(),
        name: 'Twin',
        role: 'agent',
        password: goodPassword,
      }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  test('an origin is allowed for the Organisation that lists it, exactly, and no other', async () => {
    await using house = open(database().db);
    const [one, two] = [await house.newAgent('admin'), await house.newAgent('admin')];
    const { origins } = house.access;
    expect(await origins.isAllowed('https://crm.one', one.organisationId)).toBe(false);
    await origins.replace(one.organisationId, ['https://CRM.one', 'https://crm.one']);
    expect(await origins.list(one.organisationId)).toEqual(['https://crm.one']);
    expect(await origins.isAllowed('https://crm.one', one.organisationId)).toBe(true);
    expect(await origins.isAllowed('https://crm.one', two.organisationId)).toBe(false);
    for (const near of [
      'null',
      'http://crm.one',
      'https://crm.one:8443',
      'https://crm.one.evil.com',
      'https://evil-crm.one',
    ]) {
      expect(await origins.isAllowed(near, one.organisationId)).toBe(false);
      expect(await origins.isKnown(near)).toBe(false);
    }
    await expect(origins.replace(one.organisationId, ['*'])).rejects.toMatchObject({ code: 'bad-request' });
    await origins.replace(one.organisationId, []);
    expect(await origins.isAllowed('https://crm.one', one.organisationId)).toBe(false);
  });
});

function open(db: Parameters<typeof accessForTest>[0]) {
  const house = accessForTest(db);
  return { ...house, [Symbol.asyncDispose]: () => house.access[Symbol.asyncDispose]() };
}

/** Waits for the write of "last seen" that is done beside a look-up. */
async function seen(db: Parameters<typeof accessForTest>[0], token: string, at: number): Promise<void> {
  for (;;) {
    const row = await db
      .selectFrom('agent_session')
      .select('last_seen_at')
      .where('id', '=', digest(token))
      .executeTakeFirstOrThrow();
    if (row.last_seen_at === at) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
