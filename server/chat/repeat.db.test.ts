import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { describeDatabases } from '../../db/testing.ts';
import { Ack } from '../contract/ack.ts';
import type { Outcome } from '../contract/outcome.ts';
import { contextOf } from './contexts.ts';
import { createDeliverer } from './index.ts';
import { settle } from './settle.ts';
import { anna, HeldEngine, newInbox, openTestRoom, scope, until } from './testing.ts';

/** A Message that was sent without an answer, with an engine that chooses its ids or does not. */
async function unanswered(db: Database, engineName: string) {
  const test = openTestRoom(db);
  const inboxId = await newInbox(db, engineName);
  const chat = await test.room.openChat(scope, inboxId, anna);
  const engine = new HeldEngine();
  const line = { isUp: true };
  const deliverer = createDeliverer({
    chat: test.room,
    clock: test.clock,
    log: test.log,
    live: (id) => (id === inboxId && line.isUp ? engine : undefined),
    owner: randomUUID(),
    paceMs: 0,
  });
  const { id } = await test.room.send(scope, chat.id, { clientId: randomUUID(), body: 'ecco' });
  deliverer.wake(inboxId);
  const find = async () => (await test.room.listMessages(scope, chat.id, { limit: 10 })).list[0]!;
  const becomes = (delivery: string | null) => until(test, async () => (await find()).delivery === delivery);
  /** Time goes on, `ms` at a look: who can read a fact does not know whether the deliverer sleeps already. */
  const passes = async (holds: (delivery: string | null) => boolean, ms = 5_000) => {
    while (!holds((await find()).delivery)) await test.clock.advance(ms);
  };
  (await engine.sent()).answer({ kind: 'uncertain', reason: 'timeout' });
  await becomes('unconfirmed');
  return {
    id,
    again: () => test.room.retry(scope, id),
    /** The engine's answer to the first attempt, though it was given up. */
    comesLate: (outcome: Outcome) =>
      settle(contextOf(test.room), { inboxId, message: id, attempt: 1 }, outcome),
    engine,
    line,
    find,
    becomes,
    passes,
    clock: test.clock,
    [Symbol.asyncDispose]: async () => {
      await deliverer[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
    },
  };
}
const perhaps = { kind: 'uncertain', reason: 'timeout' } as const;

describeDatabases('a send without an answer', (open) => {
  test('is sent again under the same client id where the engine chooses ids, and settles by itself', async () => {
    await using t = await unanswered(open().db, 'chooses ids');
    await t.passes(() => t.engine.sends.length === 2);
    const again = await t.engine.sent(2);
    expect(again.request).toMatchObject({ clientId: t.engine.sends[0]!.request.clientId, body: 'ecco' });
    again.answer({ kind: 'accepted', messageId: 'S1', ack: Ack.server, at: t.clock.now() });
    await t.becomes(null);
    expect(await t.find()).toMatchObject({ id: t.id, messageId: 'S1' });
  });

  test('is the Agent’s to decide after the third', async () => {
    await using t = await unanswered(open().db, 'chooses ids');
    for (const n of [2, 3]) {
      await t.passes(() => t.engine.sends.length === n);
      (await t.engine.sent(n)).answer(perhaps);
      await t.becomes('unconfirmed');
    }
    await t.passes((delivery) => delivery === 'uncertain');
    expect(t.engine.sends).toHaveLength(3);
  });

  test('waits while the Session is away, and is the Agent’s after a quarter of an hour', async () => {
    await using t = await unanswered(open().db, 'chooses ids');
    t.line.isUp = false;
    await t.clock.advance(61_000);
    await t.clock.advance(61_000);
    expect((await t.find()).delivery).toBe('unconfirmed');
    // Nine hundred looks, a second each, would be minutes of a busy database.
    await t.passes((delivery) => delivery === 'uncertain', 30_000);
  });

  test('is the Agent’s to decide at once where the engine does not choose ids', async () => {
    await using t = await unanswered(open().db, 'test');
    await t.passes((delivery) => delivery === 'uncertain');
    expect(t.engine.sends).toHaveLength(1);
  });

  test('and the Agent says "again": a late word on what was tried before has it sent no second time', async () => {
    await using t = await unanswered(open().db, 'test');
    await t.passes((delivery) => delivery === 'uncertain');
    await t.again();
    await t.passes(() => t.engine.sends.length === 2);
    await t.becomes('sending');
    for (const late of ['not-sent', 'refused'] as const) {
      await t.comesLate({ kind: late, reason: 'engine-stopped' });
      expect(await t.find()).toMatchObject({ delivery: 'sending', failure: null });
    }
    const again = await t.engine.sent(2);
    again.answer({ kind: 'accepted', messageId: 'S2', ack: Ack.server, at: t.clock.now() });
    await t.becomes(null);
    expect(await t.find()).toMatchObject({ id: t.id, messageId: 'S2' });
    expect(t.engine.sends).toHaveLength(2);
  });
});
