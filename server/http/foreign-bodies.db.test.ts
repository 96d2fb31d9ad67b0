import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { describeDatabases } from '../../db/testing.ts';
import { goodPassword } from '../access/testing.ts';
import { isEspo, nameOf, twoOrganisations, type Furnished } from './testing-two-organisations.ts';

/**
 * Every field of a query or body that names a thing by its id, with a request by the second Organisation's admin that
 * names the first one's. `empty`: a filter that finds nothing. Ids in paths: see authorisation.db.test.ts.
 */
const references: Record<
  string,
  { ask: (mine: Furnished, theirs: Furnished) => [path: string, body?: object]; answer: number | 'empty' }
> = {
  'post /api-keys inboxIds': {
    ask: (mine) => ['/api-keys', { name: 'A', scopes: ['messages:read'], inboxIds: [mine.inbox.id] }],
    answer: 404,
  },
  'put /inboxes/:inboxId/agents agentIds': {
    ask: (mine, theirs) => [
      `/inboxes/${theirs.inbox.id}/agents`,
      { everyone: false, agentIds: [mine.agent.agentId] },
    ],
    answer: 404,
  },
  'post /invitations inboxIds': {
    ask: (mine) => ['/invitations', { email: 'a@crm.example', inboxIds: [mine.inbox.id] }],
    answer: 404,
  },
  'post /connect inboxId': { ask: (mine) => ['/connect', { inboxId: mine.inbox.id }], answer: 404 },
  'get /inboxes/:inboxId/chats assignee': {
    ask: (mine, theirs) => [`/inboxes/${theirs.inbox.id}/chats?assignee=${mine.agent.agentId}`],
    answer: 'empty',
  },
  'get /inboxes/:inboxId/chats label': {
    ask: (mine, theirs) => [`/inboxes/${theirs.inbox.id}/chats?label=${mine.ids['labelId']}`],
    answer: 'empty',
  },
  'post /chats/:chatId/messages uploadId': {
    ask: (mine, theirs) => [
      `/chats/${theirs.chat.id}/messages`,
      { clientId: randomUUID(), uploadId: mine.ids['uploadId'] },
    ],
    answer: 422,
  },
  'post /chats/:chatId/messages mentions': {
    ask: (mine, theirs) => [
      `/chats/${theirs.chat.id}/messages`,
      { clientId: randomUUID(), body: '@1', mentions: [mine.chat.contactId ?? 0] },
    ],
    answer: 400,
  },
  'get /chats/:chatId/messages around': {
    ask: (mine, theirs) => [`/chats/${theirs.chat.id}/messages?around=${mine.message.id}`],
    answer: 404,
  },
  'post /chats/:chatId/read upTo': {
    ask: (mine, theirs) => [`/chats/${theirs.chat.id}/read?upTo=${mine.message.id}`],
    answer: 404,
  },
  'post /chats/:chatId/notes mentions': {
    ask: (mine, theirs) => [
      `/chats/${theirs.chat.id}/notes`,
      { clientId: randomUUID(), body: '@A', mentions: [mine.agent.agentId] },
    ],
    answer: 400,
  },
  'patch /notes/:noteId mentions': {
    ask: (mine, theirs) => [`/notes/${theirs.ids['noteId']}`, { body: '@A', mentions: [mine.agent.agentId] }],
    answer: 400,
  },
  'post /inboxes/:inboxId/number-checks contactIds': {
    ask: (mine, theirs) => [
      `/inboxes/${theirs.inbox.id}/number-checks`,
      { contactIds: [mine.chat.contactId ?? 0] },
    ],
    answer: 'empty',
  },
  'get /search inboxId': { ask: (mine) => [`/search?q=secret&inboxId=${mine.inbox.id}`], answer: 404 },
  'get /search chatId': { ask: (mine) => [`/search?q=secret&chatId=${mine.chat.id}`], answer: 404 },
  'get /media/urls ids': { ask: (mine) => [`/media/urls?ids=${mine.ids['mediaId']}`], answer: 404 },
  'get /pictures/urls ids': { ask: (mine) => [`/pictures/urls?ids=${mine.ids['pictureId']}`], answer: 404 },
  'get /changes since': { ask: (mine) => [`/changes?since=${mine.inbox.id}:0`], answer: 404 },
  'post /messages/:messageId/forward to': {
    ask: (mine, theirs) => [
      `/messages/${theirs.message.id}/forward`,
      { to: [{ chatId: mine.chat.id, clientId: randomUUID() }] },
    ],
    answer: 404,
  },
  'put /chats/:chatId/assignee agentId': {
    ask: (mine, theirs) => [`/chats/${theirs.chat.id}/assignee`, { agentId: mine.agent.agentId }],
    answer: 404,
  },
  'post /organisation/endpoints inboxIds': {
    ask: (mine) => ['/organisation/endpoints', { url: 'http://127.0.0.1:1/x', inboxIds: [mine.inbox.id] }],
    answer: 404,
  },
  'patch /organisation/endpoints/:endpointId inboxIds': {
    ask: (mine, theirs) => [
      `/organisation/endpoints/${theirs.ids['endpointId']}`,
      { inboxIds: [mine.inbox.id] },
    ],
    answer: 404,
  },
};

/** Looks like an id and is none of a row of ours. */
const noReference: Record<string, string> = {
  clientId: 'the caller’s own, counted within an Inbox',
  quotedMessageId: 'WhatsApp’s, looked up in the Chat it is sent to',
  expected: 'who is believed to have the Chat: only compared',
  before: 'a place in a list of the caller’s own',
  after: 'a place in a list of the caller’s own',
  until: 'a moment in the Chat, ms',
  perMinute: 'a number of Messages',
  newContactsPerDay: 'a number of Contacts',
};

/** Top-level fields that may hold an id: positive integers, texts that become one, lists of them, and names that say so. */
function idFields(schema: z.ZodType | undefined): string[] {
  if (!schema) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const holds = (one: unknown): boolean => {
    if (one === null || typeof one !== 'object') return false;
    const {
      type,
      exclusiveMinimum,
      pattern,
      anyOf,
      items,
      properties: inner,
    } = one as Record<string, unknown>;
    return (
      (type === 'integer' && exclusiveMinimum === 0) ||
      (typeof pattern === 'string' && pattern.startsWith('^[1-9]')) ||
      (Array.isArray(anyOf) && anyOf.some(holds)) ||
      holds(items) ||
      Object.values((inner ?? {}) as object).some(holds)
    );
  };
  return Object.entries(properties)
    .filter(([name, one]) => /Ids?$|^since$/.test(name) || holds(one))
    .map(([name]) => name);
}

/** How many rows of each table belong to the Organisation, or to its Inbox. */
async function rowsOf(db: Database, { organisationId, inbox }: Furnished): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name, columns } of await db.introspection.getTables()) {
    const has = (column: string): boolean => columns.some((one) => one.name === column);
    const owner = has('organisation_id') ? 'organisation_id' : has('inbox_id') ? 'inbox_id' : undefined;
    if (!owner) continue;
    const { count } = await db
      .selectFrom(name as 'chat')
      .select((e) => e.fn.countAll().as('count'))
      .where(owner as 'inbox_id', '=', owner === 'inbox_id' ? inbox.id : organisationId)
      .executeTakeFirstOrThrow();
    counts[name] = Number(count);
  }
  expect(Object.keys(counts).length).toBeGreaterThan(20);
  return counts;
}

describeDatabases('ids in bodies and queries', (database) => {
  let two: Awaited<ReturnType<typeof twoOrganisations>>;
  beforeAll(async () => {
    two = await twoOrganisations(database().db);
  });
  afterAll(() => two.house[Symbol.asyncDispose]());

  test('every field that names a thing is known, and another Organisation’s thing is not found by it', async () => {
    const { house, mine, theirs } = two;
    const fields = house.routes
      .filter((route) => route.who !== 'public' && !isEspo(route))
      .flatMap((route) =>
        [...idFields(route.query), ...idFields(route.body)]
          .filter((field) => !(field in noReference))
          .map((field) => `${nameOf(route)} ${field}`),
      );
    // These are times.
    const times = [
      'get /chats/:chatId/messages from',
      'get /audit since',
      'get /sessions/activity since',
      'post /organisation/endpoints/:endpointId/replay since',
    ];
    expect(fields.filter((field) => !times.includes(field)).toSorted()).toEqual(
      Object.keys(references).toSorted(),
    );
    const before = await rowsOf(database().db, mine);
    for (const [name, { ask, answer }] of Object.entries(references)) {
      const [path, body] = ask(mine, theirs);
      const { status, text, json } = await house.call(name.split(' ')[0]!.toUpperCase(), path, {
        token: theirs.adminToken,
        ...(body ? { body } : {}),
      });
      expect(status, `${name}: ${text}`).toBe(answer === 'empty' ? 200 : answer);
      if (answer === 'empty') expect(json['list'], name).toEqual([]);
      expect(text, name).not.toContain('secret');
    }
    expect(await rowsOf(database().db, mine)).toEqual(before);
    expect(house.sessions.asked).toEqual([]);
  });

  test('of own and foreign files together only the own are told', async () => {
    const { house, mine, theirs } = two;
    const ids = `${mine.ids['mediaId']},${theirs.ids['mediaId']}`;
    const { json } = await house.call('GET', `/media/urls?ids=${ids}`, { token: theirs.adminToken });
    expect(Object.keys(json['urls'] as object)).toEqual([theirs.ids['mediaId']]);
  });

  test('another’s client id gives nothing of theirs: it is a Message and a note of one’s own', async () => {
    const { house, mine, theirs } = two;
    const clientId = randomUUID();
    const send = (of: Furnished, kind: 'messages' | 'notes', body: string) =>
      house.call('POST', `/chats/${of.chat.id}/${kind}`, { token: of.agentToken, body: { clientId, body } });
    for (const kind of ['messages', 'notes'] as const) {
      const first = await send(mine, kind, 'the secret');
      const second = await send(theirs, kind, 'mine alone');
      expect(second.json, kind).toMatchObject({ body: 'mine alone' });
      expect(second.json['id'], kind).not.toBe(first.json['id']);
    }
  });

  test('an owner, an author or a number given in any body is not taken over', async () => {
    const { house, mine, theirs, pathOf, bodyOf } = two;
    const before = await rowsOf(database().db, mine);
    const claimed = {
      organisationId: mine.organisationId,
      organisation_id: mine.organisationId,
      organisation: mine.organisationId,
      inbox_id: mine.inbox.id,
      createdBy: mine.agent.agentId,
      agent_id: mine.agent.agentId,
      id: 1,
    };
    for (const route of house.routes.filter((one) => one.body && one.who !== 'public')) {
      const answer = await house.call(route.method.toUpperCase(), pathOf(route, theirs), {
        token: theirs.adminToken,
        body: { ...bodyOf(route, theirs), ...claimed },
        headers: { 'x-organisation-id': String(mine.organisationId) },
      });
      expect(answer.status, `${nameOf(route)}: ${answer.text}`).toBeLessThan(500);
      expect(answer.text, nameOf(route)).not.toContain('secret ');
    }
    expect(await rowsOf(database().db, mine)).toEqual(before);
  });

  test('a role or an Organisation in a body or query is not taken over', async () => {
    const { house, mine, theirs } = two;
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
});
