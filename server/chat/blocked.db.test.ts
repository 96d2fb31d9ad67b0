import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { anna, annaLid, bob, newInbox, openTestRoom, scope, textEvent } from './testing.ts';

describeDatabases('who is blocked', (database) => {
  test('is told on the Contact and the Chat, by either Address; a whole list frees those who are not on it', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const tell = (...events: EngineEvent[]) => test.room.receive(inboxId, events, 'engine');
    await tell(textEvent({ chat: anna }), textEvent({ chat: bob }), {
      kind: 'address-pair',
      lid: annaLid,
      phone: anna,
    });
    const chat = async (of: typeof anna) =>
      test.room.findChat(scope, (await test.room.chatOfAddress(inboxId, of))!);
    await tell({ kind: 'contact', address: annaLid, blocked: true });
    expect(await chat(anna)).toMatchObject({ blocked: true });
    expect(test.pushes.at(-1)?.rows).toMatchObject({
      chats: [{ blocked: true }],
      contacts: [{ blocked: true }],
    });
    const { seq } = test.pushes.at(-1)!;
    await tell({ kind: 'contact', address: anna, blocked: true }, { kind: 'contact', address: anna });
    expect((await test.room.changes(inboxId, seq)).chats).toEqual([]);
    await test.clock.advance(1_000);
    await tell({ kind: 'block-list', people: [bob] });
    expect([(await chat(anna)).blocked, (await chat(bob)).blocked]).toEqual([false, true]);
    const changed = await test.room.changes(inboxId, seq);
    expect(changed.chats.map((one) => one.blocked).toSorted()).toEqual([false, true]);
    const { contactId } = await chat(bob);
    expect((await test.room.findContact(scope, contactId!)).contact.blocked).toBe(true);
    await expect(test.room.findContact({ ...scope, organisationId: 8 }, contactId!)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
