import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Address } from '../../contract/address.ts';
import type { Ack } from '../../contract/ack.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { GroupWatch, type Receipts } from './group-watch.ts';

const chat = '120363041234567890@g.us' as Address;
const luca = '393209876543@c.us' as Address;
const marco = '393478812043@c.us' as Address;

let told: EngineEvent[];
let asked: string[];
let reached: Map<Address, Ack>;
let answer: () => Promise<Receipts | undefined>;
let watch: GroupWatch;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  asked = [];
  reached = new Map();
  answer = async () => ({
    events: [...reached].map(([member, ack]) => ({
      kind: 'receipt',
      messageId: 'M',
      chat,
      member,
      ack,
      at: 1,
    })),
    isComplete: [...reached.values()].length === 2 && [...reached.values()].every((ack) => ack >= 3),
  });
  watch = new GroupWatch({
    receipts: ({ messageId }) => {
      asked.push(messageId);
      return answer();
    },
    group: async (of) => {
      asked.push(of);
      return { kind: 'group', chat: of, at: 1, subject: 'x' };
    },
    tell: (event) => void told.push(event),
  });
});
afterEach(() => {
  watch.close();
  vi.useRealTimers();
});
const sent = (messageId: string, of = chat, ago = 0, origin: 'live' | 'history' = 'live'): void => {
  const what = { fromMe: true, type: 'text', body: '', at: Date.now() - ago, origin } as const;
  watch.hear({ kind: 'message', messageId, chat: of, ...what });
};
const pass = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);

test('each member’s rung is told once, and nothing is asked any more when all have read', async () => {
  sent('M');
  reached.set(luca, 2);
  await pass(2);
  reached.set(luca, 3).set(marco, 2);
  await pass(6);
  await pass(20);
  expect(told.map((event) => event.kind === 'receipt' && [event.member, event.ack])).toEqual([
    [luca, 2],
    [luca, 3],
    [marco, 2],
  ]);
  reached.set(marco, 3);
  await pass(60);
  const looks = asked.length;
  await pass(100_000);
  expect(told).toHaveLength(4);
  expect(asked).toHaveLength(looks);
});

test('a tick of the whole group is a reason to look at once', async () => {
  sent('M');
  await pass(300);
  const before = asked.length;
  watch.hear({ kind: 'ack', messageId: 'M', ack: 3 });
  watch.hear({ kind: 'ack', messageId: 'other', ack: 3 });
  expect(asked.slice(before)).toEqual(['M']);
});

test('a look that fails is followed by the next', async () => {
  sent('M');
  const works = answer;
  answer = () => Promise.reject(new Error('not connected'));
  await pass(2);
  answer = works;
  reached.set(luca, 2);
  await pass(6);
  expect(told).toHaveLength(1);
});

test('the newest fifty are watched, talks of two and what is long past never', async () => {
  sent('D', luca);
  sent('H', chat, 13 * 3_600_000, 'history');
  for (let index = 0; index < 60; index++) sent(`M${index}`);
  await pass(2);
  expect(new Set(asked)).toEqual(new Set(Array.from({ length: 50 }, (_, index) => `M${index + 10}`)));
});

test('what was sent while we were away is watched from its history', async () => {
  sent('M', chat, 3_600_000, 'history');
  reached.set(luca, 3);
  await pass(2);
  expect(told).toMatchObject([{ kind: 'receipt', member: luca, ack: 3 }]);
});

test('changes that come together are one look at the group', async () => {
  for (const member of [luca, marco])
    watch.hear({ kind: 'membership', chat, members: [member], role: 'member', at: 1 });
  await pass(5);
  expect(asked).toEqual([chat]);
  expect(told).toEqual([{ kind: 'group', chat, at: 1, subject: 'x' }]);
});

test('after the end nothing is asked and nothing told', async () => {
  sent('M');
  watch.hear({ kind: 'membership', chat, members: [luca], role: 'gone', at: 1 });
  watch.close();
  sent('N');
  await pass(100_000);
  expect([asked, told]).toEqual([[], []]);
});
