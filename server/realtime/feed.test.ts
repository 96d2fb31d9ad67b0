import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { channels } from '../bus/bus.ts';
import { MemoryBus } from '../bus/memory.ts';
import { ManualClock } from '../clock.ts';
import { espoTopic, espoTopicOf, inboxTopic, presenceTopic, replyingTopic } from '../contract/topic.ts';
import type { Position } from '../contract/wire.ts';
import { createLog } from '../log.ts';
import { Feed, feedDefaults } from './feed.ts';
import { Heads } from './heads.ts';
import { messageRow, rowsOf } from './testing/rows.ts';

/** Notes what would go out. Users are texts; `topics` are those somebody listens to. */
class Board {
  heard = new Set<string>();
  published: { topic: string; event: unknown }[] = [];
  publish(topic: string, argument: string): number {
    this.published.push({ topic, event: JSON.parse(argument) });
    return 1;
  }
  topics(): Iterable<string> {
    return [...this.heard];
  }
  isHeard(topic: string): boolean {
    return this.heard.has(topic);
  }
  listeners(): Set<string> {
    return new Set(['ann']);
  }
}

const bus = new MemoryBus();
let clock: ManualClock;
let board: Board;
let heads: Heads;
let lines: string[];
let addressOf: (chatId: number) => Promise<string | undefined>;
let headOf: (inboxId: number) => Promise<Position | undefined>;
const era = 'one';
let feed: Feed<string>;

beforeEach(() => {
  [clock, board, heads, lines] = [new ManualClock(), new Board(), new Heads(), []];
  addressOf = async (chatId) => `${chatId}@c.us`;
  headOf = async () => undefined;
  feed = new Feed<string>({
    bus,
    clock,
    heads,
    outlet: board,
    log: createLog('debug', { write: (line) => void lines.push(line) }),
    mayRead: () => true,
    chatAddress: (_inboxId, chatId) => addressOf(chatId),
    chatOfAddress: async (_inboxId, address) => (address === '99@lid' ? 9 : undefined),
    headOf: (inboxId) => headOf(inboxId),
    limits: { ...feedDefaults, espoQueue: 3 },
  });
});
afterEach(async () => {
  const closing = feed[Symbol.asyncDispose]();
  await clock.advance(1_000);
  await closing;
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function push(payload: unknown): Promise<void> {
  bus.publish(channels.push, payload);
  await settle();
}

describe('pushes', () => {
  test('go out on the topic of their Inbox, as they came', async () => {
    board.heard.add(inboxTopic(1));
    const payload = { inboxId: 1, seq: 4, era, rows: rowsOf(messageRow()) };
    await push(payload);
    expect(board.published).toEqual([{ topic: inboxTopic(1), event: payload }]);
  });

  test('nobody listens to cost nothing but raise the head', async () => {
    await push({ inboxId: 1, seq: 4, era, rows: rowsOf(messageRow()) });
    await push({ inboxId: 1, seq: 3, era, rows: null });
    expect(board.published).toEqual([]);
    expect(heads.get(1)).toEqual({ seq: 4, era });
    expect(heads.get(2)).toBeUndefined();
  });

  test('over 48 KiB go out as a hint; the size is counted in bytes, not letters', async () => {
    board.heard.add(inboxTopic(1));
    await push({ inboxId: 1, seq: 4, era, rows: rowsOf(messageRow({ body: 'ж'.repeat(25_000) })) });
    expect(board.published).toEqual([
      { topic: inboxTopic(1), event: { inboxId: 1, seq: 4, era, rows: null } },
    ]);
    expect(feed.counters.hints).toBe(1);
  });

  test.each([null, 7, {}, { inboxId: '1', seq: 1, rows: null }, { inboxId: 1, seq: 1, era, rows: {} }])(
    'that cannot be read are logged and go nowhere: %j',
    async (payload) => {
      board.heard.add(inboxTopic(1));
      await push(payload);
      expect(board.published).toEqual([]);
      expect(lines.join()).toContain('cannot be read');
    },
  );
});

test('after the database was brought back the head is where it counts now, though that is less', async () => {
  board.heard.add(inboxTopic(1));
  await push({ inboxId: 1, seq: 100, era, rows: null });
  headOf = async () => ({ seq: 51, era: 'two' });
  await clock.advance(15_000);
  expect(board.published.at(-1)?.event).toEqual({ inboxId: 1, seq: 51, era: 'two', rows: null });
  expect(heads.get(1)).toEqual({ seq: 51, era: 'two' });
});

describe('heartbeats', () => {
  test('tell every Inbox with listeners the head the database has: a push the bus lost is noticed', async () => {
    board.heard.add(inboxTopic(1)).add(espoTopic);
    await push({ inboxId: 1, seq: 4, era, rows: null });
    board.published = [];
    headOf = async () => ({ seq: 6, era });
    await clock.advance(15_000);
    expect(board.published).toEqual([
      { topic: inboxTopic(1), event: { inboxId: 1, seq: 6, era, rows: null } },
    ]);
    expect(heads.get(1)).toEqual({ seq: 6, era });
  });

  test('tell the last head known while the database is away, and nothing of an unknown Inbox', async () => {
    board.heard.add(inboxTopic(1)).add(inboxTopic(2));
    await push({ inboxId: 1, seq: 4, era, rows: null });
    board.published = [];
    headOf = () => Promise.reject(new Error('no database'));
    await clock.advance(15_000);
    expect(board.published).toEqual([
      { topic: inboxTopic(1), event: { inboxId: 1, seq: 4, era, rows: null } },
    ]);
    await clock.advance(15_000);
    expect(board.published).toHaveLength(2);
  });
});

describe('the topic `WhatsApp`', () => {
  beforeEach(() => void board.heard.add(espoTopic));
  const bodies = (): unknown[] =>
    board.published.map(({ event }) => (event as { data: { body: string } }).data.body);

  test('keeps the order of an Inbox though addresses take their time', async () => {
    const first = Promise.withResolvers<string>();
    addressOf = (chatId) => (chatId === 1 ? first.promise : Promise.resolve('2@c.us'));
    await push({ inboxId: 1, seq: 1, era, rows: rowsOf(messageRow({ id: 1, chatId: 1, body: 'one' })) });
    await push({ inboxId: 1, seq: 2, era, rows: rowsOf(messageRow({ id: 2, chatId: 2, body: 'two' })) });
    await push({
      inboxId: 2,
      seq: 1,
      era,
      rows: rowsOf(messageRow({ id: 3, chatId: 2, body: 'elsewhere' })),
    });
    expect(bodies()).toEqual(['elsewhere']);
    first.resolve('1@c.us');
    await settle();
    expect(bodies()).toEqual(['elsewhere', 'one', 'two']);
  });

  test('skips pushes rather than let them pile up behind a database that hangs', async () => {
    addressOf = () => new Promise(() => {});
    for (let seq = 1; seq <= 5; seq++) {
      await push({ inboxId: 1, seq, era, rows: rowsOf(messageRow({ seq })) });
    }
    expect(feed.counters.skippedEspo).toBe(2);
    const closing = feed[Symbol.asyncDispose]();
    await clock.advance(1_000);
    await closing;
  });

  test('is silent of a Chat without an Address, and goes on after a failed look-up', async () => {
    addressOf = async (chatId) => {
      if (chatId === 1) return undefined;
      if (chatId === 2) throw new Error('no database');
      return '3@c.us';
    };
    for (const chatId of [1, 2, 3]) {
      await push({
        inboxId: 1,
        seq: chatId,
        era,
        rows: rowsOf(messageRow({ id: chatId, chatId, body: `${chatId}` })),
      });
    }
    expect(bodies()).toEqual(['3']);
  });
});

describe('the topic of one Chat, `whatsapp.message.<chatId>`', () => {
  const two = (): Promise<void> =>
    push({
      inboxId: 1,
      seq: 2,
      era,
      rows: rowsOf(messageRow({ id: 1, chatId: 1 }), messageRow({ id: 2, chatId: 2, body: 'elsewhere' })),
    });

  test('has the events of that Chat and no others', async () => {
    board.heard.add(espoTopicOf('2@c.us'));
    await two();
    expect(board.published).toMatchObject([
      { topic: 'whatsapp.message.2@c.us', event: { action: 'message', chatId: '2@c.us' } },
    ]);
  });

  test('and `WhatsApp` beside it has the same, each once', async () => {
    board.heard.add(espoTopicOf('2@c.us')).add(espoTopic);
    await two();
    expect(board.published.map(({ topic }) => topic)).toEqual([espoTopic, espoTopic, espoTopicOf('2@c.us')]);
    expect(board.published[2]!.event).toEqual(board.published[1]!.event);
  });

  test('counts as listening to the Inbox: rows are brought for it', () => {
    expect(feed.isHeard(1)).toBe(false);
    board.heard.add(espoTopicOf('2@c.us'));
    expect(feed.isHeard(1)).toBe(true);
  });
});

test('who writes on the other side is told on the seed’s topics, under the Chat’s own Address; being online is not', async () => {
  const tell = async (chat: string, presence: string): Promise<void> => {
    bus.publish(channels.presence, { inboxId: 1, chat, presence });
    await settle();
  };
  await tell('99@lid', 'typing');
  expect(board.published).toEqual([]);
  board.heard.add(espoTopic);
  for (const presence of ['typing', 'paused', 'recording', 'online', 'offline'])
    await tell('99@lid', presence);
  await tell('77@lid', 'typing');
  await tell('nobody', 'typing');
  const timestamp = Math.floor(clock.now() / 1000);
  expect(board.published).toEqual(
    [true, false, true].map((isTyping) => ({
      topic: espoTopic,
      event: { action: 'typing', chatId: '9@c.us', timestamp, data: { isTyping, timestamp } },
    })),
  );
});

test('what the other side of a Chat is doing goes out on a topic of its own, to those who listen', async () => {
  const tell = async (chat: string, presence: string): Promise<void> => {
    bus.publish(channels.presence, { inboxId: 1, chat, presence });
    await settle();
  };
  await tell('99@lid', 'typing');
  board.heard.add(presenceTopic(1));
  for (const presence of ['typing', 'online', 'dancing']) await tell('99@lid', presence);
  await tell('77@lid', 'typing');
  bus.publish(channels.presence, { inboxId: 1, chat: '99@lid', presence: 'offline', lastSeen: 5 });
  await settle();
  expect(board.published.pop()?.event).toEqual({ inboxId: 1, chatId: 9, presence: 'offline', lastSeen: 5 });
  expect(board.published).toEqual(
    ['typing', 'online'].map((presence) => ({
      topic: 'chatdock.inbox.1.presence',
      event: { inboxId: 1, chatId: 9, presence },
    })),
  );
  expect(heads.get(1)).toBeUndefined();
});

test('who is replying, or looking, goes out on its own topic, to those who listen, and changes no head', async () => {
  const what = { inboxId: 1, chatId: 5, agent: { id: 2, name: 'Ben' }, isReplying: true };
  const { isReplying: isViewing, ...at } = what;
  bus.publish(channels.replying, what);
  await settle();
  expect(board.published).toEqual([]);
  board.heard.add(replyingTopic(1));
  bus.publish(channels.replying, what);
  bus.publish(channels.replying, { ...what, agent: 'Ben' });
  bus.publish(channels.viewing, { ...at, isViewing });
  bus.publish(channels.viewing, what);
  await settle();
  expect(board.published).toEqual(
    [what, { ...at, isViewing }].map((event) => ({ topic: 'chatdock.inbox.1.replying', event })),
  );
  expect(heads.get(1)).toBeUndefined();
});
