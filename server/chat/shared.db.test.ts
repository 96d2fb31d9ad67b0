import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { lookedThrough } from '../../db/query/shared.ts';
import { anna, newInbox, openTestRoom, scope, start, textEvent } from './testing.ts';

describeDatabases('what was shared in a chat', (database) => {
  test('is told by kind, newest first, page by page; what was taken back and other chats are left out', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const jpeg = { mime: 'image/jpeg', size: 10 };
    const at = (n: number): number => start + n * 1_000;
    await test.room.receive(
      inboxId,
      [
        textEvent({ at: at(1), type: 'image', body: 'one', media: jpeg }),
        textEvent({ at: at(2), body: 'see https://a.example/x' }),
        textEvent({ at: at(3), type: 'document', body: '', media: { ...jpeg, fileName: 'a.pdf' } }),
        textEvent({ at: at(4), type: 'video', body: 'two', media: { ...jpeg, mime: 'video/mp4' } }),
        textEvent({ at: at(5), body: 'plain' }),
        textEvent({ at: at(6), type: 'image', body: 'gone', media: jpeg, revoked: true }),
        textEvent({ at: at(7), body: 'b.example', content: { link: { url: 'https://b.example' } } }),
        textEvent({ at: at(8), type: 'image', body: 'three', media: jpeg }),
      ],
      'engine',
    );
    const id = (await test.room.chatOfAddress(inboxId, anna))!;
    const bodies = async (kind: 'media' | 'documents' | 'links') =>
      (await test.room.listShared(scope, id, { kind })).list.map((row) => row.body || row.media?.fileName);
    expect(await bodies('media')).toEqual(['three', 'two', 'one']);
    expect(await bodies('documents')).toEqual(['a.pdf']);
    expect(await bodies('links')).toEqual(['b.example', 'see https://a.example/x']);
    const first = await test.room.listShared(scope, id, { kind: 'media', limit: 2 });
    const second = await test.room.listShared(scope, id, { kind: 'media', limit: 2, before: first.next! });
    expect([...first.list, ...second.list].map((row) => row.body)).toEqual(['three', 'two', 'one']);
    expect(second.next).toBeNull();
    await expect(
      test.room.listShared({ ...scope, organisationId: 8 }, id, { kind: 'media' }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a page looks through a bounded stretch: behind thousands of texts it goes on from where it stopped', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const jpeg = { mime: 'image/jpeg', size: 10 };
    const texts = Array.from({ length: lookedThrough + 20 }, (_, n) => textEvent({ at: start + 10_000 + n }));
    await test.room.receive(
      inboxId,
      [textEvent({ at: start + 1, type: 'image', body: 'first', media: jpeg }), ...texts],
      'history',
    );
    const id = (await test.room.chatOfAddress(inboxId, anna))!;
    const near = await test.room.listShared(scope, id, { kind: 'media' });
    expect(near.list).toEqual([]);
    const far = await test.room.listShared(scope, id, { kind: 'media', before: near.next! });
    expect(far.list.map((row) => row.body)).toEqual(['first']);
    expect(far.next).toBeNull();
  });
});
