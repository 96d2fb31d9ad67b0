import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { fetchOf, told } from '../conformance-trial.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { elena, giulia, Trial } from './testing.ts';

const owned: Trial[] = [];
async function linked(): Promise<Trial> {
  const trial = await Trial.start();
  owned.push(trial);
  await trial.link();
  return trial;
}
afterEach(async () => {
  for (const trial of owned.splice(0)) await trial[Symbol.asyncDispose]();
});

test('a file that fails twice comes at the third time of asking; nothing is left of the failures', async () => {
  const trial = await linked();
  const { world } = trial.sandbox;
  const event = await told(trial, () => world.inbound({ from: giulia, sample: 'photo' }));
  world.setFaults({ media: 'fail-twice' });
  const file = join(trial.directory, 'photo');
  for (const _ of [1, 2]) {
    expect(await fetchOf(trial, event, file)).toMatchObject({ kind: 'later' });
    expect(await readdir(trial.directory)).toEqual([]);
  }
  expect(await fetchOf(trial, event, file)).toMatchObject({ kind: 'fetched', mime: 'image/jpeg' });
});

test('a file that neither the servers nor the phone have is gone; one too large is not begun', async () => {
  const trial = await linked();
  const { world } = trial.sandbox;
  const event = await told(trial, () => world.inbound({ from: giulia, sample: 'photo' }));
  const file = join(trial.directory, 'photo');
  expect(await fetchOf(trial, event, file, 100)).toEqual({ kind: 'gone', reason: 'too-large' });
  world.setFaults({ media: 'gone' });
  expect(await fetchOf(trial, event, file)).toEqual({ kind: 'gone', reason: 'expired' });
  expect(await readdir(trial.directory)).toEqual([]);
});

test('an upload that is refused was certainly not sent', async () => {
  const trial = await linked();
  trial.sandbox.world.setFaults({ uploads: 'refuse' });
  const file = join(import.meta.dirname, '../../../sandbox/samples/photo.jpg');
  const outcome = await trial.session.send({
    chat: giulia as never,
    body: '',
    clientId: 'refused',
    media: { file, mime: 'image/jpeg', size: 1, fileName: 'a.jpg', as: 'image' },
    signal: new AbortController().signal,
  });
  expect(outcome).toMatchObject({ kind: 'not-sent' });
  expect(trial.sandbox.world.outbox).toEqual([]);
});

test('history goes on backwards from what is known, in bounded pages', async () => {
  const trial = await linked();
  const known = () => trial.messages().filter(({ body }) => body.startsWith('old'));
  // The recent history is a file: it comes after the link.
  await expect.poll(() => known().length, { timeout: 30_000 }).toBe(30);
  const before = Math.min(...trial.messages().map(({ at }) => at));
  const pages: EngineEvent[][] = [];
  const signal = new AbortController().signal;
  const request = { chat: giulia as never, before: before + 1_000, chats: 1, messagesPerChat: 40, signal };
  for await (const page of trial.session.history!(request)) pages.push(page);
  expect(pages.every((page) => page.length <= 100)).toBe(true);
  const earlier = pages.flat().flatMap((event) => (event.kind === 'message' ? [event] : []));
  expect(earlier.every(({ origin }) => origin === 'history')).toBe(true);
  expect(earlier.map(({ body }) => body).toSorted()).toEqual(
    Array.from({ length: 40 }, (_, index) => `old ${index + 10}`).toSorted(),
  );
});

test('a hidden number stays hidden until the pair is learnt, which is a fact of its own', async () => {
  const trial = await linked();
  const { world } = trial.sandbox;
  const heard = trial.next('message', ({ chat }) => chat === elena);
  world.inbound({ from: elena, body: 'buongiorno' });
  await heard;
  expect(trial.events.filter((event) => event.kind === 'address-pair' && event.lid === elena)).toEqual([]);
  const pair = trial.next('address-pair', ({ lid }) => lid === elena);
  world.learnPair('393401112223@c.us', elena);
  expect(await pair).toEqual({ kind: 'address-pair', lid: elena, phone: '393401112223@c.us' });
  const sent = await trial.session.send({
    chat: elena as never,
    body: 'buongiorno a lei',
    clientId: 'elena',
    signal: new AbortController().signal,
  });
  expect(await trial.arrivedAt(sent)).toMatchObject({ chat: elena, body: 'buongiorno a lei' });
});

test('a burst of 200 messages: all are told, in order, each once', async () => {
  const trial = await linked();
  const last = trial.next('message', ({ body }) => body === 'n 199');
  for (let n = 0; n < 200; n++) trial.sandbox.world.inbound({ from: giulia, body: `n ${n}` });
  await last;
  const heard = trial.messages().filter(({ body }) => /^n \d+$/.test(body));
  expect(heard.map(({ body }) => body)).toEqual(Array.from({ length: 200 }, (_, n) => `n ${n}`));
});
