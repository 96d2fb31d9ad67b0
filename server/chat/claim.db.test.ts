import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { readPending } from '../../db/query/delivery.ts';
import { describeDatabases } from '../../db/testing.ts';
import { claim, recover } from './claim.ts';
import { contextOf } from './contexts.ts';
import { giveUp } from './give-up.ts';
import { anna, newInbox, openTestRoom, scope } from './testing.ts';

/** A text that waits to be sent, as two processes see it. */
async function waiting(db: Database) {
  const [here, there] = [openTestRoom(db), openTestRoom(db)];
  const inboxId = await newInbox(db);
  const chat = await here.room.openChat(scope, inboxId, anna);
  await here.room.send(scope, chat.id, { clientId: randomUUID(), body: 'Once' });
  const [delivery] = await readPending(db, inboxId, 10);
  const lease = (owner: string) => ({ owner, leaseUntil: here.clock.now() + 90_000 });
  return {
    inboxId,
    here,
    claims: {
      here: () => claim(contextOf(here.room), delivery!, lease('here')),
      there: () => claim(contextOf(there.room), delivery!, lease('there')),
    },
    pending: () => readPending(db, inboxId, 10),
    async [Symbol.asyncDispose]() {
      await here[Symbol.asyncDispose]();
      await there[Symbol.asyncDispose]();
    },
  };
}

describeDatabases('claiming', (database) => {
  test('two processes that read one Delivery as waiting: one claims it, at once or afterwards', async () => {
    await using it = await waiting(database().db);
    const attempts = await Promise.all([it.claims.here(), it.claims.there()]);
    expect(attempts.filter((attempt) => attempt !== undefined)).toEqual([1]);
    expect(await it.claims.there()).toBeUndefined();
    expect(await it.pending()).toMatchObject([{ state: 'sending', attempt: 1 }]);
  });

  test('what is not due yet is nobody’s', async () => {
    const { db } = database();
    await using it = await waiting(db);
    await db
      .updateTable('delivery')
      .set({ due_at: it.here.clock.now() + 1 })
      .execute();
    expect(await it.claims.here()).toBeUndefined();
  });

  test('a send whose sender is gone, found by two who read it before either wrote: asked about once, not given up by the second', async () => {
    await using it = await waiting(database().db);
    await it.claims.here();
    await it.here.clock.advance(90_001);
    const stale = await it.pending();
    const own = { owner: undefined, inFlight: new Set<number>() };
    const context = contextOf(it.here.room);
    expect(await recover(context, it.inboxId, stale, own)).toBe(true);
    const [found] = await it.pending();
    expect(found).toMatchObject({ state: 'unconfirmed' });
    await recover(context, it.inboxId, stale, own);
    expect(await it.pending()).toMatchObject([{ state: 'unconfirmed', due_at: found!.due_at }]);
  });

  test('claimed after giving up has read it as waiting, before it writes: whoever carries it has the last word', async () => {
    await using it = await waiting(database().db);
    const [, attempt] = await Promise.all([
      giveUp(contextOf(it.here.room), it.inboxId, 'number-archived'),
      it.claims.there(),
    ]);
    expect((await it.pending()).map(({ state }) => state)).toEqual(attempt === undefined ? [] : ['sending']);
  });
});
