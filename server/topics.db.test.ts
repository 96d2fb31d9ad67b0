import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeDatabases } from '../db/testing.ts';
import { goodPassword } from './access/testing.ts';
import { apiScopes } from './contract/access.ts';
import * as topics from './contract/topic.ts';
import { httpForTest } from './http/testing.ts';
import { digest } from './ids.ts';
import { createLog } from './log.ts';
import { createRealtime, redeemWith } from './realtime/index.ts';
import { WampV1Client } from './realtime/testing/wamp-v1-client.ts';

/** Every topic about one Inbox, from the file where both sides read their spelling. */
const ofInbox = Object.entries(topics)
  .filter(([name]) => name.endsWith('Topic') && !name.startsWith('inboxOf'))
  .flatMap(([, topic]) => (typeof topic === 'function' ? [topic as (inboxId: number) => string] : []));

type House = Awaited<ReturnType<typeof withSockets>>;

/** The served edge with the real access room, heart and push on one port. */
async function withSockets(db: Parameters<typeof httpForTest>[0]) {
  const house = await httpForTest(db);
  const { access, chat, bus, clock, server } = house;
  const realtime = createRealtime({
    server,
    bus,
    clock,
    log: createLog('fatal', { write: () => {} }),
    redeemTicket: redeemWith(access, (principal) => chat.listInboxes(principal)),
    originAllowed: (origin, principal) => access.originAllowed(origin, principal),
    chatAddress: (inboxId, chatId) => chat.chatAddress(inboxId, chatId),
    chatOfAddress: (inboxId, address) => chat.chatOfAddress(inboxId, address),
    headOf: (inboxId) => chat.position(inboxId),
    touch: (agentSessionId) => access.touch(agentSessionId),
    limits: { sockets: { rate: { perSecond: 1_000, burst: 1_000 } } },
  });
  const ticket = async (token: string) =>
    String((await house.call('POST', '/auth/ticket', { token })).json['ticket']);
  const [mine, theirs] = [await house.newOrganisation(), await house.newOrganisation()];
  return {
    ...house,
    mine,
    theirs,
    ticket,
    /** Somebody writes to the number of an Inbox. */
    receive: (inboxId: number, body: string) =>
      chat.receive(
        inboxId,
        [
          {
            kind: 'message',
            messageId: `3EB0${digest(body).slice(0, 12)}`,
            chat: '393331234567@c.us' as never,
            fromMe: false,
            type: 'text',
            body,
            at: clock.now(),
            origin: 'live',
          },
        ],
        'engine',
      ),
    /** A signed-in v2 client; `answer` sends a message and gives what comes next. */
    async connect(token: string) {
      const socket = new WebSocket(
        `${house.url.replace('http', 'ws')}/ws?ticket=${await ticket(token)}`,
        topics.subprotocols.v2,
      );
      const heard: unknown[][] = [];
      let wake = (): void => {};
      socket.on('message', (data) => {
        heard.push(JSON.parse(String(data)) as unknown[]);
        wake();
      });
      const ended = once(socket, 'close').then(([code]) => code as number);
      await once(socket, 'open');
      const next = async (): Promise<unknown[]> => {
        if (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        return heard.shift()!;
      };
      const answer = (message: unknown[]): Promise<unknown[]> => {
        socket.send(JSON.stringify(message));
        return next();
      };
      const roles = { publisher: {}, subscriber: {}, caller: {}, callee: {} };
      expect((await answer([1, topics.realm, { roles }]))[0]).toBe(2);
      return { socket, ended, answer, heard };
    },
    async [Symbol.asyncDispose]() {
      await realtime[Symbol.asyncDispose]();
      await house[Symbol.asyncDispose]();
    },
  };
}

/** Who may hear nothing of the first Organisation's Inbox. */
async function strangers({ mine, theirs, newAgent, signIn, access }: House) {
  await access.setInboxAgents(mine.organisationId, mine.inbox.id, {
    everyone: false,
    agentIds: [mine.agent.agentId],
  });
  const without = await newAgent('agent', goodPassword, mine.organisationId);
  return {
    'another Organisation’s admin': theirs.adminToken,
    'another Organisation’s agent': theirs.agentToken,
    'an agent without the Inbox': (await signIn(without.email, goodPassword)).token,
  };
}

describeDatabases('topics and procedures', (database) => {
  let house: House;
  let others: Record<string, string>;
  beforeAll(async () => {
    house = await withSockets(database().db);
    others = await strangers(house);
  });
  afterAll(() => house[Symbol.asyncDispose]());

  test('no topic of an Inbox is open to another Organisation or to an agent without it, by no spelling', async () => {
    const { mine, connect } = house;
    expect(ofInbox.length).toBeGreaterThan(1);
    for (const [who, token] of Object.entries(others)) {
      const { socket, answer } = await connect(token);
      let request = 0;
      for (const topic of ofInbox) {
        const answered = await answer([32, ++request, {}, topic(mine.inbox.id)]);
        expect(answered, `${who}: ${topic(mine.inbox.id)}`).toEqual([
          8,
          32,
          request,
          {},
          'wamp.error.not_authorized',
        ]);
      }
      for (const [pattern, match] of [
        ['chatdock', 'prefix'],
        ['chatdock.inbox', 'prefix'],
        [`chatdock.inbox.${mine.inbox.id}`, 'prefix'],
        ['WhatsApp', 'prefix'],
        ['chatdock..', 'wildcard'],
        ['chatdock.inbox.', 'wildcard'],
        [`chatdock.inbox.0${mine.inbox.id}`, 'exact'],
        ['wamp.session.on_join', 'exact'],
      ])
        expect((await answer([32, ++request, { match }, pattern]))[0], `${who}: ${pattern}`).toBe(8);
      socket.terminate();
    }
    // Whoever has it hears it.
    const own = await connect(mine.agentToken);
    for (const topic of ofInbox)
      expect(await own.answer([32, 1, {}, topic(mine.inbox.id)])).toEqual([33, 1, expect.any(Number)]);
    own.socket.terminate();
  });

  test('a client calls, offers and publishes nothing, and meta procedures are none', async () => {
    const { mine, connect } = house;
    const own = await connect(mine.adminToken);
    const other = await connect(mine.agentToken);
    const topic = topics.inboxTopic(mine.inbox.id);
    expect(await other.answer([32, 1, {}, topic])).toEqual([33, 1, expect.any(Number)]);
    const procedures = [
      'wamp.session.list',
      'wamp.session.get',
      'wamp.session.kill',
      'wamp.subscription.list',
      'wamp.subscription.list_subscribers',
      'wamp.registration.list',
      'chatdock.inbox.list',
      topic,
    ];
    for (const [index, procedure] of procedures.entries())
      expect((await own.answer([48, index + 1, {}, procedure]))[0], procedure).not.toBe(50);
    expect((await own.answer([64, 90, {}, 'chatdock.mine']))[0]).not.toBe(65);
    const published = await own.answer([16, 91, { acknowledge: true }, topic, [{ forged: true }]]);
    expect(published[0]).not.toBe(17);
    // Its turn after whatever the publication might have caused.
    expect(await other.answer([32, 2, {}, topics.replyingTopic(mine.inbox.id)])).toEqual([
      33,
      2,
      expect.any(Number),
    ]);
    expect(other.heard).toEqual([]);
    own.socket.terminate();
    other.socket.terminate();
  });

  test('on the topics of EspoCRM everybody hears the Inboxes they may read, and no others', async () => {
    const { mine, theirs, receive, ticket } = house;
    const clients = await Promise.all(
      [mine.agentToken, ...Object.values(others)].map(async (token) => {
        const client = new WampV1Client(
          `${house.url.replace('http', 'ws')}/wss?authToken=${await ticket(token)}&userId=1`,
        );
        await client.welcome;
        const heard: unknown[] = [];
        client.subscribe(topics.espoTopic, (event) => heard.push(event));
        client.subscribe(topics.espoTopicOf('393331234567@c.us'), (event) => heard.push(event));
        return { client, heard };
      }),
    );
    const settle = () =>
      Promise.all(
        clients.map(({ client }) => {
          const settled = client.settled();
          client.socket.ping();
          return settled;
        }),
      );
    await settle();
    await receive(mine.inbox.id, 'secret word');
    // The last one is heard by those who may not hear the first: so the first has had its time.
    await receive(theirs.inbox.id, 'their word');
    await expect.poll(() => clients.slice(1, 3).map(({ heard }) => heard.length)).toEqual([2, 2]);
    await expect.poll(() => clients[0]!.heard.length).toBe(2);
    await settle();
    expect(JSON.stringify(clients[0]!.heard)).toContain('secret word');
    expect(JSON.stringify(clients.slice(1).map(({ heard }) => heard))).not.toContain('secret word');
    for (const { client } of clients) client.socket.terminate();
  });

  test('no ticket for an API key, whatever its scopes; an old, used or ended one opens nothing', async () => {
    const { mine, call, clock, access, ticket, signIn, url } = house;
    const made = await call('POST', '/api-keys', {
      token: mine.adminToken,
      body: { name: 'all', scopes: [...apiScopes] },
    });
    const refused = await call('POST', '/auth/ticket', { token: String(made.json['key']) });
    expect(refused).toMatchObject({ status: 403, json: { code: 'not-allowed' } });
    const knock = (given: string): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(
          `${url.replace('http', 'ws')}/ws?ticket=${given}`,
          topics.subprotocols.v2,
        );
        socket.on('unexpected-response', (_request, response) => {
          resolve(response.statusCode ?? 0);
          response.destroy();
        });
        socket.on('error', () => {});
        socket.on('open', () => {
          socket.terminate();
          resolve(101);
        });
      });
    const used = await ticket(mine.agentToken);
    expect([await knock(used), await knock(used)]).toEqual([101, 401]);
    expect(await knock(String(made.json['key']))).toBe(401);
    expect(await knock(mine.agentToken)).toBe(401);
    const { token } = await signIn(mine.agent.email, goodPassword);
    const ended = await ticket(token);
    await call('POST', '/auth/sign-out', { token });
    expect(await knock(ended)).toBe(401);
    const old = await ticket(mine.agentToken);
    await clock.advance(60_001);
    expect(await knock(old)).toBe(401);
    expect(await access.authenticate(mine.agentToken)).toBeDefined();
  });
});

describeDatabases('an open subscription', (database) => {
  let house: House;
  beforeAll(async () => {
    house = await withSockets(database().db);
  });
  afterAll(() => house[Symbol.asyncDispose]());

  /** What ends it, each done by the admin through the API, and whether the same sign-in may come again. */
  const endings: Record<string, (agentId: number, signIn: string) => [string, string, object?]> = {
    'the Inbox is taken from the agent': () => [
      'PUT',
      `/inboxes/${house.mine.inbox.id}/agents`,
      { everyone: false, agentIds: [] },
    ],
    'the agent is disabled': (agentId) => ['PATCH', `/agents/${agentId}`, { disabled: true }],
    'its sign-in is revoked': (agentId, signIn) => ['DELETE', `/agents/${agentId}/sessions/${signIn}`],
    'all its sign-ins are revoked': (agentId) => ['DELETE', `/agents/${agentId}/sessions`],
    'it gets another role': (agentId) => ['PATCH', `/agents/${agentId}`, { role: 'supervisor' }],
    'it gets another password': (agentId) => [
      'PATCH',
      `/agents/${agentId}`,
      { password: 'orange kettle 42 walks' },
    ],
  };

  test.each(Object.keys(endings))('ends at once when %s', async (name) => {
    const { mine, newAgent, signIn, call, access, connect, receive } = house;
    await access.setInboxAgents(mine.organisationId, mine.inbox.id, { everyone: true, agentIds: [] });
    const agent = await newAgent('agent', goodPassword, mine.organisationId);
    const { token } = await signIn(agent.email, goodPassword);
    const [row] = await access.sessions.list(agent.agentId);
    const topic = topics.inboxTopic(mine.inbox.id);
    const own = await connect(token);
    expect(await own.answer([32, 1, {}, topic])).toEqual([33, 1, expect.any(Number)]);
    // An admin's stays: it concerns nobody else.
    const admin = await connect(mine.adminToken);
    expect(await admin.answer([32, 1, {}, topic])).toEqual([33, 1, expect.any(Number)]);

    const [method, path, body] = endings[name]!(agent.agentId, row!.id);
    const done = await call(method, path, { token: mine.adminToken, ...(body ? { body } : {}) });
    expect(done.status).toBeLessThan(300);
    // No timer is waited for: the clock stands still.
    expect([1012, 4401]).toContain(await own.ended);
    await receive(mine.inbox.id, `a word after: ${name}`);
    await expect.poll(() => admin.heard.length).toBeGreaterThan(0);
    expect(own.heard.filter(([kind]) => kind === 36)).toEqual([]);

    if (name === 'the Inbox is taken from the agent') {
      const again = await connect(token);
      expect(await again.answer([32, 1, {}, topic])).toEqual([8, 32, 1, {}, 'wamp.error.not_authorized']);
      again.socket.terminate();
    } else {
      expect((await call('POST', '/auth/ticket', { token })).status).toBe(401);
    }
    admin.socket.terminate();
  });
});
