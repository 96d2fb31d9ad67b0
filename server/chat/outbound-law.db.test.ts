import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { readDeliveries } from '../../db/query/delivery.ts';
import { mysqlForTest, sqliteForTest } from '../../db/testing.ts';
import { forAtMost } from '../../db/testing-limit.ts';
import { Ack } from '../contract/ack.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { Outcome } from '../contract/outcome.ts';
import { claim, recover } from './claim.ts';
import { contextOf } from './contexts.ts';
import { contradictions, dump } from './testing-dump.ts';
import { settle } from './settle.ts';
import { anna, bob, newInbox, openTestRoom, scope, start, textEvent } from './testing.ts';

/**
 * Sends of few different texts while echoes, acks and the same texts typed on the phone come in between, before and
 * after the engine's answers. Whatever the interleaving, what the engine has said holds, and each WhatsApp id and each
 * of our Messages is exactly one row.
 */
const send = fc.record({
  text: fc.constantFrom('ok', 'yes'),
  truth: fc.constantFrom('accepted', 'uncertain-sent', 'uncertain-lost', 'refused'),
  answerFirst: fc.boolean(),
  ack: fc.constantFrom<Ack>(Ack.server, Ack.device, Ack.read),
  waited: fc.boolean(),
});
const typed = fc.record({ text: fc.constantFrom('ok', 'yes'), during: fc.nat(3) });
/** What people do with a message once it is there, whose facts follow its WhatsApp id. */
const deeds = ['reaction', 'receipt', 'vote', 'star', 'edit'] as const;
const story = fc.record({
  sends: fc.array(send, { minLength: 1, maxLength: 4 }),
  typed: fc.array(typed, { maxLength: 3 }),
  deeds: fc.subarray([...deeds]),
  seed: fc.nat(),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

async function tell(db: Database, { sends, typed: phone, deeds: done, seed }: Story): Promise<void> {
  await using testRoom = openTestRoom(db);
  const { room, clock } = testRoom;
  const context = contextOf(room);
  const inboxId = await newInbox(db);
  const chat = await room.openChat(scope, inboxId, anna);
  let dice = seed;
  const random = (below: number): number => {
    dice = (Math.imul(dice, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((dice / 4_294_967_296) * below);
  };
  const later: EngineEvent[] = [];
  const some = async (share: number): Promise<void> => {
    for (let n = later.length; n > 0; n--) {
      if (random(100) < share) await room.receive(inboxId, later.splice(random(later.length), 1), 'engine');
    }
  };
  const ackOf = (messageId: string, ack: Ack): EngineEvent => ({
    kind: 'ack',
    messageId,
    chat: anna,
    fromMe: true,
    ack,
  });

  const deedsOf = (messageId: string): EngineEvent[] => {
    const about = { messageId, chat: anna, fromMe: true, at: start + 500_000 + Number(messageId.slice(1)) };
    const all: Record<(typeof deeds)[number], EngineEvent> = {
      reaction: { kind: 'reaction', ...about, sender: anna, fromUs: false, emoji: `+${messageId}` },
      receipt: { kind: 'receipt', ...about, fromMe: true, member: bob, ack: Ack.device },
      vote: { kind: 'vote', ...about, voter: bob, fromUs: false, options: [messageId] },
      star: { kind: 'star', ...about, starred: true },
      edit: { kind: 'edit', ...about, body: `${messageId} anew` },
    };
    return done.map((one) => all[one]);
  };

  const rows: { id: number; clientId: string }[] = [];
  for (const [n, one] of sends.entries()) {
    const hash = createHash('sha256').update(`${seed}/${n}`).digest('hex');
    const clientId = `${hash.slice(0, 8)}-0000-4000-8000-${hash.slice(8, 20)}`;
    const message = await room.send(scope, chat.id, { clientId, body: one.text });
    rows.push({ id: message.id, clientId });
    const [delivery] = await readDeliveries(db, [message.id]);
    const leaseUntil = clock.now() + 90_000;
    const attempt = await claim(context, delivery!, { owner: 'me', leaseUntil });
    expect(attempt).toBe(1);
    for (const [p, by] of phone.entries()) {
      if (by.during === n) {
        const echo = { messageId: `P${p}`, fromMe: true, body: by.text, at: clock.now(), ack: Ack.device };
        later.push(textEvent(echo), ackOf(`P${p}`, Ack.read), ...deedsOf(`P${p}`));
      }
    }
    if (one.truth === 'accepted' || one.truth === 'uncertain-sent') {
      const echo = { messageId: `S${n}`, fromMe: true, body: one.text, at: clock.now(), ack: Ack.server };
      later.push(textEvent(echo), ackOf(`S${n}`, one.ack), ...deedsOf(`S${n}`));
    }
    if (!one.answerFirst) await some(60);
    const outcome: Outcome =
      one.truth === 'accepted'
        ? { kind: 'accepted', messageId: `S${n}`, ack: Ack.pending, at: clock.now() }
        : one.truth === 'refused'
          ? { kind: 'refused', reason: 'not-on-whatsapp' }
          : { kind: 'uncertain', reason: 'timeout' };
    await settle(context, { inboxId, message: message.id, attempt: 1 }, outcome);
    await settle(context, { inboxId, message: message.id, attempt: 1 }, outcome);
    if (one.waited) {
      await clock.advance(61_000);
      const pending = await readDeliveries(
        db,
        rows.map((row) => row.id),
      );
      await recover(
        context,
        inboxId,
        pending.filter((row) => row.state === 'unconfirmed'),
        {
          owner: 'me',
          inFlight: new Set(),
        },
      );
    }
    await some(40);
  }
  while (later.length > 0) await some(100);

  const bodyOf = (messageId: string | null, text: string): string =>
    messageId !== null && done.includes('edit') ? `${messageId} anew` : text;
  const { list } = await room.listMessages(scope, chat.id, { limit: 100 });
  const ids = list.flatMap((message) => message.messageId ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  const real = [
    ...sends.flatMap((one, n) => (['accepted', 'uncertain-sent'].includes(one.truth) ? `S${n}` : [])),
    ...phone.flatMap((by, p) => (by.during < sends.length ? `P${p}` : [])),
  ];
  expect(ids.toSorted()).toEqual(real.toSorted());
  for (const [n, one] of sends.entries()) {
    const ours = list.filter((message) => message.clientId === rows[n]!.clientId);
    expect(ours).toHaveLength(1);
    const body = bodyOf(ours[0]!.messageId, one.text);
    expect(ours[0]).toMatchObject({ id: rows[n]!.id, body, agent: { id: scope.agentId } });
    if (one.truth === 'accepted') {
      expect(ours[0]).toMatchObject({ messageId: `S${n}`, ack: one.ack, delivery: null, failure: null });
    }
    if (one.truth === 'refused') {
      expect(ours[0]).toMatchObject({ messageId: null, delivery: 'failed', ack: Ack.error });
    }
    if (ours[0]!.messageId === null && one.truth !== 'refused') {
      expect(['unconfirmed', 'uncertain']).toContain(ours[0]!.delivery);
    }
    if (ours[0]!.messageId !== null) expect(ours[0]!.delivery).toBeNull();
  }
  for (const message of list) {
    if (message.messageId?.startsWith('P')) expect(message.ack).toBe(Ack.read);
    if (message.messageId === null) continue;
    const truth = sends[Number(message.messageId.slice(1))];
    if (message.messageId.startsWith('S'))
      expect(message).toMatchObject({ body: bodyOf(message.messageId, truth!.text), ack: truth!.ack });
  }
  const { messages } = (await dump(db, inboxId)) as { messages: Dumped[] };
  for (const { message_id: id, at: _, ...row } of messages) {
    const isThere = /^[SP]/.test(id);
    const has = (deed: (typeof deeds)[number]): boolean => isThere && done.includes(deed);
    expect({ id, ...row }).toMatchObject({
      reactions: has('reaction') ? [expect.stringContaining(`+${id} `)] : [],
      receipts: has('receipt')
        ? [expect.stringContaining(String(start + 500_000 + Number(id.slice(1))))]
        : [],
      votes: has('vote') ? [expect.stringContaining(`["${id}"]`)] : [],
      versions: has('edit') ? [expect.stringContaining(' '), expect.stringContaining(`${id} anew`)] : [],
      starred: has('star') ? 1 : 0,
    });
  }
  expect(await contradictions(db, inboxId)).toEqual([]);
}

interface Dumped extends Record<'reactions' | 'receipts' | 'votes' | 'versions', string[]> {
  message_id: string;
  at: number;
  starred: number;
}

const seed = Number(process.env['CHATDOCK_LAW_SEED'] ?? Math.floor(Math.random() * 1_000_000_000));
const asked = process.env['CHATDOCK_LAW_RUNS'];
const limitMs = asked ? undefined : 7_000;

describe.each([
  ['SQLite', sqliteForTest, Number(asked ?? 100)],
  ['MariaDB', mysqlForTest, 20],
] as const)('outbound on %s', (_, open, numRuns) => {
  test(`what the engine says of a send holds, whatever comes in between (seed ${seed})`, async () => {
    await using database = await open();
    await fc.assert(
      fc.asyncProperty(
        story,
        forAtMost(limitMs, (told) => tell(database.db, told)),
      ),
      { numRuns, seed },
    );
  });
});
