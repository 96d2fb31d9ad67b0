import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { httpForTest } from './testing.ts';

const anna = '393331234567@c.us' as Address;

describeDatabases('group invitations', (database) => {
  test('the group of an invitation is come into once, is here then, and is asked of WhatsApp no more; one that is over is not', async () => {
    const house = await httpForTest(database().db);
    await using _ = house;
    const org = await house.newOrganisation();
    const inboxId = org.inbox.id;
    const scope = { organisationId: org.organisationId, agentId: org.admin.agentId };
    const token = org.agentToken;
    const post = (path: string) => house.call('POST', path, { token, body: {} });
    const get = (path: string) => house.call('GET', path, { token });
    const club = '120363099887766554@g.us' as Address;
    const until = house.clock.now() + 3_600_000;
    const event: EngineEvent = {
      kind: 'message',
      messageId: '3EB0FF',
      chat: anna,
      fromMe: false,
      type: 'invitation',
      body: 'Saturday riders',
      content: { invitation: { group: club, name: 'Saturday riders', text: 'Come along?', until } },
      at: house.clock.now() - 1_000,
      origin: 'live',
    };
    const late = {
      ...event,
      messageId: '3EB0FE',
      content: { invitation: { group: club, name: '', until: 5 } },
    };
    const text = { ...event, messageId: '3EB0BB', type: 'text', body: 'hi', at: 5 } as const;
    const { content: _content, ...plain } = text;
    await house.chat.receive(inboxId, [event, late, plain], 'engine');
    const row = async (messageId: string) => {
      const chatId = await house.chat.chatOfAddress(inboxId, anna);
      const { list } = await house.chat.listMessages(scope, chatId!, {});
      return list.find((one) => one.messageId === messageId)!;
    };
    const { id, chatId, named } = await row('3EB0FF');
    expect(named).toEqual([]);
    const listed = (await get(`/inboxes/${inboxId}/chats`)).json as { list: { id: number; last: object }[] };
    expect(listed.list.find((one) => one.id === chatId)?.last).toMatchObject({
      type: 'invitation',
      body: 'Saturday riders',
    });
    const join = (message: number) => post(`/messages/${message}/join`);
    expect(await join((await row('3EB0FE')).id)).toMatchObject({
      status: 422,
      json: { code: 'too-late' },
    });
    expect(await join((await row('3EB0BB')).id)).toMatchObject({ status: 422 });
    house.sessions.answers = { kind: 'refused', reason: 'refused-by-whatsapp' };
    expect(await join(id)).toMatchObject({ json: { code: 'refused-by-whatsapp' } });
    expect(house.sessions.asked).toHaveLength(1);
    house.sessions.answers = { kind: 'done' };
    const joined = await join(id);
    expect(joined).toMatchObject({ status: 200, json: { kind: 'group', name: 'Saturday riders' } });
    expect(house.sessions.asked.at(-1)).toEqual([
      'join',
      expect.any(Number),
      { chat: anna, messageId: '3EB0FF', fromMe: false },
    ]);
    const group = joined.json['id'];
    expect((await row('3EB0FF')).named).toMatchObject([{ address: club, chatId: group }]);
    expect(await join(id)).toMatchObject({ status: 200, json: { id: group } });
    expect(house.sessions.asked).toHaveLength(2);

    // Who has left may come again.
    const me = '15550009999@c.us' as Address;
    await house.chat.receive(
      inboxId,
      [
        { kind: 'contact', address: me, isMe: true },
        { kind: 'membership', chat: club, members: [me], role: 'gone', at: house.clock.now() },
      ],
      'engine',
    );
    expect((await row('3EB0FF')).named).toEqual([]);
    await join(id);
    expect(house.sessions.asked).toHaveLength(3);

    const link = 'https://chat.whatsapp.com/UHJ3YXRlc2FiYXRv';
    house.sessions.answers = { kind: 'done', link };
    expect(await post(`/chats/${String(group)}/invite-link`)).toMatchObject({ json: { link } });
    expect(house.sessions.asked.at(-1)).toEqual(['inviteLink', expect.any(Number), club]);
    expect(await post(`/chats/${chatId}/invite-link`)).toMatchObject({ status: 422 });
    house.sessions.answers = { kind: 'refused', reason: 'refused-by-whatsapp' };
    expect(await post(`/chats/${String(group)}/invite-link`)).toMatchObject({
      json: { code: 'refused-by-whatsapp' },
    });
    // Nowhere but in the answer.
    expect(JSON.stringify(await house.chat.changes(inboxId, 0, 500))).not.toContain('chat.whatsapp.com');
  });
});
