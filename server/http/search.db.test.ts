import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { Address } from '../contract/address.ts';
import { indexAll } from '../chat/search/index.ts';
import { httpForTest } from './testing.ts';

describeDatabases('search over HTTP', (database) => {
  test('what was typed finds, marks and leads to the Message; another Organisation finds nothing of it', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const [mine, theirs] = [await house.newOrganisation(), await house.newOrganisation()];
    await house.chat.receive(
      mine.inbox.id,
      Array.from({ length: 9 }, (_value, n) => ({
        kind: 'message' as const,
        messageId: `3EB0A${n}`,
        chat: '393331234567@c.us' as Address,
        fromMe: false,
        type: 'text' as const,
        body: n === 4 ? 'Perché il pacco è in ritardo?' : `line ${n}`,
        at: house.clock.now() - 60_000 + n * 1_000,
        origin: 'live' as const,
      })),
      'engine',
    );
    await indexAll(db);
    const get = (path: string, token = mine.agentToken) => house.call('GET', path, { token });
    const found = await get('/search?q=perche%20pac&in=messages');
    expect(found).toMatchObject({
      status: 200,
      json: {
        chats: [],
        contacts: [],
        next: null,
        messages: [
          {
            highlights: [
              [0, 6],
              [10, 13],
            ],
          },
        ],
      },
    });
    const [hit] = found.json['messages'] as { message: { id: number; chatId: number } }[];
    const { id, chatId } = hit!.message;
    const page = await get(`/chats/${chatId}/messages?around=${id}&limit=4`);
    const bodies = (page.json['list'] as { body: string }[]).map((one) => one.body);
    expect(bodies).toEqual(['line 3', 'Perché il pacco è in ritardo?', 'line 5', 'line 6']);
    expect(page.json).toMatchObject({ next: expect.any(String), newer: expect.any(String) });

    expect(await get('/search?q=perche', theirs.agentToken)).toMatchObject({ json: { messages: [] } });
    for (const place of [`chatId=${chatId}`, `inboxId=${mine.inbox.id}`]) {
      expect((await get(`/search?q=perche&${place}`, theirs.agentToken)).status).toBe(404);
    }
    expect((await get(`/chats/${chatId}/messages?around=${id}`, theirs.agentToken)).status).toBe(404);
    for (const bad of ['in=everything&q=x', 'q=x&before=nonsense', 'q=x&limit=0', 'in=chats']) {
      expect((await get(`/search?${bad}`)).status, bad).toBe(400);
    }
    expect((await get(`/chats/${chatId}/messages?around=${id}&before=x`)).status).toBe(400);
  });

  test('notes are found by those who may read them; in a chat it is counted how many there are', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const [mine, theirs] = [await house.newOrganisation(), await house.newOrganisation()];
    const chat = '393331234567@c.us' as Address;
    await house.chat.receive(
      mine.inbox.id,
      Array.from({ length: 5 }, (_value, n) => ({
        kind: 'message' as const,
        messageId: `3EB0B${n}`,
        chat,
        fromMe: false,
        type: 'text' as const,
        body: `saddle ${n}`,
        at: house.clock.now() - 60_000 + n * 1_000,
        origin: 'live' as const,
      })),
      'engine',
    );
    const chatId = (await house.chat.chatOfAddress(mine.inbox.id, chat))!;
    const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: Record<string, unknown>) =>
      house.call(method, path, { token: mine.agentToken, ...(body ? { body } : {}) });
    const ids: number[] = [];
    for (const body of ['The saddle is late', 'call about the SADDLE', 'nothing']) {
      const note = { clientId: randomUUID(), body };
      ids.push(((await call('POST', `/chats/${chatId}/notes`, note)).json as { id: number }).id);
      await house.clock.advance(1_000);
    }
    await indexAll(db);
    const get = (path: string, token = mine.agentToken) => house.call('GET', path, { token });
    expect(await get('/search?q=saddl&in=notes')).toMatchObject({
      json: {
        messages: [],
        next: null,
        total: null,
        notes: [
          {
            note: { id: ids[1], body: 'call about the SADDLE' },
            chat: { id: chatId },
            highlights: [[15, 20]],
          },
          { note: { id: ids[0] }, snippet: 'The saddle is late', highlights: [[4, 9]] },
        ],
      },
    });
    const first = await get('/search?q=saddle&in=notes&limit=1');
    expect(first).toMatchObject({ json: { notes: [{ note: { id: ids[1] } }], next: expect.any(String) } });
    const next = encodeURIComponent(String(first.json['next']));
    expect(await get(`/search?q=saddle&in=notes&limit=1&before=${next}`)).toMatchObject({
      json: { notes: [{ note: { id: ids[0] } }] },
    });
    const inChat = await get(`/search?q=saddle&in=messages&chatId=${chatId}&limit=2`);
    expect(inChat).toMatchObject({ json: { total: 5, next: expect.any(String) } });
    expect(inChat.json['messages']).toHaveLength(2);
    const older = encodeURIComponent(String(inChat.json['next']));
    expect(await get(`/search?q=saddle&in=messages&chatId=${chatId}&limit=2&before=${older}`)).toMatchObject({
      json: { total: null },
    });
    expect(await get('/search?q=saddle&in=messages')).toMatchObject({ json: { total: null } });

    await call('DELETE', `/notes/${ids[0]}`);
    await indexAll(db);
    expect((await get('/search?q=saddle&in=notes')).json['notes']).toHaveLength(1);
    expect(await get('/search?q=saddle&in=notes,messages', theirs.agentToken)).toMatchObject({
      json: { notes: [], messages: [] },
    });
  });

  test('from a moment on a chat is read with a little before it; with nothing since, its newest', async () => {
    const { db } = database();
    const house = await httpForTest(db);
    await using _ = house;
    const { inbox, agentToken: token } = await house.newOrganisation();
    const chat = '393331234567@c.us' as Address;
    const at = (n: number) => house.clock.now() - 86_400_000 + n * 60_000;
    await house.chat.receive(
      inbox.id,
      Array.from({ length: 20 }, (_value, n) => ({
        kind: 'message' as const,
        messageId: `3EB0C${n}`,
        chat,
        fromMe: false,
        type: 'text' as const,
        body: `${n}`,
        at: at(n),
        origin: 'history' as const,
      })),
      'engine',
    );
    const path = `/chats/${await house.chat.chatOfAddress(inbox.id, chat)}/messages`;
    const bodies = async (query: string): Promise<unknown> => {
      const { json } = await house.call('GET', `${path}?limit=4&${query}`, { token });
      const list = json['list'] as { body: string }[];
      return [list.map(({ body }) => body).join(' '), json['next'] !== null, json['newer'] !== null];
    };
    expect(await bodies(`from=${at(10)}`)).toEqual(['9 10 11 12', true, true]);
    expect(await bodies(`from=${at(10) - 1}`)).toEqual(['9 10 11 12', true, true]);
    expect(await bodies(`from=${at(18)}`)).toEqual(['17 18 19', true, false]);
    expect(await bodies(`from=1`)).toEqual(['0 1 2 3', false, true]);
    expect(await bodies(`from=${at(30)}`)).toEqual(['16 17 18 19', true, false]);
    const both = await house.call('GET', `${path}?from=1&around=1`, { token });
    expect(both.status).toBe(400);
  });
});
