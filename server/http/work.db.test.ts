import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { Address } from '../contract/address.ts';
import { httpForTest } from './testing.ts';

async function desk(db: Parameters<typeof httpForTest>[0], texts = ['hello']) {
  const house = await httpForTest(db);
  const mine = await house.newOrganisation();
  const scope = { organisationId: mine.organisationId, agentId: mine.admin.agentId };
  await house.chat.receive(
    mine.inbox.id,
    texts.map((body, index) => ({
      kind: 'message',
      messageId: `3EB0${index}`,
      chat: '393331234567@c.us' as Address,
      fromMe: false,
      senderName: 'Zoë "Z" Rossi',
      type: 'text',
      body,
      at: house.clock.now() - 600_000 + index * 1_000,
      origin: 'live',
    })),
    'engine',
  );
  const chat = (await house.chat.listChats(scope, mine.inbox.id, {})).list[0]!;
  return { house, mine, chat };
}

describeDatabases('conversation work over HTTP', (database) => {
  test('who claims what somebody has is told who', async () => {
    const { house, mine, chat } = await desk(database().db);
    await using _ = house;
    const claim = (token: string) => house.call('POST', `/chats/${chat.id}/claim`, { token, body: {} });
    const first = await claim(mine.adminToken);
    expect(first).toMatchObject({ status: 200, json: { assignee: { id: mine.admin.agentId } } });
    const { name } = first.json['assignee'] as { name: string };
    expect(await claim(mine.agentToken)).toMatchObject({
      status: 409,
      json: { code: 'conflict', detail: `${name} has it` },
    });
  });

  test('whose record of the CRM somebody is, is said once, for all colleagues and Inboxes, and can be taken back', async () => {
    const { house, mine, chat } = await desk(database().db);
    await using _ = house;
    const path = `/chats/${chat.id}/crm-link`;
    const linkOf = async (at: string, token: string) =>
      (await house.call('GET', at, { token })).json['link'] as unknown;
    expect(await linkOf(path, mine.agentToken)).toBeNull();
    for (const id of ['b2', 'a1'])
      expect(
        await house.call('PUT', path, {
          token: mine.adminToken,
          body: { entityType: 'Contact', id, name: 'Zoë Rossi' },
        }),
      ).toMatchObject({ status: 200, json: { id } });
    const expected = { entityType: 'Contact', id: 'a1', name: 'Zoë Rossi', url: null };
    expect(await linkOf(path, mine.agentToken)).toMatchObject(expected);
    for (const url of ['javascript:alert(1)', '//evil.example'])
      expect(
        await house.call('PUT', path, {
          token: mine.agentToken,
          body: { entityType: 'Contact', id: 'x', url },
        }),
      ).toMatchObject({ status: 400 });

    // The same person at another number of ours is the same record; another Organisation knows nothing of it.
    const second = await house.chat.createInbox(mine.organisationId, {
      name: 'Second',
      engine: 'wwebjs',
      upstream: 'whatsapp',
    });
    const theirs = await house.newOrganisation();
    const places: string[] = [];
    for (const inboxId of [second.id, theirs.inbox.id]) {
      await house.chat.receive(
        inboxId,
        [
          {
            kind: 'message',
            messageId: `3EB0C${inboxId}`,
            chat: '393331234567@c.us' as Address,
            fromMe: false,
            type: 'text',
            body: 'hello',
            at: house.clock.now(),
            origin: 'live',
          },
        ],
        'engine',
      );
      const organisationId = inboxId === second.id ? mine.organisationId : theirs.organisationId;
      const scope = { organisationId, agentId: 0 };
      places.push(`/chats/${(await house.chat.listChats(scope, inboxId, {})).list[0]!.id}/crm-link`);
    }
    expect(await linkOf(places[0]!, mine.agentToken)).toMatchObject(expected);
    expect(await linkOf(places[1]!, theirs.adminToken)).toBeNull();
    const listed = async (token: string) =>
      (await house.call('GET', '/crm-links', { token })).json['list'] as unknown;
    expect(await listed(mine.agentToken)).toMatchObject([{ ...expected, phone: '393331234567' }]);
    expect(await listed(theirs.adminToken)).toEqual([]);
    await house.call('PUT', `/inboxes/${mine.inbox.id}/agents`, {
      token: mine.adminToken,
      body: { everyone: false, agentIds: [] },
    });
    expect(await listed(mine.agentToken)).toEqual([]);
    expect(await linkOf(path, mine.adminToken)).toMatchObject(expected);
    expect((await house.call('DELETE', places[0]!, { token: mine.agentToken })).status).toBe(204);
    expect(await linkOf(path, mine.adminToken)).toBeNull();
  });

  test('who is replying is told while it lasts, and kept nowhere', async () => {
    const { house, mine, chat } = await desk(database().db);
    await using _ = house;
    const head = await house.chat.head(mine.inbox.id);
    const list = async () =>
      (await house.call('GET', `/inboxes/${mine.inbox.id}/replying`, { token: mine.adminToken })).json[
        'list'
      ];
    const say = (body: object) =>
      house.call('POST', `/chats/${chat.id}/replying`, { token: mine.agentToken, body });
    expect((await say({})).status).toBe(204);
    expect(await list()).toMatchObject([
      { chatId: chat.id, agent: { id: mine.agent.agentId }, isReplying: true },
    ]);
    await house.clock.advance(5_999);
    expect(await list()).toHaveLength(1);
    await house.clock.advance(1);
    expect(await list()).toEqual([]);
    await say({});
    await say({ isReplying: false });
    expect(await list()).toEqual([]);
    expect(await house.chat.head(mine.inbox.id)).toBe(head);
  });

  test('who is looking at a Chat is told to those who look, too, while it lasts, and kept nowhere', async () => {
    const { house, mine, chat } = await desk(database().db);
    await using _ = house;
    const head = await house.chat.head(mine.inbox.id);
    const look = async (token: string, body: object = {}) =>
      (await house.call('POST', `/chats/${chat.id}/viewing`, { token, body })).json['list'];
    expect(await look(mine.agentToken)).toEqual([]);
    const seen = [{ chatId: chat.id, agent: { id: mine.agent.agentId }, isViewing: true }];
    expect(await look(mine.adminToken)).toMatchObject(seen);
    await house.clock.advance(59_999);
    expect(await look(mine.adminToken)).toMatchObject(seen);
    await house.clock.advance(1);
    expect(await look(mine.adminToken)).toEqual([]);
    await look(mine.agentToken);
    expect(await look(mine.adminToken)).toHaveLength(1);
    await look(mine.agentToken, { isViewing: false });
    expect(await look(mine.adminToken)).toEqual([]);
    expect(await house.chat.head(mine.inbox.id)).toBe(head);
  });

  test('a canned reply is filled in for the Chat; what is missing leaves nothing and is named', async () => {
    const { house, mine, chat } = await desk(database().db);
    await using _ = house;
    const made = await house.call('POST', '/canned-replies', {
      token: mine.adminToken,
      body: {
        shortcut: 'Hello',
        body: 'Hi {{contact.name}} ({{contact.phone}}){{order.id}}, {{inbox.name}}',
      },
    });
    expect(made).toMatchObject({ status: 201, json: { shortcut: 'hello' } });
    const filled = await house.call('GET', `/chats/${chat.id}/canned-replies/${Number(made.json['id'])}`, {
      token: mine.agentToken,
    });
    expect(filled.json).toEqual({
      text: 'Hi Zoë "Z" Rossi (+393331234567), Sales',
      missing: ['order.id'],
    });
    const again = { token: mine.adminToken, body: { shortcut: 'HELLO', body: 'x' } };
    expect(await house.call('POST', '/canned-replies', again)).toMatchObject({ status: 409 });
    for (const shortcut of ['', '/x', 'a b', '<b>']) {
      const body = { shortcut, body: 'x' };
      const { status } = await house.call('POST', '/canned-replies', { token: mine.adminToken, body });
      expect(status, shortcut).toBe(400);
    }
  });

  test('canned replies stand in categories: one spelling each, asked for alone, renamed and dissolved', async () => {
    const { house, mine } = await desk(database().db);
    await using _ = house;
    const token = mine.adminToken;
    const make = async (shortcut: string, category?: string) =>
      (await house.call('POST', '/canned-replies', { token, body: { shortcut, body: 'x', category } })).json;
    const listed = async (query = '', as = mine.agentToken) =>
      ((await house.call('GET', `/canned-replies${query}`, { token: as })).json['list'] as object[]).map(
        (one) => Object.values(one).toSpliced(0, 1).toSpliced(1, 1).join(':'),
      );
    expect(await make('hello')).toMatchObject({ category: '' });
    expect(await make('offer', ' Продажи 💶 ')).toMatchObject({ category: 'Продажи 💶' });
    const price = await make('price', 'продажи 💶');
    expect(price).toMatchObject({ category: 'Продажи 💶' });
    await make('route', 'Visits');
    expect(await listed('?category=ПРОДАЖИ%20💶')).toEqual(['offer:Продажи 💶', 'price:Продажи 💶']);
    expect(await listed('?category=')).toEqual(['hello:']);
    for (const category of ['x'.repeat(41), 'two\nlines', 7])
      expect(
        (
          await house.call('POST', '/canned-replies', {
            token,
            body: { shortcut: 'no', body: 'x', category },
          })
        ).status,
      ).toBe(400);
    const path = `/canned-replies/${Number(price['id'])}`;
    expect(await house.call('PATCH', path, { token, body: { category: 'visits' } })).toMatchObject({
      status: 200,
      json: { shortcut: 'price', body: 'x', category: 'Visits' },
    });
    expect(await house.call('PATCH', path, { token, body: { body: 'y' } })).toMatchObject({
      json: { body: 'y', category: 'Visits' },
    });

    const move = async (from: string, to: string, as = token) =>
      (await house.call('PUT', '/canned-replies/category', { token: as, body: { from, to } })).status;
    expect(await move('Visits', 'x', mine.agentToken)).toBe(403);
    const theirs = await house.newOrganisation();
    expect(await move('Visits', 'x', theirs.adminToken)).toBe(404);
    expect(await move('', 'x')).toBe(400);
    expect(await move('VISITS', 'visits')).toBe(204);
    expect(await listed()).toEqual(['hello:', 'offer:Продажи 💶', 'price:visits', 'route:visits']);
    expect(await move('visits', 'продажи 💶')).toBe(204);
    expect(await listed('?category=продажи 💶')).toHaveLength(3);
    expect(await move('Продажи 💶', '')).toBe(204);
    expect(await listed()).toEqual(['hello:', 'offer:', 'price:', 'route:']);
  });

  test('an export has every message once and in order, notes only when asked for', async () => {
    const texts = Array.from({ length: 450 }, (_, index) => `text ${index}`);
    texts[7] = 'two\n[2020-01-01 00:00:00] Us: forged';
    const { house, mine, chat } = await desk(database().db, texts);
    await using _ = house;
    await house.call('POST', `/chats/${chat.id}/notes`, {
      token: mine.agentToken,
      body: { clientId: randomUUID(), body: 'pays late' },
    });
    const get = (query: string) =>
      house.call('GET', `/chats/${chat.id}/export${query}`, { token: mine.agentToken });
    const json = await get('');
    expect(json.status).toBe(200);
    expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(json.headers.get('content-disposition')).toBe(
      `attachment; filename="Zo_ _Z_ Rossi.json"; filename*=UTF-8''Zo%C3%AB%20_Z_%20Rossi.json`,
    );
    expect(json.headers.get('cache-control')).toContain('no-store');
    const items = json.json['items'] as { body: string; kind: string }[];
    expect(items.map(({ body }) => body)).toEqual(texts);
    expect(json.text).not.toContain('pays late');
    const withNotes = (await get('?notes=true')).json['items'] as { body: string; kind: string }[];
    expect(withNotes.filter(({ kind }) => kind === 'note')).toMatchObject([{ body: 'pays late' }]);

    const text = await get('?format=text&notes=true');
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const lines = text.text.split('\n');
    expect(lines.filter((line) => line.startsWith('['))).toHaveLength(451);
    expect(lines.find((line) => line.includes('forged'))).toMatch(/^ {4}/);
    expect(lines.at(-2)).toMatch(/\(internal note\) .*: pays late$/);
    expect((await get('?format=xml')).status).toBe(400);
  });
});
