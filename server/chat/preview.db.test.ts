import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { EngineEvent, ReactionEvent } from '../contract/engine-event.ts';
import type { Address } from '../contract/address.ts';
import { anna, annaLid, bob, group, newInbox, openTestRoom, scope, start, textEvent } from './testing.ts';

const at = (n: number): number => start + n * 60_000;

describeDatabases('what the list shows of a chat', (database) => {
  async function open() {
    const { db } = database();
    const test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const tell = (...events: EngineEvent[]) => test.room.receive(inboxId, events, 'engine');
    const list = async () => (await test.room.listChats(scope, inboxId, {})).list;
    const shown = async (of: Address) =>
      (await test.room.findChat(scope, (await test.room.chatOfAddress(inboxId, of))!)).last;
    return { test, tell, list, shown, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
  }

  const ours = (messageId: string, n: number, more = {}) =>
    textEvent({ messageId, at: at(n), fromMe: true, ack: 2, ...more });
  const reacted = (messageId: string, emoji: string, n: number, more: Partial<ReactionEvent> = {}) =>
    ({
      kind: 'reaction',
      messageId,
      sender: anna,
      fromUs: false,
      emoji,
      at: at(n),
      ...more,
    }) as ReactionEvent;

  test('how long a voice note is, also when that is told later', async () => {
    await using t = await open();
    const voice = (seconds?: number) =>
      textEvent({
        messageId: '3EB0VOICE',
        type: 'voice',
        body: '',
        at: at(1),
        media: { mime: 'audio/ogg', ...(seconds && { seconds }) },
      });
    await t.tell(voice());
    expect(await t.shown(anna)).not.toHaveProperty('seconds');
    await t.tell(voice(7));
    expect(await t.shown(anna)).toMatchObject({ type: 'voice', seconds: 7 });
    await t.tell(textEvent({ at: at(2), body: 'So?' }));
    expect(await t.shown(anna)).not.toHaveProperty('seconds');
  });

  test('a reaction is the newest that happened until something is said, and neither moves the chat nor counts', async () => {
    await using t = await open();
    await t.tell(ours('3EB0A', 1, { body: 'The keys are in the box' }));
    await t.tell(textEvent({ chat: bob, sender: bob, at: at(2) }));
    await t.tell(reacted('3EB0A', '👍', 3));
    expect(await t.shown(anna)).toMatchObject({
      body: 'The keys are in the box',
      at: at(1),
      reaction: { emoji: '👍', fromUs: false, body: 'The keys are in the box', type: 'text', at: at(3) },
    });
    expect((await t.list()).map(({ unread, last }) => [unread, last?.at])).toEqual([
      [1, at(2)],
      [0, at(1)],
    ]);
    await t.tell(textEvent({ at: at(4), body: 'Thanks' }));
    expect(await t.shown(anna)).not.toHaveProperty('reaction');
  });

  test('taken back, or its message taken back, it is gone; an edit shows in it', async () => {
    await using t = await open();
    await t.tell(ours('3EB0A', 1), ours('3EB0B', 2));
    await t.tell(reacted('3EB0A', '👍', 3), reacted('3EB0B', '❤️', 4));
    await t.tell({ kind: 'edit', messageId: '3EB0B', body: 'Changed', at: at(5) });
    expect(await t.shown(anna)).toMatchObject({ reaction: { emoji: '❤️', body: 'Changed' } });
    await t.tell({ kind: 'revoke', messageId: '3EB0B', at: at(6) });
    expect(await t.shown(anna)).toMatchObject({ revoked: true, reaction: { emoji: '👍' } });
    await t.tell(reacted('3EB0A', '', 7));
    expect(await t.shown(anna)).not.toHaveProperty('reaction');
  });

  test('in a group it is named, and what others think of each other’s words is not shown; our own reaction is', async () => {
    await using t = await open();
    await t.tell({ kind: 'contact', address: bob, name: 'Bob' });
    await t.tell(
      ours('3EB0OURS', 1, { chat: group }),
      textEvent({ messageId: '3EB0ANNA', chat: group, sender: anna, at: at(2) }),
    );
    await t.tell(reacted('3EB0ANNA', '😂', 3, { sender: bob }));
    expect(await t.shown(group)).not.toHaveProperty('reaction');
    await t.tell(reacted('3EB0OURS', '👍', 4, { sender: bob }));
    expect(await t.shown(group)).toMatchObject({ reaction: { emoji: '👍', name: 'Bob', fromUs: false } });
    await t.tell(reacted('3EB0ANNA', '🙏', 5, { fromUs: true }));
    expect(await t.shown(group)).toMatchObject({ reaction: { emoji: '🙏', name: '', fromUs: true } });
  });

  test('who turns out to be somebody known keeps their reaction', async () => {
    await using t = await open();
    await t.tell(ours('3EB0A', 1, { chat: group }), textEvent({ at: at(1) }));
    await t.tell({ kind: 'contact', address: anna, name: 'Anna' });
    await t.tell(reacted('3EB0A', '👍', 3, { sender: annaLid }));
    await t.tell({ kind: 'address-pair', lid: annaLid, phone: anna });
    expect(await t.shown(group)).toMatchObject({ reaction: { emoji: '👍', name: 'Anna' } });
  });
});
