import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { Address } from '../contract/address.ts';
import { httpForTest } from './testing.ts';

describeDatabases('opening a chat by what a page knows of it', (database) => {
  test('a known one opens by number, hidden number or group as WhatsApp spells them, while the number is away too', async () => {
    await using house = await httpForTest(database().db);
    const { inbox, agentToken: token, ...mine } = await house.newOrganisation();
    const other = await house.newOrganisation();
    const says = (chat: string) => ({
      kind: 'message' as const,
      messageId: `3EB0${chat.slice(0, 14)}`,
      chat: chat as Address,
      ...(chat.endsWith('@g.us') ? { sender: '393331234501@c.us' as Address } : {}),
      fromMe: false,
      type: 'text' as const,
      body: chat,
      at: house.clock.now(),
      origin: 'live' as const,
    });
    const known = ['393331234567@c.us', '53859493912625@lid', '120363383601897853@g.us'];
    await house.chat.receive(inbox.id, known.map(says), 'engine');
    const asked: string[] = [];
    house.sessions.findNumber = async (_inboxId, digits) => {
      asked.push(digits);
      return { address: `${digits}@c.us` as Address };
    };
    const open = (phone: string, inboxId = inbox.id, by = token) =>
      house.call('POST', `/inboxes/${inboxId}/chats`, { token: by, body: { phone } });
    const list = (await house.chat.listChats({ ...mine, agentId: mine.agent.agentId }, inbox.id, {})).list;
    const idOf = (chat: string) => list.find(({ last }) => last?.body === chat)?.id;
    for (const chat of known) expect((await open(chat)).json['id'], chat).toBe(idOf(chat));
    for (const phone of ['+39 333 123 4567', '393331234567@s.whatsapp.net'])
      expect((await open(phone)).json['id'], phone).toBe(idOf(known[0]!));
    expect(asked).toEqual([]);

    // A hidden number's digits are nobody's phone number: no stranger's chat is made of them.
    for (const unknown of ['53859493912626@lid', '120363383601897854@g.us', 'status@broadcast'])
      expect(await open(unknown), unknown).toMatchObject({ status: 404, json: { code: 'not-found' } });
    expect((await open('someone@example.com')).json['code']).toBe('bad-phone-number');
    expect((await open(known[1]!, other.inbox.id, other.agentToken)).status).toBe(404);
    expect(asked).toEqual([]);
    expect((await open('393331234568@c.us')).status).toBe(200);
    expect(asked).toEqual(['393331234568']);
  });
});
