import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { mysqlForTest, sqliteForTest } from '../../db/testing.ts';
import { forAtMost } from '../../db/testing-limit.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { Chat, Contact, Message, Push } from '../contract/wire.ts';
import { contradictions, dump } from './testing-dump.ts';
import { history } from './testing-law.ts';
import type { Rules } from './merge.ts';
import { newInbox, openTestRoom } from './testing.ts';

/** What the database holds after the events have been received in these batches, one after the other. */
async function told(db: Database, batches: EngineEvent[][], rules: Partial<Rules> = {}): Promise<unknown> {
  const inboxId = await newInbox(db);
  const test = openTestRoom(db, { rules });
  for (const batch of batches) await test.room.receive(inboxId, batch, 'engine');
  const changes = await test.room.changes(inboxId, 0, 2_000);
  await test[Symbol.asyncDispose]();
  expect(await contradictions(db, inboxId)).toEqual([]);
  expect(test.logged.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
  const real = new Set(batches.flat().flatMap((event) => (event.kind === 'message' ? event.messageId : [])));
  expect(changes.messages.filter((message) => message.mergedInto === null)).toHaveLength(real.size);
  const pushed = keptByClient(test.pushes);
  for (const row of changes.messages) expect(bare(pushed.messages.get(row.id)!)).toEqual(bare(row));
  for (const row of changes.chats) {
    const kept = pushed.chats.get(row.id);
    // A tombstone is only ever dropped: what it was called does not matter.
    if (row.mergedInto === null) expect(kept && bareChat(kept)).toEqual(bareChat(row));
    else expect(kept?.mergedInto).toBe(row.mergedInto);
  }
  for (const row of changes.contacts) expect(pushed.contacts.get(row.id)).toEqual(row);
  return dump(db, inboxId);
}

/** What a client has that only listens: of each row the one with the highest number. */
function keptByClient(pushes: readonly Push[]) {
  const kept = {
    messages: new Map<number, Message>(),
    chats: new Map<number, Chat>(),
    contacts: new Map<number, Contact>(),
  };
  for (const { rows, seq } of pushes) {
    for (const row of rows!.messages) kept.messages.set(row.id, row);
    for (const row of rows!.chats) kept.chats.set(row.id, row);
    for (const row of rows!.contacts) kept.contacts.set(row.id, row);
    for (const row of [...rows!.messages, ...rows!.chats, ...rows!.contacts]) expect(row.seq).toBe(seq);
  }
  return kept;
}

/** Names come from Contacts, and what is quoted from another Message: rows of their own. */
function bare(message: Message): unknown {
  return {
    ...message,
    sender: message.sender?.contactId,
    mentions: message.mentions.map(({ digits }) => digits),
    named: message.named.map(({ address }) => address),
    quoted: message.quoted?.messageId,
    votes: message.votes?.map(({ option, voters }) => [option, voters.map(({ contactId }) => contactId)]),
    reactions: message.reactions.map(({ emoji, contactId, fromUs }) => ({ emoji, contactId, fromUs })),
  };
}

/** Who has reacted is named by a Contact. */
function bareChat(chat: Chat): unknown {
  if (!chat.last?.reaction) return chat;
  return { ...chat, last: { ...chat.last, reaction: { ...chat.last.reaction, name: '' } } };
}

function law(db: Database, rules: Partial<Rules> = {}, limitMs?: number) {
  return fc.asyncProperty(
    history,
    forAtMost(limitMs, async ({ events, batches }) => {
      const once = await told(db, [events], rules);
      expect(await told(db, batches, rules)).toEqual(once);
    }),
  );
}

const seed = Number(process.env['CHATDOCK_LAW_SEED'] ?? Math.floor(Math.random() * 1_000_000_000));

const asked = process.env['CHATDOCK_LAW_RUNS'];
/** Some hundred histories; a broken merge is noticed by the first twenty. A slow machine tries fewer, and says nothing wrong by it. */
const limitMs = asked ? undefined : 7_000;

describe.each([
  ['SQLite', sqliteForTest, Number(asked ?? 1_500)],
  ['MariaDB', mysqlForTest, 500],
] as const)('the law on %s', (_, open, numRuns) => {
  test(
    `any order, repetition and batching gives the same rows (seed ${seed})`,
    { timeout: asked ? 3_600_000 : 120_000 },
    async () => {
      await using database = await open();
      await fc.assert(law(database.db, {}, limitMs), { numRuns, seed });
    },
  );
});

describe('the alarm rings for a merge that', () => {
  const broken: [string, Partial<Rules>][] = [
    ['drops early facts', { keepsEarlyFacts: false }],
    ['lets the last ack win', { joinAck: (_, told) => told }],
    [
      'knows messages by the serialised id',
      { messageIdOf: ({ messageId, chat, fromMe }) => `${fromMe}_${chat}_${messageId}` },
    ],
  ];
  const databases: [string, typeof sqliteForTest][] = [
    ['SQLite', sqliteForTest],
    ['MariaDB', mysqlForTest],
  ];
  const each = broken.flatMap(([what, rules]) =>
    databases.map(([name, open]) => [what, name, rules, open] as const),
  );
  // A slow machine takes longer to notice, and says nothing wrong by it.
  test.each(each)('%s, on %s', { timeout: 600_000 }, async (_, __, rules, open) => {
    await using database = await open();
    // Ends with the first run that notices, usually one of the first twenty.
    const result = await fc.check(law(database.db, rules), { numRuns: 1_000, seed, endOnFailure: true });
    expect(result.failed).toBe(true);
  });
});
