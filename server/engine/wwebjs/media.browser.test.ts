import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { MessageEvent } from '../../contract/engine-event.ts';
import type { SampleName } from '../../../sandbox/sample-name.ts';
import { sample } from '../../../sandbox/samples.ts';
import type { OutgoingMedia } from '../engine.ts';
import { fetchOf } from '../conformance-trial.ts';
import { giulia, Trial } from './testing.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});
// One linked number for all files: each test goes on where the last one ended.
let shared: Promise<Trial> | undefined;
const linked = (): Promise<Trial> => (shared ??= link());
async function link(): Promise<Trial> {
  const trial = await Trial.start();
  await trial.link();
  return trial;
}
afterAll(async () => (await shared)?.[Symbol.asyncDispose]());
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'media-'));
  folders.push(made);
  return made;
}
const { signal } = new AbortController();

async function arrived(trial: Trial, name: SampleName): Promise<MessageEvent> {
  const event = trial.next('message', (one) => one.media !== undefined);
  trial.sandbox.world.inbound({ from: giulia, sample: name });
  return event;
}
test('a file that fails twice is asked for later each time, and then comes', async () => {
  const trial = await linked();
  const directory = await folder();
  trial.sandbox.world.setFaults({ media: 'fail-twice' });
  const event = await arrived(trial, 'photo');
  const file = join(directory, 'photo');
  expect(await fetchOf(trial, event, file)).toMatchObject({ kind: 'later' });
  expect(await fetchOf(trial, event, file)).toMatchObject({ kind: 'later' });
  expect(await readdir(directory)).toEqual([]);
  expect(await fetchOf(trial, event, file)).toMatchObject({ kind: 'fetched' });
});

test('gone for good and not now are told apart', async () => {
  const trial = await linked();
  const { world } = trial.sandbox;
  const file = join(await folder(), 'never');
  world.setFaults({ media: 'gone' });
  const event = await arrived(trial, 'photo');
  expect(await fetchOf(trial, event, file)).toMatchObject({ kind: 'gone', reason: 'error-missing' });
  const lost = await arrived(trial, 'clip');
  world.setPhoneOnline(false);
  expect(await fetchOf(trial, lost, file)).toEqual({ kind: 'later', reason: 'asked-the-phone' });
  world.setPhoneOnline(true);
  world.setFaults({ media: 'normal' });
  const big = await arrived(trial, 'photo');
  expect(await fetchOf(trial, big, file, 100)).toEqual({ kind: 'gone', reason: 'too-large' });
  const { media: _media, ...nobody } = { ...big, messageId: 'ACNOBODY' };
  expect(await fetchOf(trial, nobody, file)).toEqual({ kind: 'gone', reason: 'not-on-this-device' });
  world.revoke(big.messageId);
  expect(await fetchOf(trial, big, file)).toEqual({ kind: 'gone', reason: 'taken-back' });
  const aborted = { message: event, file, largest: 1, signal: AbortSignal.abort() };
  expect(await trial.session.fetchMedia!(aborted)).toEqual({ kind: 'later', reason: 'timeout' });
  await expect(stat(file)).rejects.toThrow('ENOENT');
});

test('a file larger than one piece is put together again', async () => {
  const trial = await linked();
  const file = join(await folder(), 'large');
  const data = Buffer.from(Array.from({ length: 2_500_001 }, (_, index) => (index * 7) % 251));
  const heard = trial.next('message', (event) => event.media !== undefined);
  trial.sandbox.world.inbound({
    from: giulia,
    media: { data, mimetype: 'application/zip', filename: 'a.zip' },
  });
  const answer = await fetchOf(trial, await heard, file, 5_000_000);
  expect(answer).toMatchObject({ kind: 'fetched', size: data.length, fileName: 'a.zip' });
  expect(Buffer.compare(await readFile(file), data)).toBe(0);
});

test('a file that nobody waits for any more is not left behind', async () => {
  const trial = await linked();
  const directory = await folder();
  const { chat, messageId, fromMe } = await arrived(trial, 'photo');
  const message = { chat, messageId, fromMe };
  const waiting = new AbortController();
  const asked = trial.session.fetchMedia!({
    message,
    file: join(directory, 'first'),
    largest: 1_000_000,
    signal: waiting.signal,
  });
  waiting.abort();
  expect(await asked).toEqual({ kind: 'later', reason: 'timeout' });
  const second = { message, file: join(directory, 'second'), largest: 1_000_000, signal };
  expect(await trial.session.fetchMedia!(second)).toMatchObject({ kind: 'fetched' });
  expect(await readdir(directory)).toEqual(['second']);
});

test('a file that is not there, is empty, or is no picture is refused before anything is sent', async () => {
  const trial = await linked();
  const directory = await folder();
  const file = join(directory, 'out');
  const send = (media: Partial<OutgoingMedia>) =>
    trial.session.send({
      chat: giulia as never,
      body: '',
      clientId: 'c',
      signal,
      media: { file, mime: 'image/jpeg', size: 1, fileName: 'x.jpg', as: 'image', ...media },
    });
  expect(await send({})).toEqual({ kind: 'refused', reason: 'file-missing' });
  await writeFile(file, '');
  expect(await send({})).toEqual({ kind: 'refused', reason: 'file-refused' });
  await writeFile(file, 'text');
  expect(await send({ mime: 'text/html' })).toEqual({ kind: 'refused', reason: 'file-refused' });
  expect(await send({ mime: 'video/mp4', as: 'sticker' })).toEqual({
    kind: 'refused',
    reason: 'file-refused',
  });
  expect(trial.sandbox.world.outbox).toEqual([]);
});

test('an upload that fails was certainly not sent', async () => {
  const trial = await linked();
  const file = join(await folder(), 'out.jpg');
  const { data } = sample('photo');
  await writeFile(file, data);
  trial.sandbox.world.setFaults({ uploads: 'refuse' });
  const media = { file, mime: 'image/jpeg', size: data.length, fileName: 'out.jpg', as: 'image' } as const;
  const request = { chat: giulia as never, body: '', clientId: 'c', media, signal };
  expect(await trial.session.send(request)).toEqual({ kind: 'not-sent', reason: 'engine-error' });
  trial.sandbox.world.setFaults({ uploads: 'normal' });
  await trial.arrivedAt(await trial.session.send(request));
  expect(trial.sandbox.world.outbox).toHaveLength(1);
});
