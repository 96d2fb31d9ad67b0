import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { transact, type Database } from '../../db/database.ts';
import { insertEndpointEvents } from '../../db/query/endpoint-event.ts';
import { insertPicture } from '../../db/query/profile-picture.ts';
import { goodPassword } from '../access/testing.ts';
import { showPictures } from '../chat/show-picture.ts';
import type { Route } from './route.ts';
import { httpForTest } from './testing.ts';

/** A body that the route takes, so that a refusal is one of access and not of form. */
const bodies: Record<string, Record<string, unknown>> = {
  'post /agents': { email: 'new@crm.example', name: 'New', password: goodPassword },
  'patch /agents/:agentId': { name: 'Renamed' },
  'patch /inboxes/:inboxId': { name: 'Renamed' },
  'patch /organisation/settings': { readReceipts: 'never' },
  'put /organisation/origins': { list: ['https://crm.example'] },
  'post /inboxes': { name: 'Second' },
  'post /inboxes/:inboxId/session/link': { method: 'qr' },
  'put /inboxes/:inboxId/session/limits': { perMinute: 5 },
  'post /inboxes/:inboxId/session/engine': { engine: 'wwebjs' },
  // Not its name: who is let in is told so.
  'post /inboxes/:inboxId/removal': { mode: 'delete', name: 'another name' },
  'post /inboxes/:inboxId/chats': { phone: '+39 333 123 4567' },
  'post /chats/:chatId/messages': { clientId: randomUUID(), body: 'hello' },
  'post /chats/:chatId/backfill': {},
  'post /chats/:chatId/pin': { pinned: true },
  'post /chats/:chatId/archive': { archived: true },
  'post /chats/:chatId/mute': { until: 0 },
  'post /chats/:chatId/unread': {},
  'post /chats/:chatId/settled': { settled: true },
  'post /contacts/:contactId/block': { blocked: true },
  'post /chats/:chatId/typing': { what: 'typing' },
  'post /messages/:messageId/edit': { body: 'other' },
  'post /messages/:messageId/revoke': {},
  'post /messages/:messageId/react': { emoji: '👍' },
  'post /messages/:messageId/vote': { options: [] },
  'post /messages/:messageId/join': {},
  'post /chats/:chatId/invite-link': {},
  'post /chats/:chatId/link-preview': { url: 'https://example.com' },
  'post /messages/:messageId/star': { starred: true },
  'post /inboxes/:inboxId/webhooks': { dialect: 'waha', session: 'default' },
  'post /inboxes/:inboxId/backfill': { days: 30 },
  'post /uploads': { any: 'bytes' },
  'post /chats/:chatId/claim': {},
  'put /chats/:chatId/assignee': { agentId: null },
  'put /chats/:chatId/crm-link': { entityType: 'Contact', id: '1' },
  'post /chats/:chatId/notes': { clientId: randomUUID(), body: 'call back' },
  'patch /notes/:noteId': { body: 'call tomorrow' },
  'post /labels': { name: 'Second', colour: 'red' },
  'patch /labels/:labelId': { colour: 'blue' },
  'post /canned-replies': { shortcut: 'second', body: 'Good day' },
  'put /canned-replies/category': { from: 'Sales', to: 'sales' },
  'patch /canned-replies/:cannedReplyId': { body: 'Good evening' },
  'post /chats/:chatId/replying': {},
  'post /chats/:chatId/viewing': {},
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

export const nameOf = (route: Route): string => `${route.method} ${route.path}`;
export const isEspo = (route: Route): boolean => route.path.startsWith('/WhatsApp/action/');

type House = Awaited<ReturnType<typeof httpForTest>>;

/** An Organisation that has one of everything, and in each of them `word`. */
async function furnished(db: Database, house: House, word: string, phone: string) {
  const org = await house.newOrganisation();
  const scope = { organisationId: org.organisationId, agentId: org.admin.agentId };
  const address = `${phone}@c.us`;
  await house.chat.receive(
    org.inbox.id,
    [
      {
        kind: 'message',
        messageId: '3EB0AA',
        chat: address as never,
        // Ours, so that all may be done to it.
        fromMe: true,
        type: 'text',
        body: `the ${word} of an Organisation`,
        at: house.clock.now(),
        origin: 'live',
      },
    ],
    'engine',
  );
  const chat = (await house.chat.listChats(scope, org.inbox.id, {})).list[0]!;
  const message = (await house.chat.listMessages(scope, chat.id, {})).list[0]!;
  const mediaId = await house.media.give(org.inbox.id, message.id, { mime: 'image/jpeg' });
  const pictureId = await transact(db, (tx) =>
    insertPicture(tx, {
      inbox_id: org.inbox.id,
      small_digest: '1'.repeat(64),
      small_size: 1,
      large_digest: '2'.repeat(64),
      large_size: 2,
      source_digest: '3'.repeat(64),
    }),
  );
  await showPictures(house.chat)(
    org.inbox.id,
    [{ kind: 'contact', id: chat.contactId! }],
    async () => pictureId,
  );
  const made = async (path: string, body: object, id = 'id', token = org.adminToken) => {
    const answer = await house.call('POST', path, { token, body });
    expect(answer.status, path).toBe(201);
    return String(answer.json[id]);
  };
  const upload = async (): Promise<string> => {
    const answer = await house.call('POST', `/uploads?fileName=${word}.txt`, {
      token: org.agentToken,
      raw: `the ${word} file of an Organisation`,
    });
    expect(answer.status).toBe(201);
    return String(answer.json['uploadId']);
  };
  const endpointId = await made('/organisation/endpoints', { url: `http://127.0.0.1:1/${word}` });
  const events = await insertEndpointEvents(db, [
    {
      organisation_id: org.organisationId,
      inbox_id: org.inbox.id,
      name: `evt_${randomUUID()}`,
      type: 'session.state',
      live: 1,
      body: '{}',
      at: house.clock.now(),
    },
  ]);
  const delivery = await db
    .insertInto('endpoint_delivery')
    .values({ endpoint_id: Number(endpointId), event: [...events.values()][0]!, state: 'dead', due_at: 1 })
    .executeTakeFirstOrThrow();
  /** What each kind of id in a path, query or body stands for, in this Organisation. */
  const ids: Record<string, string> = {
    inboxId: String(org.inbox.id),
    chatId: String(chat.id),
    contactId: String(chat.contactId),
    messageId: String(message.id),
    mediaId: String(mediaId),
    pictureId: String(pictureId),
    agentId: String(org.agent.agentId),
    agentSessionId: (await house.access.sessions.list(org.agent.agentId))[0]!.id,
    webhookId: await made(`/inboxes/${org.inbox.id}/webhooks`, { dialect: 'waha', session: word }),
    noteId: await made(
      `/chats/${chat.id}/notes`,
      { clientId: randomUUID(), body: `the ${word} note` },
      'id',
      org.agentToken,
    ),
    labelId: await made('/labels', { name: word, colour: 'red' }),
    cannedReplyId: await made('/canned-replies', {
      shortcut: 'hello',
      body: word,
      category: 'Sales',
    }),
    endpointId,
    endpointDeliveryId: String(delivery.insertId),
    invitationId: await made('/invitations', { email: `${word}@crm.example` }),
    linkId: await made(`/inboxes/${org.inbox.id}/links`, {}),
    session: await made('/connect', { inboxId: org.inbox.id }, 'session'),
    apiKeyId: await made('/api-keys', { name: word, scopes: ['messages:read'] }),
    embedKeyId: await made('/organisation/embed-keys', { name: word }),
    uploadId: await upload(),
  };
  house.sessions.asked = [];
  return { ...org, address, chat, message, ids };
}

export type Furnished = Awaited<ReturnType<typeof furnished>>;

/** A served edge with two Organisations; only what is in the first one holds the word `secret`. */
export async function twoOrganisations(db: Database, changes: Parameters<typeof httpForTest>[1] = {}) {
  const house = await httpForTest(db, changes);
  const mine = await furnished(db, house, 'secret', '393331234567');
  const theirs = await furnished(db, house, 'common', '393337654321');
  house.sessions.code = { kind: 'qr', value: '2@secret', issuedAt: 1, expiresAt: 2, turn: 1 };

  const pathOf = (route: Route, of: Furnished): string =>
    route.path.replaceAll(/:(\w+)/g, (_, name: string) => {
      expect(of.ids, `${nameOf(route)}: nobody has said whose ${name} is`).toHaveProperty(name);
      return of.ids[name]!;
    });
  const espo = (of: Furnished) => ({ inboxId: of.inbox.id, chatId: of.address, message: 'hello' });
  /** A body that the route takes, about what is in the Organisation `of`; undefined: it takes none. */
  const bodyOf = (route: Route, of: Furnished): Record<string, unknown> | undefined => {
    if (isEspo(route)) return route.method === 'post' ? { ...bodies[nameOf(route)], ...espo(of) } : undefined;
    if (nameOf(route) === 'post /inboxes/:inboxId/number-checks') return { contactIds: [of.chat.contactId!] };
    const body = bodies[nameOf(route)];
    if (route.path === '/messages/:messageId/forward')
      return { to: [{ chatId: of.chat.id, clientId: randomUUID() }] };
    return body && 'clientId' in body ? { ...body, clientId: randomUUID() } : body;
  };
  /** Calls a route about what is in the Organisation `of`: path, query and body. */
  const ask = (route: Route, token?: string, of: Furnished = mine) => {
    const query = new URLSearchParams();
    const body = bodyOf(route, of);
    if (isEspo(route) && !body)
      for (const [name, value] of Object.entries(espo(of))) query.set(name, String(value));
    if (route.path === '/search') query.set('q', 'secret');
    if (route.path === '/media/urls') query.set('ids', of.ids['mediaId']!);
    if (route.path === '/pictures/urls') query.set('ids', of.ids['pictureId']!);
    if (route.path === '/changes') query.set('since', `${of.inbox.id}:0`);
    const path = `${pathOf(route, of)}${query.size > 0 ? `?${query}` : ''}`;
    return house.call(route.method.toUpperCase(), path, {
      ...(token === undefined ? {} : { token }),
      ...(body === undefined ? {} : { body }),
    });
  };
  return { house, mine, theirs, ask, pathOf, bodyOf };
}
