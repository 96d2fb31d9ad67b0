import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { insertEndpointEvents } from '../../db/query/endpoint-event.ts';
import { describeDatabases } from '../../db/testing.ts';
import { goodPassword } from '../access/testing.ts';
import type { Route } from './route.ts';
import { httpForTest } from './testing.ts';

/** Routes that carry no id of anything: they answer about the caller's own Organisation only. */
const withoutId = new Set([
  'get /sessions/figures',
  'get /search',
  'get /agents',
  'post /agents',
  'get /organisation/settings',
  'get /organisation/embed-keys',
  'post /organisation/embed-keys',
  'get /invitations',
  'post /invitations',
  'get /auth/totp',
  'post /auth/totp',
  'post /auth/totp/confirm',
  'post /auth/totp/disable',
  'get /audit',
  'get /audit/check',
  'get /connect',
  'post /connect',
  'get /api-keys',
  'post /api-keys',
  'get /organisation/endpoints',
  'post /organisation/endpoints',
  'post /auth/embed/renew',
  'patch /organisation/settings',
  'get /organisation/origins',
  'put /organisation/origins',
  'get /inboxes',
  'post /inboxes',
  'post /auth/sign-out',
  'get /auth/me',
  'post /auth/ticket',
  'get /auth/sessions',
  'post /auth/password',
  'post /uploads',
  'get /colleagues',
  'get /labels',
  'post /labels',
  'get /canned-replies',
  'post /canned-replies',
]);

const publicRoutes = [
  'post /auth/sign-in',
  'post /auth/embed',
  'post /auth/invitation',
  'post /auth/invitation/accept',
  'post /link',
];

/** A body that the route takes, so that a refusal is one of access and not of form. */
const bodies: Record<string, unknown> = {
  'post /agents': { email: 'new@crm.example', name: 'New', password: goodPassword },
  'patch /agents/:agentId': { name: 'Renamed' },
  'patch /organisation/settings': { readReceipts: 'never' },
  'put /organisation/origins': { list: ['https://crm.example'] },
  'post /inboxes': { name: 'Second' },
  'post /inboxes/:inboxId/session/link': { method: 'qr' },
  'put /inboxes/:inboxId/session/limits': { perMinute: 5 },
  'post /inboxes/:inboxId/session/engine': { engine: 'wwebjs' },
  'post /inboxes/:inboxId/chats': { phone: '+39 333 123 4567' },
  'post /chats/:chatId/messages': { clientId: randomUUID(), body: 'hello' },
  'post /chats/:chatId/backfill': {},
  'post /chats/:chatId/pin': { pinned: true },
  'post /chats/:chatId/archive': { archived: true },
  'post /chats/:chatId/mute': { until: 0 },
  'post /chats/:chatId/unread': {},
  'post /chats/:chatId/typing': { what: 'typing' },
  'post /messages/:messageId/edit': { body: 'other' },
  'post /messages/:messageId/revoke': {},
  'post /messages/:messageId/react': { emoji: '👍' },
  'post /messages/:messageId/vote': { options: [] },
  'post /messages/:messageId/star': { starred: true },
  'post /inboxes/:inboxId/webhooks': { dialect: 'waha', session: 'default' },
  'post /inboxes/:inboxId/backfill': { days: 30 },
  'post /uploads': { any: 'bytes' },
  'post /chats/:chatId/claim': {},
  'put /chats/:chatId/assignee': { agentId: null },
  'post /chats/:chatId/notes': { clientId: randomUUID(), body: 'call back' },
  'patch /notes/:noteId': { body: 'call tomorrow' },
  'post /labels': { name: 'Second', colour: 'red' },
  'patch /labels/:labelId': { colour: 'blue' },
  'post /canned-replies': { shortcut: 'second', body: 'Good day' },
  'patch /canned-replies/:cannedReplyId': { body: 'Good evening' },
  'post /chats/:chatId/replying': {},
  'post /auth/embed/renew': { token: 'no.such.token' },
  'post /organisation/embed-keys': { name: 'CRM' },
  'post /auth/totp': { password: goodPassword },
  'post /auth/totp/confirm': { code: '000000' },
  'post /auth/totp/disable': { password: goodPassword },
  'post /invitations': { email: 'invited@crm.example' },
  'post /connect': { name: 'second' },
  'post /api-keys': { name: 'Second', scopes: ['messages:read'] },
  'put /inboxes/:inboxId/agents': { everyone: true, agentIds: [] },
  'post /organisation/endpoints': { url: 'http://127.0.0.1:1/second' },
  'patch /organisation/endpoints/:endpointId': { description: 'secret' },
  'post /organisation/endpoints/:endpointId/replay': { since: 0 },
  'post /organisation/embed-keys/:embedKeyId/rotate': {},
  'post /auth/password': { current: 'wrong password', next: goodPassword },
};

const nameOf = (route: Route): string => `${route.method} ${route.path}`;
const isEspo = (route: Route): boolean => route.path.startsWith('/WhatsApp/action/');

async function twoOrganisations(db: Parameters<typeof httpForTest>[0]) {
  const house = await httpForTest(db);
  const [mine, theirs] = [await house.newOrganisation(), await house.newOrganisation()];
  const scope = { organisationId: mine.organisationId, agentId: mine.admin.agentId };
  const chatId = '393331234567@c.us';
  await house.chat.receive(
    mine.inbox.id,
    [
      {
        kind: 'message',
        messageId: '3EB0AA',
        chat: chatId as never,
        // Ours, so that all may be done to it.
        fromMe: true,
        type: 'text',
        body: 'the secret of the first Organisation',
        at: house.clock.now(),
        origin: 'live',
      },
    ],
    'engine',
  );
  const { list } = await house.chat.listChats(scope, mine.inbox.id, {});
  const chat = list[0]!;
  const message = (await house.chat.listMessages(scope, chat.id, {})).list[0]!;
  house.sessions.code = { kind: 'qr', value: '2@secret', issuedAt: 1, expiresAt: 2, turn: 1 };
  const webhook = await house.call('POST', `/inboxes/${mine.inbox.id}/webhooks`, {
    token: mine.adminToken,
    body: { dialect: 'waha', session: 'mine' },
  });
  expect(webhook.status).toBe(201);
  const sessions = await house.access.sessions.list(mine.agent.agentId);
  const mediaId = await house.media.give(mine.inbox.id, message.id, { mime: 'image/jpeg' });
  const uploaded = await house.call('POST', '/uploads?fileName=secret.txt', {
    token: mine.agentToken,
    raw: 'the secret file of the first Organisation',
  });
  expect(uploaded.status).toBe(201);
  const made = async (path: string, body: object) => {
    const token = path.endsWith('/notes') ? mine.agentToken : mine.adminToken;
    const answer = await house.call('POST', path, { token, body });
    expect(answer.status, path).toBe(201);
    return String(answer.json['id']);
  };
  const endpointId = await made('/organisation/endpoints', { url: 'http://127.0.0.1:1/secret' });
  const events = await insertEndpointEvents(db, [
    {
      organisation_id: mine.organisationId,
      inbox_id: mine.inbox.id,
      name: `evt_${randomUUID()}`,
      type: 'session.state',
      live: 1,
      body: '{}',
      at: house.clock.now(),
    },
  ]);
  const event = [...events.values()][0]!;
  const delivery = await db
    .insertInto('endpoint_delivery')
    .values({ endpoint_id: Number(endpointId), event, state: 'dead', due_at: 1 })
    .executeTakeFirstOrThrow();
  const connected = await house.call('POST', '/connect', {
    token: mine.adminToken,
    body: { inboxId: mine.inbox.id },
  });
  expect(connected.status).toBe(201);
  house.sessions.asked = [];
  /** What each kind of id in a path, query or body stands for, in the first Organisation. */
  const ids: Record<string, string> = {
    inboxId: String(mine.inbox.id),
    chatId: String(chat.id),
    messageId: String(message.id),
    agentId: String(mine.agent.agentId),
    agentSessionId: sessions[0]!.id,
    webhookId: String(webhook.json['id']),
    noteId: await made(`/chats/${chat.id}/notes`, { clientId: randomUUID(), body: 'the secret note' }),
    labelId: await made('/labels', { name: 'secret', colour: 'red' }),
    cannedReplyId: await made('/canned-replies', { shortcut: 'hello', body: 'secret' }),
    endpointId,
    invitationId: await made('/invitations', { email: 'secret@crm.example' }),
    linkId: await made(`/inboxes/${mine.inbox.id}/links`, {}),
    session: String(connected.json['session']),
    apiKeyId: await made('/api-keys', { name: 'secret', scopes: ['messages:read'] }),
    endpointDeliveryId: String(delivery.insertId),
    embedKeyId: await made('/organisation/embed-keys', { name: 'secret' }),
    uploadId: String(uploaded.json['uploadId']),
  };
  const fill = (route: Route): string =>
    route.path.replaceAll(/:(\w+)/g, (_, name: string) => {
      expect(ids, `${nameOf(route)}: nobody has said whose ${name} is`).toHaveProperty(name);
      return ids[name]!;
    });
  const ask = (route: Route, token?: string) => {
    const query = new URLSearchParams();
    let body = bodies[nameOf(route)];
    if (isEspo(route)) {
      const fields = { inboxId: mine.inbox.id, chatId, message: 'hello' };
      if (route.method === 'get')
        for (const [name, value] of Object.entries(fields)) query.set(name, String(value));
      else body = fields;
    }
    if (route.path === '/messages/:messageId/forward') {
      body = { to: [{ chatId: chat.id, clientId: randomUUID() }] };
    }
    if (route.path === '/search') query.set('q', 'secret');
    if (route.path === '/media/urls') query.set('ids', String(mediaId));
    if (route.path === '/changes') query.set('since', `${mine.inbox.id}:0`);
    const path = `${fill(route)}${query.size > 0 ? `?${query}` : ''}`;
    return house.call(route.method.toUpperCase(), path, {
      ...(token === undefined ? {} : { token }),
      ...(body === undefined ? {} : { body }),
    });
  };
  return { house, mine, theirs, ask, chat };
}

describeDatabases('authorisation, from the route table', (database) => {
  test('nobody who is not signed in gets anything but the sign-in', async () => {
    const { house, ask } = await twoOrganisations(database().db);
    await using _ = house;
    expect(house.routes.filter((route) => route.who === 'public').map(nameOf)).toEqual(publicRoutes);
    for (const route of house.routes.filter((one) => one.who !== 'public')) {
      expect(await ask(route), nameOf(route)).toMatchObject({ status: 401, json: { code: 'not-signed-in' } });
    }
  });

  test('an agent is refused what is the admins’, before it is looked at', async () => {
    const { house, mine, ask } = await twoOrganisations(database().db);
    await using _ = house;
    const admins = house.routes.filter((route) => route.who === 'admin');
    expect(admins.map(nameOf).toSorted()).toEqual([
      'delete /agents/:agentId/sessions',
      'delete /agents/:agentId/sessions/:agentSessionId',
      'delete /agents/:agentId/totp',
      'delete /api-keys/:apiKeyId',
      'delete /inboxes/:inboxId/backfill',
      'delete /inboxes/:inboxId/webhooks/:webhookId',
      'delete /invitations/:invitationId',
      'delete /organisation/embed-keys/:embedKeyId',
      'delete /organisation/endpoints/:endpointId',
      'get /agents',
      'get /agents/:agentId/sessions',
      'get /api-keys',
      'get /audit',
      'get /audit/check',
      'get /inboxes/:inboxId/webhooks',
      'get /invitations',
      'get /organisation/embed-keys',
      'get /organisation/endpoints',
      'get /organisation/endpoints/:endpointId',
      'get /organisation/endpoints/:endpointId/deliveries',
      'get /organisation/origins',
      'get /sessions/figures',
      'patch /agents/:agentId',
      'patch /organisation/endpoints/:endpointId',
      'patch /organisation/settings',
      'post /WhatsApp/action/logout',
      'post /WhatsApp/action/saveSettings',
      'post /agents',
      'post /api-keys',
      'post /connect',
      'post /connect/:session/disconnect',
      'post /inboxes',
      'post /inboxes/:inboxId/backfill',
      'post /inboxes/:inboxId/session/engine',
      'post /inboxes/:inboxId/session/unlink',
      'post /inboxes/:inboxId/webhooks',
      'post /invitations',
      'post /organisation/embed-keys',
      'post /organisation/embed-keys/:embedKeyId/rotate',
      'post /organisation/endpoints',
      'post /organisation/endpoints/:endpointId/deliveries/:endpointDeliveryId/replay',
      'post /organisation/endpoints/:endpointId/replay',
      'post /organisation/endpoints/:endpointId/rotate',
      'post /organisation/endpoints/:endpointId/test',
      'put /inboxes/:inboxId/agents',
      'put /inboxes/:inboxId/session/limits',
      'put /organisation/origins',
    ]);
    const supervisors = house.routes.filter((route) => route.who === 'supervisor');
    expect(supervisors.map(nameOf).toSorted()).toEqual([
      'delete /canned-replies/:cannedReplyId',
      'delete /inboxes/:inboxId/links/:linkId',
      'delete /labels/:labelId',
      'get /connect',
      'get /connect/:session',
      'get /connect/:session/qr',
      'get /connect/:session/status',
      'get /inboxes/:inboxId/agents',
      'get /inboxes/:inboxId/links',
      'patch /canned-replies/:cannedReplyId',
      'patch /labels/:labelId',
      'post /canned-replies',
      'post /connect/:session/refresh',
      'post /inboxes/:inboxId/links',
      'post /labels',
    ]);
    for (const route of [...admins, ...supervisors]) {
      expect(await ask(route, mine.agentToken), nameOf(route)).toMatchObject({
        status: 403,
        json: { code: 'not-allowed' },
      });
    }
    expect(house.sessions.asked).toEqual([]);
  });

  test('another Organisation’s admin gets 404 for every id of the first, and nothing happens', async () => {
    const { house, theirs, ask } = await twoOrganisations(database().db);
    await using _ = house;
    for (const route of house.routes.filter((one) => one.who !== 'public')) {
      const name = nameOf(route);
      if (withoutId.has(name) || name === 'post /WhatsApp/action/saveSettings') continue;
      const answer = await ask(route, theirs.adminToken);
      expect(answer, name).toMatchObject({ status: 404, json: { code: 'not-found' } });
      expect(answer.text, name).not.toContain('secret');
    }
    expect(house.sessions.asked).toEqual([]);
  });

  test('lists of another Organisation hold nothing of the first', async () => {
    const { house, mine, theirs } = await twoOrganisations(database().db);
    await using _ = house;
    for (const path of [
      '/agents',
      '/inboxes',
      '/auth/sessions',
      '/colleagues',
      '/labels',
      '/canned-replies',
      '/organisation/endpoints',
      '/api-keys',
      '/connect',
      '/audit',
      '/invitations',
      '/WhatsApp/action/getChats',
      '/WhatsApp/action/getContacts',
    ]) {
      const { status, text } = await house.call('GET', path, { token: theirs.adminToken });
      expect(status).toBe(200);
      expect(text).not.toContain(mine.agent.email);
      expect(text).not.toContain('393331234567');
      expect(text).not.toContain('secret');
      expect(text).not.toContain(`"organisationId":${mine.organisationId},`);
    }
  });

  test('the Organisation’s own agent and admin are let in everywhere they may be', async () => {
    const { house, mine, ask } = await twoOrganisations(database().db);
    await using _ = house;
    const last = new Set([
      'delete /organisation/endpoints/:endpointId',
      'post /auth/sign-out',
      'delete /auth/sessions/:agentSessionId',
      'delete /agents/:agentId/sessions',
      'delete /agents/:agentId/sessions/:agentSessionId',
      'patch /agents/:agentId',
    ]);
    for (const route of house.routes.filter((one) => one.who !== 'public' && !last.has(nameOf(one)))) {
      const token = route.who === 'agent' ? mine.agentToken : mine.adminToken;
      const { status, json } = await ask(route, token);
      // A wrong password and a Message that needs no retry are answers, not refusals of access.
      const isAnswer =
        status < 300 ||
        json.code === 'wrong-credentials' ||
        json.code === 'bad-token' ||
        // The Message is no poll.
        json.code === 'not-supported' ||
        json.code === 'conflict';
      expect(isAnswer, `${nameOf(route)}: ${status} ${JSON.stringify(json)}`).toBe(true);
    }
  });

  test('a role or an Organisation in a body or query is not taken over', async () => {
    const { house, mine, theirs } = await twoOrganisations(database().db);
    await using _ = house;
    const made = await house.call('POST', '/agents', {
      token: mine.adminToken,
      body: {
        email: 'assigned@crm.example',
        name: 'A',
        password: goodPassword,
        organisationId: theirs.organisationId,
        organisation_id: theirs.organisationId,
        id: 1,
        disabled_at: 5,
      },
    });
    expect(made).toMatchObject({ status: 201, json: { role: 'agent', disabled: false } });
    const emails = async (token: string) => (await house.call('GET', '/agents', { token })).text;
    expect(await emails(mine.adminToken)).toContain('assigned@crm.example');
    expect(await emails(theirs.adminToken)).not.toContain('assigned@crm.example');
    const raw = `{"name":"B","__proto__":{"role":"admin"},"constructor":{"prototype":{"role":"admin"}}}`;
    const patched = await house.call('PATCH', `/agents/${Number(made.json['id'])}`, {
      token: mine.adminToken,
      raw,
    });
    expect(patched.json).toMatchObject({ name: 'B', role: 'agent' });
    expect(({} as { role?: string }).role).toBeUndefined();
    const listed = await house.call(
      'GET',
      `/inboxes?organisationId=${theirs.organisationId}&organisationId=1`,
      {
        token: mine.adminToken,
      },
    );
    expect(listed.text).not.toContain(`"organisationId":${theirs.organisationId},`);
  });

  test('ids that cannot be one name nothing; cursors and doubled parameters that cannot be read are 400', async () => {
    const { house, mine } = await twoOrganisations(database().db);
    await using _ = house;
    const token = mine.agentToken;
    for (const id of ['0', '-1', '1e3', '01', '9007199254740993000', 'NaN', "1'%20or%201=1", '%00']) {
      expect((await house.call('GET', `/chats/${id}`, { token })).status, id).toBe(404);
    }
    for (const since of ['', 'x', '1', '1:-1', '1:1e400', '1:1,1:2', '0:1', `${'1:1,'.repeat(60)}1:1`]) {
      expect((await house.call('GET', `/changes?since=${since}`, { token })).status, since).toBe(400);
    }
    expect((await house.call('GET', '/changes?since=1:1&since=2:2', { token })).status).toBe(400);
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=x',
      'limit=1&limit=2',
      'filter=all&filter=unread',
      'before=%00',
    ]) {
      const { status } = await house.call('GET', `/inboxes/${mine.inbox.id}/chats?${query}`, { token });
      expect(status, query).toBe(400);
    }
  });
});
