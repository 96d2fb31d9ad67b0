import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { phoneAddress, type Address } from '../../contract/address.ts';
import type { AddressPairEvent, EngineEvent, MessageEvent } from '../../contract/engine-event.ts';
import { Lids } from './lids.ts';

const phone = phoneAddress('393331234567');
const lid = '45677788899911@lid' as Address;
const pair = { kind: 'address-pair', lid, phone } as const;
const group = '120363000000000001@g.us' as Address;

let told: EngineEvent[];
let looks: Address[][];
let asks: Address[];
let known: Map<Address, Address>;
/** What WhatsApp answers when asked. */
let answers: Map<Address, AddressPairEvent>;
let lids: Lids;

beforeEach(() => {
  vi.useFakeTimers();
  [told, looks, asks, known, answers] = [[], [], [], new Map(), new Map()];
  lids = new Lids({
    look: async (addresses) => {
      looks.push([...addresses]);
      return addresses.map((address) => known.get(address));
    },
    ask: async (address) => {
      asks.push(address);
      return answers.get(address);
    },
    tell: (event) => told.push(event),
  });
});
afterEach(() => {
  lids.close();
  vi.useRealTimers();
});

let ids = 0;
const message = (chat: Address, more: Partial<MessageEvent> = {}): MessageEvent => ({
  kind: 'message',
  messageId: `M${++ids}`,
  chat,
  fromMe: false,
  type: 'text',
  body: 'ciao',
  at: 1,
  origin: 'live',
  ...more,
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test.each([
  ['a LID', lid],
  ['a number', phone],
])(
  'who writes under %s whose pair the page knows is told after the event, once, and nobody is asked',
  async (_, from) => {
    known.set(lid, phone).set(phone, lid);
    lids.hear(message(from));
    expect(told).toEqual([]);
    await pass(1_000);
    expect(told).toEqual([pair]);
    for (const address of [lid, phone]) lids.hear(message(address));
    await pass(600_000);
    expect(looks).toHaveLength(1);
    expect(asks).toEqual([]);
    expect(told).toEqual([pair]);
  },
);

test('a person under a number whose pair only WhatsApp knows: asked once, and told', async () => {
  answers.set(phone, pair);
  lids.hear(message(phone));
  await pass(1_000);
  expect(asks).toEqual([phone]);
  expect(told).toEqual([pair]);
});

test('a pair the page learns later, by itself, is told within seconds of the last word, within a minute ever after', async () => {
  lids.hear(message(lid));
  lids.hear(message(phone));
  await pass(4_000);
  known.set(lid, phone).set(phone, lid);
  await pass(4_100);
  expect(told).toEqual([pair]);

  const other = phoneAddress('390000000001');
  lids.hear(message(other));
  await pass(3_600_000);
  known.set(other, '99@lid' as Address);
  await pass(61_000);
  expect(told).toHaveLength(2);
});

test('who stays unknown is looked for ever less, and asked about ever more rarely, however much they write', async () => {
  lids.hear(message(lid));
  await pass(600_000);
  expect(looks.length).toBeGreaterThan(5);
  expect(looks.length).toBeLessThan(20);
  const before = looks.length;
  for (let day = 0; day < 24 * 60; day++) {
    lids.hear(message(lid));
    await pass(60_000);
  }
  // A few looks for each message; questions after 0, 10, 30, 70, 150, 310, 630 and 1270 minutes.
  expect(looks.length - before).toBeLessThan(24 * 60 * 8);
  expect(asks.length).toBe(8);
});

test('a burst of messages is one look, of everybody at once', async () => {
  for (let n = 0; n < 500; n++) lids.hear(message(phoneAddress(`39000000${n % 50}`)));
  await pass(250);
  expect(looks.map((one) => one.length)).toEqual([50]);
});

test('members of groups, contacts and history are looked for in the page, never asked about', async () => {
  lids.hear(message(group, { sender: lid }));
  lids.hear(message(phone, { origin: 'history' }));
  lids.hear({ kind: 'contact', address: phoneAddress('390000000002') });
  lids.hear({ kind: 'chat', chat: phoneAddress('390000000003') });
  await pass(600_000);
  expect(looks[0]).toHaveLength(4);
  expect(looks.flat()).not.toContain(group);
  expect(asks).toEqual([]);
});

test('ten thousand listed people do not push out the one who writes', async () => {
  for (let n = 0; n < 10_000; n++) lids.hear({ kind: 'contact', address: phoneAddress(`39${n}`) });
  lids.hear(message(lid));
  known.set(lid, phone);
  await pass(1_000);
  expect(told).toEqual([pair]);
  expect(Math.max(...looks.map((one) => one.length))).toBeLessThanOrEqual(200);
});

test('a page that cannot be looked at is looked at later', async () => {
  const faults = [new Error('not connected'), new Error('not connected')];
  lids = new Lids({
    look: async (addresses) => {
      const fault = faults.pop();
      if (fault) throw fault;
      return addresses.map((address) => (address === lid ? phone : undefined));
    },
    ask: async () => undefined,
    tell: (event) => told.push(event),
  });
  lids.hear(message(lid));
  await pass(11_000);
  expect(told).toEqual([pair]);
});

test('a pair that was told elsewhere is not looked for, and nothing is told after the end', async () => {
  lids.hear(message(lid));
  lids.hear(pair);
  await pass(1_000);
  expect(looks).toEqual([]);
  const late = phoneAddress('390000000004');
  known.set(late, '77@lid' as Address);
  lids.hear(message(late));
  lids.close();
  await pass(10_000);
  expect(told).toEqual([]);
});
