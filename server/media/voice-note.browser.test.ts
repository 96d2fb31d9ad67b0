import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { chromium, type Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { sqliteForTest } from '../../db/testing.ts';
import { openTestRoom, scope } from '../chat/testing.ts';
import { writeOggOpus } from './ogg-opus.ts';
import { sniff } from './sniff.ts';
import { mediaForTest } from './testing.ts';
import { readWebmOpus } from './webm-opus.ts';

/** What Chromium records of a tone of 440 Hz, in pieces, as the widget does. */
async function record(page: Page, milliseconds: number): Promise<Buffer> {
  const base64 = await page.evaluate(async (length) => {
    const context = new AudioContext({ sampleRate: 48_000 });
    const tone = new OscillatorNode(context, { frequency: 440 });
    const sink = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    tone.connect(sink);
    tone.start();
    await context.resume();
    const recorder = new MediaRecorder(sink.stream, {
      mimeType: 'audio/webm;codecs=opus',
      audioBitsPerSecond: 32_000,
    });
    const chunks: Blob[] = [];
    recorder.addEventListener('dataavailable', (event) => chunks.push(event.data));
    const ended = new Promise((resolve) => recorder.addEventListener('stop', resolve));
    recorder.start(500);
    // By the clock of the sound: on a busy machine it runs behind ours.
    const from = context.currentTime;
    const look = setInterval(() => {
      if ((context.currentTime - from) * 1_000 < length) return;
      clearInterval(look);
      recorder.stop();
    }, 20);
    await ended;
    const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }, milliseconds);
  return Buffer.from(base64, 'base64');
}

/** Seconds, and how often the wave passes zero upwards in each. */
function listen(page: Page, sound: Uint8Array): Promise<{ seconds: number; hertz: number; loudest: number }> {
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    const context = new OfflineAudioContext(1, 48_000, 48_000);
    const decoded = await context.decodeAudioData(bytes.buffer);
    const wave = decoded.getChannelData(0);
    let passes = 0;
    let loudest = 0;
    for (let n = 1; n < wave.length; n++) {
      if (wave[n - 1]! < 0 && wave[n]! >= 0) passes += 1;
      loudest = Math.max(loudest, Math.abs(wave[n]!));
    }
    return { seconds: decoded.duration, hertz: passes / decoded.duration, loudest };
  }, Buffer.from(sound).toString('base64'));
}

test('what Chromium records becomes a voice note of the same sound, and plays', async () => {
  await using database = await sqliteForTest();
  await using chat = openTestRoom(database.db);
  const { clock, log } = chat;
  await using media = await mediaForTest({ db: database.db, chat: chat.room, clock, log });
  const executablePath = process.env['CHATDOCK_CHROMIUM'];
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const recorded = await record(page, 1_800);
  expect(sniff(recorded)).toBe('video/webm');

  const server = createServer((request, response) => {
    media.room
      .receive(scope, request, { mime: 'audio/webm;codecs=opus', fileName: 'voice.webm', kind: 'voice' })
      .then(
        (row) => response.end(JSON.stringify(row)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const answer = await fetch(url, { method: 'POST', body: new Uint8Array(recorded) });
  const row = (await answer.json()) as { kind: string; sniffed: string; file_name: string; digest: string };
  expect(row).toMatchObject({
    kind: 'voice',
    mime: 'audio/ogg; codecs=opus',
    sniffed: 'audio/ogg; codecs=opus',
    file_name: 'voice.ogg',
  });
  expect(await media.incoming()).toEqual([]);
  const opened = await media.parts.store.open(row.digest);
  const ogg = Buffer.concat(await opened!.body.toArray());
  const heard = await listen(page, ogg);
  const before = await listen(page, recorded);
  expect(heard.seconds).toBeGreaterThan(1.2);
  expect(Math.abs(heard.seconds - before.seconds)).toBeLessThan(0.15);
  // A busy machine leaves holes in what it records; what is made of it has the same ones.
  expect(before.hertz).toBeGreaterThan(100);
  expect(before.hertz).toBeLessThan(480);
  expect(Math.abs(heard.hertz - before.hertz)).toBeLessThan(before.hertz * 0.1);
  expect(heard.loudest).toBeGreaterThan(0.3);

  const track = readWebmOpus(recorded)!;
  expect(track.packets.length).toBeGreaterThan(20);
  // A recording cut anywhere is a shorter one, or none; it never throws.
  fc.assert(
    fc.property(fc.nat(recorded.length), (length) => {
      const cut = readWebmOpus(recorded.subarray(0, length));
      expect(cut?.packets.length ?? 0).toBeLessThanOrEqual(track.packets.length);
      if (cut) expect(writeOggOpus(cut)).toBeDefined();
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.nat(recorded.length - 1), fc.nat(255), (at, value) => {
      const spoilt = Buffer.from(recorded);
      spoilt[at] = value;
      const read = readWebmOpus(spoilt);
      if (read) writeOggOpus(read);
    }),
    { numRuns: 500 },
  );
});
