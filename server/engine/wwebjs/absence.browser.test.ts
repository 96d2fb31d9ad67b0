import { expect, test } from 'vitest';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { giulia, type Trial } from './testing.ts';
import { linkedNumber, trialsOfATest } from './testing-linked.ts';

// What happened while nobody listened, however much: the newest page of each chat is not enough.

const second = 1_000;
const t = Math.floor(Date.now() / second) - 9_000;
const busy = 130;
const paolo = '393920001122@c.us';
const world = {
  people: [
    { phone: giulia, name: 'Giulia Rossi', pushName: 'Giulia' },
    { phone: paolo, name: 'Paolo', pushName: 'Paolo' },
  ],
  chats: [{ id: giulia }, { id: paolo }],
  messages: [
    ...Array.from({ length: busy }, (_, n) => ({ chat: giulia, body: `${n}`, t: t + n * 10 })),
    { chat: paolo, body: 'long ago', t: t - 5_000 },
  ],
};

const trialOf = trialsOfATest();
const number = linkedNumber({ world });

async function pullSince(trial: Trial, since: number): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  const request = { chats: 500, messagesPerChat: 0, since, signal: new AbortController().signal };
  for await (const page of trial.session.history!(request)) {
    expect(page.length).toBeLessThanOrEqual(100);
    events.push(...page);
  }
  return events;
}

test('an absence in which one chat got more messages than a page leaves no hole', async () => {
  const trial = await number();
  const since = (t + 100) * second;
  const events = await pullSince(trial, since);

  const messages = events.filter((event) => event.kind === 'message');
  const bodies = new Set(messages.filter((event) => event.at >= since).map((event) => event.body));
  expect([...bodies].map(Number).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: busy - 10 }, (_, n) => n + 10),
  );
  // Chats in which nothing happened are told of, but not read.
  expect(events.some((event) => event.kind === 'chat' && event.chat === paolo)).toBe(true);
  expect(messages.some((event) => event.chat === paolo)).toBe(false);
});

test('more messages of one second than fit on a page', async () => {
  const second = { chat: giulia, t: t + 50 };
  const messages = [
    { chat: giulia, body: 'long ago', t: t - 5_000 },
    ...Array.from({ length: busy }, (_, n) => ({ ...second, body: `${n}` })),
  ];
  const trial = await trialOf({ world: { ...world, messages } });
  await trial.link();
  const events = await pullSince(trial, t * 1_000);
  const bodies = new Set(events.flatMap((event) => (event.kind === 'message' ? [event.body] : [])));
  expect(bodies.size).toBe(busy + 1);
});

test('an absence in which nothing happened reads no chat', async () => {
  const trial = await number();
  const events = await pullSince(trial, Date.now() + 60 * second);
  expect(events.filter((event) => event.kind === 'message')).toEqual([]);
  expect(events.filter((event) => event.kind === 'chat')).toHaveLength(2);
});
