import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { ChatCounts } from '../contract/api.ts';
import { httpForTest } from './testing.ts';

describeDatabases('counts of chats', (database) => {
  test('every tab of the list is counted as the list holds it, by number, and only where one may look', async () => {
    await using house = await httpForTest(database().db);
    const mine = await house.newOrganisation();
    await house.newOrganisation();
    const scope = { organisationId: mine.organisationId, agentId: mine.admin.agentId };
    const second = await house.chat.createInbox(mine.organisationId, {
      name: 'Second',
      engine: 'wwebjs',
      upstream: 'whatsapp',
    });
    const says = (chat: string, n: number, fromMe = false) => ({
      kind: 'message' as const,
      messageId: `3EB0${chat.slice(0, 14)}${n}`,
      chat: chat as never,
      ...(chat.endsWith('@g.us') ? { sender: '393331234501@c.us' as never } : {}),
      fromMe,
      type: 'text' as const,
      body: `${n}`,
      at: house.clock.now() + n,
      origin: 'live' as const,
    });
    const [anna, bob, old, group] = [
      '393331234501@c.us',
      '393331234502@c.us',
      '393331234503@c.us',
      '120363012345678901@g.us',
    ];
    await house.chat.receive(
      mine.inbox.id,
      [
        says(anna!, 1),
        says(anna!, 2),
        says(bob!, 3, true),
        says(group!, 4),
        says(old!, 5),
        { kind: 'chat', chat: old as never, archived: true, at: house.clock.now() + 9 } as never,
      ],
      'engine',
    );
    await house.chat.receive(second.id, [says(anna!, 6)], 'engine');
    const counts = async (token: string): Promise<ChatCounts[]> =>
      (await house.call('GET', '/inboxes/counts', { token })).json['list'] as ChatCounts[];
    const chats = (await house.chat.listChats(scope, mine.inbox.id, {})).list;
    const assigned = chats.find((chat) => chat.kind === 'group')!;
    const path = `/chats/${assigned.id}/assignee`;
    const body = { agentId: mine.admin.agentId };
    expect((await house.call('PUT', path, { token: mine.adminToken, body })).status).toBe(200);

    const [first, other] = await counts(mine.adminToken);
    expect(first).toEqual({
      inboxId: mine.inbox.id,
      all: 3,
      unread: 2,
      mentions: 0,
      mine: 1,
      nobody: 2,
      groups: 1,
      archived: 1,
      messages: 3,
    });
    expect(other).toMatchObject({ inboxId: second.id, all: 1, unread: 1, messages: 1 });
    for (const filter of ['all', 'unread', 'groups', 'archived'] as const)
      expect((await house.chat.listChats(scope, mine.inbox.id, { filter })).list, filter).toHaveLength(
        first![filter],
      );

    const taken = { everyone: false, agentIds: [] };
    await house.call('PUT', `/inboxes/${second.id}/agents`, { token: mine.adminToken, body: taken });
    expect((await counts(mine.agentToken)).map(({ inboxId }) => inboxId)).toEqual([mine.inbox.id]);
    expect((await counts(mine.agentToken))[0]!.mine).toBe(0);
  });
});
