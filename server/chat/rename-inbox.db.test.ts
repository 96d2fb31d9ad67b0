import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { newInbox, openTestRoom, scope, textEvent } from './testing.ts';

describeDatabases('another name of an Inbox', (database) => {
  test('takes the next number, is pushed to whoever watches, and told once to whoever asks later', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room, pushes } = test;
    const inboxId = await newInbox(db);
    await room.receive(inboxId, [textEvent()], 'engine');
    const before = (await room.head(inboxId))!;

    const renamed = await room.renameInbox(scope, inboxId, 'Showroom');
    const row = { id: inboxId, name: 'Showroom', seq: before + 1 };
    expect(renamed).toMatchObject({ ...row, session: { inboxId } });
    await expect
      .poll(() => pushes.at(-1))
      .toMatchObject({ seq: before + 1, rows: { inbox: row, messages: [] } });
    expect(await room.changes(inboxId, before, 10)).toMatchObject({ cursor: before + 1, inbox: row });

    // The same again is no change.
    await room.renameInbox(scope, inboxId, 'Showroom');
    expect(await room.head(inboxId)).toBe(before + 1);
    await room.receive(inboxId, [textEvent()], 'engine');
    const later = await room.changes(inboxId, before + 1, 10);
    expect(later.messages).toHaveLength(1);
    expect(later).not.toHaveProperty('inbox');
  });

  test('is not for another Organisation', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const stranger = { ...scope, organisationId: 8 };
    await expect(test.room.renameInbox(stranger, inboxId, 'Mine')).rejects.toMatchObject({
      code: 'not-found',
    });
    expect((await test.room.findInbox(scope, inboxId)).name).toBe('Shop');
  });
});
