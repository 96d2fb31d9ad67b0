import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { goodPassword } from '../access/testing.ts';
import { indexAll } from '../chat/search/index.ts';
import { apiScopes } from '../contract/access.ts';
import { apiKeyMay } from './permissions.ts';
import type { Route } from './route.ts';
import { httpForTest } from './testing.ts';

const nameOf = (route: Route): string => `${route.method} ${route.path}`;

async function houseWithTwoInboxes(db: Parameters<typeof httpForTest>[0]) {
  const house = await httpForTest(db);
  const mine = await house.newOrganisation();
  const second = await house.chat.createInbox(mine.organisationId, {
    name: 'Support',
    engine: 'wwebjs',
    upstream: 'whatsapp',
  });
  const scope = { organisationId: mine.organisationId, agentId: mine.admin.agentId };
  for (const inbox of [mine.inbox, second]) {
    await house.chat.receive(
      inbox.id,
      [
        {
          kind: 'message',
          messageId: `3EB0${inbox.id}`,
          chat: '393331234567@c.us' as never,
          fromMe: true,
          type: 'text',
          body: `a word of ${inbox.name}`,
          at: house.clock.now(),
          origin: 'live',
        },
      ],
      'engine',
    );
  }
  const chat = (await house.chat.listChats(scope, second.id, {})).list[0]!;
  const message = (await house.chat.listMessages(scope, chat.id, {})).list[0]!;
  const mediaId = await house.media.give(second.id, message.id, { mime: 'image/jpeg' });
  const setAgents = (inboxId: number, everyone: boolean, agentIds: number[], token = mine.adminToken) =>
    house.call('PUT', `/inboxes/${inboxId}/agents`, { token, body: { everyone, agentIds } });
  return { house, mine, second, chat, message, mediaId, setAgents };
}

describeDatabases('permitted Inboxes', (database) => {
  test('an Inbox taken away is gone from every route with the next request, and comes back when given', async () => {
    const { house, mine, second, chat, message, mediaId, setAgents } = await houseWithTwoInboxes(
      database().db,
    );
    await using _ = house;
    const token = mine.agentToken;
    const note = await house.call('POST', `/chats/${chat.id}/notes`, {
      token,
      body: { clientId: crypto.randomUUID(), body: 'a word in a note' },
    });
    expect(note.status).toBe(201);
    const poll = `/changes?since=${second.id}:0`;
    expect((await house.call('GET', poll, { token })).status).toBe(200);
    house.heads.set(second.id, { seq: 7, era: second.era });
    expect((await house.call('GET', `/changes?since=${second.id}:7`, { token })).status).toBe(204);

    expect(await setAgents(second.id, false, [])).toMatchObject({ status: 200, json: { everyone: false } });

    const ids: Record<string, string> = {
      inboxId: String(second.id),
      chatId: String(chat.id),
      contactId: String(chat.contactId),
      messageId: String(message.id),
      noteId: String(note.json['id']),
      labelId: '1',
      cannedReplyId: '1',
    };
    const bodies: Record<string, unknown> = {
      'post /inboxes/:inboxId/session/link': { method: 'qr' },
      'post /inboxes/:inboxId/chats': { phone: '+39 333 123 4567' },
      'post /chats/:chatId/messages': { clientId: crypto.randomUUID(), body: 'hello' },
      'post /chats/:chatId/pin': { pinned: true },
      'post /chats/:chatId/archive': { archived: true },
      'post /chats/:chatId/mute': { until: 0 },
      'post /chats/:chatId/settled': { settled: true },
      'post /contacts/:contactId/block': { blocked: true },
      'post /inboxes/:inboxId/number-checks': { contactIds: [chat.contactId] },
      'post /chats/:chatId/typing': { what: 'typing' },
      'post /messages/:messageId/edit': { body: 'other' },
      'post /messages/:messageId/react': { emoji: '👍' },
      'post /messages/:messageId/vote': { options: [] },
      'post /messages/:messageId/star': { starred: true },
      'post /messages/:messageId/forward': { to: [{ chatId: chat.id, clientId: crypto.randomUUID() }] },
      'put /chats/:chatId/assignee': { agentId: null },
      'put /chats/:chatId/crm-link': { entityType: 'Contact', id: '1' },
      'post /chats/:chatId/link-preview': { url: 'https://example.com' },
      'post /chats/:chatId/notes': { clientId: crypto.randomUUID(), body: 'call back' },
      'patch /notes/:noteId': { body: 'call tomorrow' },
    };
    const routes = house.routes.filter(
      (route) => route.who === 'agent' && /:(inboxId|chatId|contactId|messageId|noteId)\b/.test(route.path),
    );
    expect(routes.length).toBeGreaterThan(30);
    for (const route of routes) {
      const path = route.path.replaceAll(/:(\w+)/g, (_all, name: string) => ids[name] ?? '1');
      const body = bodies[nameOf(route)] ?? (route.body ? {} : undefined);
      const answer = await house.call(route.method.toUpperCase(), path, {
        token,
        ...(body === undefined ? {} : { body }),
      });
      expect(answer, nameOf(route)).toMatchObject({ status: 404, json: { code: 'not-found' } });
      expect(answer.text).not.toContain('Support');
    }
    for (const path of [poll, `/changes?since=${second.id}:7`, `/media/urls?ids=${mediaId}`])
      expect((await house.call('GET', path, { token })).status, path).toBe(404);
    for (const path of ['/inboxes', '/search?q=word', '/WhatsApp/action/getChats']) {
      const answer = await house.call('GET', path, { token });
      expect(answer.status, path).toBe(200);
      expect(answer.text, path).not.toContain('Support');
    }
    const espo = await house.call('GET', `/WhatsApp/action/getChats?inboxId=${second.id}`, { token });
    expect(espo.status).toBe(404);
    expect(house.sessions.asked).toEqual([]);

    // Admins see it as before, and whoever it is given to.
    expect((await house.call('GET', `/chats/${chat.id}`, { token: mine.adminToken })).status).toBe(200);
    await setAgents(second.id, false, [mine.agent.agentId]);
    expect((await house.call('GET', `/chats/${chat.id}`, { token })).status).toBe(200);
    await setAgents(second.id, true, []);
    expect((await house.call('GET', `/chats/${chat.id}`, { token })).status).toBe(200);
  });

  test('an address of a file ends with the sign-in or key it was made for, and with the Inbox', async () => {
    const { house, mine, second, message, setAgents } = await houseWithTwoInboxes(database().db);
    await using _ = house;
    const picture = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
    const mediaId = await house.media.give(second.id, message.id, { mime: 'image/jpeg' }, picture);
    const addressFor = async (token: string) => {
      const { json } = await house.call('GET', `/media/urls?ids=${mediaId}`, { token });
      return (json['urls'] as Record<string, { original: string }>)[mediaId]!.original;
    };
    const open = async (path: string) => (await fetch(`${house.url}${path}`)).status;
    const make = async () =>
      (
        await house.call('POST', '/api-keys', {
          token: mine.adminToken,
          body: { name: 'reads', scopes: ['messages:read'] },
        })
      ).json;
    const key = await make();
    const { token } = await house.signIn(mine.agent.email, goodPassword);
    const [own, other, admins, keys] = [
      await addressFor(token),
      await addressFor(mine.agentToken),
      await addressFor(mine.adminToken),
      await addressFor(String(key['key'])),
    ];
    const all = () => Promise.all([own, other, admins, keys].map(open));
    expect(await all()).toEqual([200, 200, 200, 200]);
    await house.call('POST', '/auth/sign-out', { token });
    expect(await all()).toEqual([404, 200, 200, 200]);
    await setAgents(second.id, false, []);
    expect(await all()).toEqual([404, 404, 200, 200]);
    await setAgents(second.id, true, []);
    expect(await all()).toEqual([404, 200, 200, 200]);
    await house.call('DELETE', `/api-keys/${Number(key['id'])}`, { token: mine.adminToken });
    expect(await all()).toEqual([404, 200, 200, 404]);
    await house.call('PATCH', `/agents/${mine.agent.agentId}`, {
      token: mine.adminToken,
      body: { disabled: true },
    });
    expect(await all()).toEqual([404, 404, 200, 404]);

    // A page full of pictures asks for its sign-in once, not once for each.
    const queries: string[] = [];
    const executor = database().db.getExecutor() as { executeQuery: unknown };
    const original = executor.executeQuery as (query: { sql: string }, ...rest: unknown[]) => unknown;
    executor.executeQuery = function (this: unknown, query: { sql: string }, ...rest: unknown[]) {
      queries.push(query.sql);
      return original.call(this, query, ...rest);
    };
    for (let n = 0; n < 20; n++) expect(await open(admins)).toBe(200);
    executor.executeQuery = original;
    expect(queries.filter((sql) => sql.includes('agent_session'))).toEqual([]);
  });

  test('supervisors see every Inbox; another Organisation can neither ask nor be named', async () => {
    const { house, mine, second, setAgents } = await houseWithTwoInboxes(database().db);
    await using _ = house;
    const theirs = await house.newOrganisation();
    const supervisor = await house.newAgent('supervisor', goodPassword, mine.organisationId);
    const { token } = await house.signIn(supervisor.email, goodPassword);
    await setAgents(second.id, false, []);
    expect((await house.call('GET', `/inboxes/${second.id}`, { token })).status).toBe(200);
    expect((await house.call('GET', `/inboxes/${second.id}/agents`, { token })).json).toEqual({
      everyone: false,
      agentIds: [],
    });
    expect((await setAgents(second.id, true, [], token)).status).toBe(403);
    expect((await setAgents(second.id, false, [theirs.agent.agentId])).status).toBe(404);
    expect((await setAgents(second.id, true, [], theirs.adminToken)).status).toBe(404);
    expect((await house.call('GET', `/inboxes/${second.id}/agents`, { token })).json['everyone']).toBe(false);
  });
});

describeDatabases('API keys', (database) => {
  test('every route a key may call exists, and a key is let in nowhere else', async () => {
    const house = await httpForTest(database().db);
    await using _ = house;
    const mine = await house.newOrganisation();
    const made = await house.call('POST', '/api-keys', {
      token: mine.adminToken,
      body: { name: 'all', scopes: [...apiScopes] },
    });
    const token = String(made.json['key']);
    const names = new Set(house.routes.map(nameOf));
    expect(Object.keys(apiKeyMay).filter((name) => !names.has(name))).toEqual([]);
    for (const route of house.routes.filter((one) => one.who !== 'public' && one.key === undefined)) {
      const path = route.path.replaceAll(/:(\w+)/g, '1');
      const answer = await house.call(route.method.toUpperCase(), path, { token });
      expect(answer, nameOf(route)).toMatchObject({ status: 403, json: { code: 'not-allowed' } });
    }
  });

  test('a key does what its scopes say and no more, in its Organisation and its Inboxes', async () => {
    const { house, mine, second, chat } = await houseWithTwoInboxes(database().db);
    await using _ = house;
    const theirs = await house.newOrganisation();
    const make = async (body: object) =>
      String((await house.call('POST', '/api-keys', { token: mine.adminToken, body })).json['key']);
    const reads = await make({ name: 'reads', scopes: ['messages:read'], inboxIds: [second.id] });
    expect(reads).toMatch(/^cdk_[\w-]{43}$/);
    const body = { clientId: crypto.randomUUID(), body: 'from a program' };
    expect((await house.call('GET', `/chats/${chat.id}`, { token: reads })).status).toBe(200);
    expect((await house.call('GET', `/inboxes/${mine.inbox.id}`, { token: reads })).status).toBe(404);
    expect((await house.call('GET', `/inboxes/${theirs.inbox.id}`, { token: reads })).status).toBe(404);
    expect((await house.call('GET', `/changes?since=${second.id}:0`, { token: reads })).status).toBe(200);
    expect((await house.call('POST', `/chats/${chat.id}/messages`, { token: reads, body })).status).toBe(403);
    const sends = await make({ name: 'sends', scopes: ['messages:send'] });
    expect((await house.call('GET', `/changes?since=${second.id}:0`, { token: sends })).status).toBe(403);
    const sent = await house.call('POST', `/chats/${chat.id}/messages`, { token: sends, body });
    expect(sent).toMatchObject({ status: 202, json: { agent: null } });
    // The seed's actions: the backend of a CRM has a key, its pages have a sign-in.
    const espo = async (token: string, action: string, query = '') =>
      (await house.call('GET', `/WhatsApp/action/${action}${query}`, { token })).status;
    for (const action of ['status', 'getChats', 'getContacts'])
      expect(await espo(reads, action), action).toBe(200);
    expect(await espo(reads, 'getChatMessages', '?chatId=393331234567@c.us')).toBe(200);
    expect(await espo(reads, 'getChats', `?inboxId=${mine.inbox.id}`)).toBe(404);
    expect(await espo(reads, 'qrCode')).toBe(403);
    const connects = await make({ name: 'connects', scopes: ['inboxes:connect'] });
    expect([await espo(connects, 'login'), await espo(connects, 'qrCode')]).toEqual([200, 200]);
    expect(await espo(connects, 'getChats')).toBe(403);
    const message = { chatId: '393331234567@c.us', message: 'from a program' };
    const write = async (token: string) =>
      (await house.call('POST', '/WhatsApp/action/sendMessage', { token, body: message })).status;
    expect([await write(sends), await write(reads)]).toEqual([200, 403]);
    const page = { origin: 'https://crm.example' };
    expect((await house.call('GET', `/chats/${chat.id}`, { token: reads, headers: page })).status).toBe(403);
  });

  test('internal notes are the Agents’: a key finds them neither in what has changed nor by searching', async () => {
    const { db } = database();
    const { house, mine, second, chat } = await houseWithTwoInboxes(db);
    await using _ = house;
    const made = await house.call('POST', '/api-keys', {
      token: mine.adminToken,
      body: { name: 'reads', scopes: ['messages:read'] },
    });
    const body = 'pays late, ask the boss';
    const noted = await house.call('POST', `/chats/${chat.id}/notes`, {
      token: mine.adminToken,
      body: { clientId: crypto.randomUUID(), body },
    });
    expect(noted.status).toBe(201);
    await indexAll(db);
    const paths = [
      `/changes?since=${second.id}:0`,
      '/search?q=boss',
      '/search?q=boss&in=notes',
      `/search?q=boss&chatId=${chat.id}`,
    ];
    for (const path of paths) {
      const [asAdmin, asKey] = [
        await house.call('GET', path, { token: mine.adminToken }),
        await house.call('GET', path, { token: String(made.json['key']) }),
      ];
      expect([asAdmin.status, asKey.status], path).toEqual([200, 200]);
      expect(asAdmin.text, path).toContain(body);
      expect(asKey.text, path).not.toContain('boss');
    }
  });

  test('a key is told once, kept as a digest, ends when revoked or too old, and is in no log', async () => {
    const { db } = database();
    const { house, mine, second } = await houseWithTwoInboxes(db);
    await using _ = house;
    const expiresAt = house.clock.now() + 60_000;
    const made = await house.call('POST', '/api-keys', {
      token: mine.adminToken,
      body: { name: 'short', scopes: ['messages:read'], expiresAt },
    });
    const key = String(made.json['key']);
    const ask = async () => (await house.call('GET', `/inboxes/${second.id}`, { token: key })).status;
    expect(await ask()).toBe(200);
    const listed = await house.call('GET', '/api-keys', { token: mine.adminToken });
    expect(listed.text).not.toContain(key.slice(9));
    expect(JSON.stringify(await db.selectFrom('api_key').selectAll().execute())).not.toContain(key.slice(9));
    expect(house.lines.join('\n')).not.toContain(key.slice(9));
    await house.clock.advance(61_000);
    expect(await ask()).toBe(401);

    const other = await house.call('POST', '/api-keys', {
      token: mine.adminToken,
      body: { name: 'long', scopes: ['messages:read'] },
    });
    const path = `/api-keys/${Number(other.json['id'])}`;
    const token = String(other.json['key']);
    expect((await house.call('GET', '/inboxes', { token })).status).toBe(200);
    expect((await house.call('DELETE', path, { token: mine.adminToken })).status).toBe(204);
    expect((await house.call('GET', '/inboxes', { token })).status).toBe(401);
  });
});
