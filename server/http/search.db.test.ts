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
});
