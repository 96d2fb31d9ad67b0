import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { Message } from '../contract/wire.ts';
import {
  anna,
  annaLid,
  bob,
  group,
  newInbox,
  openTestRoom,
  start,
  textEvent,
  type TestRoom,
} from './testing.ts';

const options = ['Mon', 'Tue', 'Wed'];
const poll = (event: object = {}) =>
  textEvent({
    type: 'poll',
    body: 'When?',
    fromMe: true,
    content: { poll: { question: 'When?', options, several: true } },
    ...event,
  });

describeDatabases('votes', (database) => {
  const votesOf = async (room: TestRoom, inboxId: number): Promise<Message['votes']> => {
    const { messages } = await room.room.changes(inboxId, 0);
    return messages.find((message) => message.type === 'poll' && message.mergedInto === null)!.votes;
  };
  const vote = (messageId: string, event: object): EngineEvent =>
    ({
      kind: 'vote',
      messageId,
      voter: anna,
      fromUs: false,
      options: ['Mon'],
      at: start + 1,
      ...event,
    }) as EngineEvent;

  test('are counted option by option, with who has chosen; the later word of each stands', async () => {
    await using room = openTestRoom(database().db);
    const inboxId = await newInbox(room.db);
    const event = poll({ chat: group });
    await room.room.receive(inboxId, [event], 'engine');
    expect(await votesOf(room, inboxId)).toEqual(options.map((option) => ({ option, count: 0, voters: [] })));
    const { messageId } = event;
    await room.room.receive(
      inboxId,
      [vote(messageId, { chat: group, options: ['Wed', 'Mon'], at: start + 5 })],
      'webhook',
    );
    // An older word of the same person, told later by history.
    await room.room.receive(inboxId, [vote(messageId, { options: ['Tue'], at: start + 2 })], 'history');
    await room.room.receive(
      inboxId,
      [
        { kind: 'contact', address: bob, name: 'Bob' },
        vote(messageId, { voter: bob, options: ['Wed'] }),
        vote(messageId, { voter: bob, fromUs: true, options: ['Wed', 'Sun'] }),
      ],
      'engine',
    );
    const named = (await votesOf(room, inboxId))!.map(({ option, count, voters }) => [
      option,
      count,
      voters.map(({ name, fromUs }) => (fromUs ? 'us' : name)).toSorted(),
    ]);
    expect(named).toEqual([
      ['Mon', 1, ['+393331234567']],
      ['Tue', 0, []],
      ['Wed', 3, ['+393331234567', 'Bob', 'us']],
      ['Sun', 1, ['us']],
    ]);
    // Taken back.
    await room.room.receive(inboxId, [vote(messageId, { voter: bob, options: [], at: start + 9 })], 'engine');
    expect((await votesOf(room, inboxId))![2]!.count).toBe(2);
  });

  test('a change is a change of the poll; the same told again is none', async () => {
    await using room = openTestRoom(database().db);
    const inboxId = await newInbox(room.db);
    const event = poll();
    await room.room.receive(inboxId, [event], 'engine');
    const told = vote(event.messageId, { chat: event.chat });
    await room.room.receive(inboxId, [told], 'engine');
    const head = (await room.room.head(inboxId))!;
    expect((await room.room.changes(inboxId, head - 1)).messages).toMatchObject([
      { messageId: event.messageId, votes: [{ option: 'Mon', count: 1 }, { count: 0 }, { count: 0 }] },
    ]);
    await room.room.receive(inboxId, [told, told], 'webhook');
    expect(await room.room.head(inboxId)).toBe(head);
  });

  test('race: a vote before its poll', async () => {
    await using room = openTestRoom(database().db);
    const inboxId = await newInbox(room.db);
    const event = poll();
    await room.room.receive(inboxId, [vote(event.messageId, { options: ['Tue'] })], 'engine');
    await room.room.receive(inboxId, [event], 'history');
    expect((await votesOf(room, inboxId))![1]).toMatchObject({ count: 1, voters: [{ fromUs: false }] });
  });

  test('race: one person votes under both Addresses before the pair is known', async () => {
    await using room = openTestRoom(database().db);
    const inboxId = await newInbox(room.db);
    const event = poll({ chat: group });
    await room.room.receive(
      inboxId,
      [
        event,
        vote(event.messageId, { voter: anna, options: ['Mon'], at: start + 1 }),
        vote(event.messageId, { voter: annaLid, options: ['Tue'], at: start + 2 }),
      ],
      'engine',
    );
    const before = (await room.room.head(inboxId))!;
    await room.room.receive(inboxId, [{ kind: 'address-pair', lid: annaLid, phone: anna }], 'engine');
    expect((await votesOf(room, inboxId))!.map(({ count }) => count)).toEqual([0, 1, 0]);
    const changed = await room.room.changes(inboxId, before);
    expect(changed.messages.map(({ messageId }) => messageId)).toContain(event.messageId);
  });

  test('a poll taken back shows none', async () => {
    await using room = openTestRoom(database().db);
    const inboxId = await newInbox(room.db);
    const event = poll();
    const revoke: EngineEvent = { kind: 'revoke', messageId: event.messageId, at: start + 3 };
    await room.room.receive(inboxId, [event, vote(event.messageId, {}), revoke], 'engine');
    expect(await votesOf(room, inboxId)).toBeNull();
  });
});
