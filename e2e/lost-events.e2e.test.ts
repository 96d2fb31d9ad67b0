import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';

const marco = '393478812043@c.us';
let it: LinkedHouse;
beforeAll(async () => {
  it = await startLinkedHouse({ main: 'e2e/hears-nothing.ts' });
});
afterAll(() => it?.house[Symbol.asyncDispose]());

test('every live event is lost: what the phone has is here within one interval, once, and raises no unread', async () => {
  const { api, phone, inboxId } = it;
  const bodies = Array.from({ length: 60 }, (_, n) => `lost ${n}`);
  for (const body of bodies) await phone.writes(marco, body);
  const found = async (): Promise<string[]> =>
    (await api.messagesOf(inboxId)).map((row) => row.body).filter((body) => body.startsWith('lost '));
  await vi.waitUntil(async () => (await found()).length >= bodies.length, { timeout: 60_000, interval: 200 });
  expect((await found()).toSorted()).toEqual(bodies.toSorted());
});
