import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { Address } from '../contract/address.ts';
import type { HttpParts } from './parts.ts';
import { httpForTest } from './testing.ts';

describeDatabases('previews of links', (database) => {
  test('the words of a page are asked for by an Agent of the Chat, and by nobody and nothing else', async () => {
    const asked: unknown[][] = [];
    const look: HttpParts['previews']['look'] = async (...given) => {
      asked.push(given);
      return given[1].includes('nothing') ? undefined : { title: 'Bici blu' };
    };
    await using house = await httpForTest(database().db, { previews: { look } });
    const org = await house.newOrganisation();
    const scope = { organisationId: org.organisationId, agentId: org.agent.agentId };
    const chat = await house.chat.openChat(scope, org.inbox.id, '393331234567@c.us' as Address);
    const post = (path: string, body: object, token = org.agentToken) =>
      house.call('POST', `/chats/${chat.id}/${path}`, { token, body });

    expect(await post('link-preview', { url: 'bici.example/blu' })).toMatchObject({
      status: 200,
      json: { link: { url: 'bici.example/blu', title: 'Bici blu' } },
    });
    expect(asked).toEqual([[expect.objectContaining(scope), 'bici.example/blu']]);
    expect((await post('link-preview', { url: 'https://nothing.example' })).json).toEqual({ link: null });

    asked.length = 0;
    const url = 'https://bici.example';
    const stranger = await house.newOrganisation();
    expect((await post('link-preview', { url }, stranger.agentToken)).status).toBe(404);
    expect((await post('link-preview', { url: 'x'.repeat(3_000) })).status).toBe(400);
    // Neither a note nor a text makes this server read a page: only the question does.
    expect((await post('notes', { body: url, clientId: randomUUID() })).status).toBeLessThan(300);
    expect((await post('messages', { body: url, clientId: randomUUID() })).status).toBe(202);
    expect(asked).toEqual([]);
  });
});
