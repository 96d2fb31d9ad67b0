import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { sqliteForTest } from '../../db/testing.ts';
import { newInbox, openTestRoom, scope, textEvent } from '../chat/testing.ts';
import { createMediaAddresses } from './media-address.ts';
import { Places } from './places.ts';
import { createMediaServer } from './serve.ts';
import { mediaForTest } from './testing.ts';

test('with all its places taken an Organisation hears to come again, and another is answered', async () => {
  await using database = await sqliteForTest();
  const { db } = database;
  await using chat = openTestRoom(db);
  const keys = [randomBytes(32)] as const;
  const { room, clock, bus, log } = chat;
  await using media = await mediaForTest({ db, chat: room, clock, bus, log, keys });
  const inboxId = await newInbox(db);
  await room.receive(inboxId, [textEvent({ type: 'image' })], 'engine');
  const { id: message } = await db.selectFrom('message').select('id').executeTakeFirstOrThrow();
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4]);
  const mediaId = await media.give(inboxId, message, { mime: 'image/jpeg' }, jpeg);

  const addresses = createMediaAddresses({ keys, clock });
  const addressFor = (organisationId: number): string =>
    addresses.sign({ mediaId, organisationId, holder: 'a'.repeat(64), variant: 'original' }).path;
  const held = Promise.withResolvers<boolean>();
  const door = createMediaServer({
    ...media.parts,
    addresses,
    mayHold: () => held.promise,
    onLost: () => undefined,
    places: new Places({ inAll: 9, ofOne: 1 }),
  });
  const server = createServer((request, response) => void door.handle(request, response)).listen(0);
  await once(server, 'listening');
  try {
    const statusOf = async (path: string): Promise<number> => {
      const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
      await answer.arrayBuffer();
      return answer.status;
    };
    const own = addressFor(scope.organisationId);
    const asked = [statusOf(own), statusOf(own)];
    // One of them waits for its answer; which, is as it happens.
    expect(await Promise.race(asked)).toBe(503);
    // It is not this one's file, but that is an answer.
    expect(await statusOf(addressFor(8))).toBe(404);
    held.resolve(true);
    expect((await Promise.all(asked)).toSorted()).toEqual([200, 503]);
    // The place is given back a moment after the last byte.
    while ((await statusOf(own)) !== 200);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
