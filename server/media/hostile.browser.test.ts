import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { sqliteForTest } from '../../db/testing.ts';
import { newInbox, openTestRoom, scope, textEvent } from '../chat/testing.ts';
import { mediaForTest } from './testing.ts';

/** Whose addresses they are. */
const holder = 'a'.repeat(64);

/** One pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const trap = 'window.__pwned=1;parent.__pwned=1;top.__pwned=1;';

/** Two seconds of silence. */
function wav(): Buffer {
  const head = Buffer.alloc(44);
  const bytes = 8_000 * 2;
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + bytes, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(8_000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(bytes, 40);
  return Buffer.concat([head, Buffer.alloc(bytes, 128)]);
}

test('a page of another origin shows pictures and plays sound; nothing in a file runs, is framed or is taken for a script', async () => {
  await using database = await sqliteForTest();
  const { db } = database;
  await using chat = openTestRoom(db);
  await using media = await mediaForTest({ db, chat: chat.room, clock: chat.clock, log: chat.log });
  const inboxId = await newInbox(db);
  const server = createServer((request, response) => {
    if (media.room.handle(request, response)) return;
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>CRM</title><link rel="icon" href="data:,">');
  });
  await new Promise<void>((done) => server.listen(0, done));
  onTestFinished(() => void server.closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const host = `http://localhost:${port}/`;
  const give = async (mime: string, bytes: Uint8Array, fileName = ''): Promise<string> => {
    const event = textEvent({ type: 'document' });
    await chat.room.receive(inboxId, [event], 'engine');
    const { id: message } = await db
      .selectFrom('message')
      .select('id')
      .where('message_id', '=', event.messageId)
      .executeTakeFirstOrThrow();
    const id = await media.give(inboxId, message, { mime, fileName }, bytes);
    return `http://127.0.0.1:${port}${(await media.room.urls(scope, [id], holder)).get(id)!.original}`;
  };
  const picture = await give('image/png', png);
  const sound = await give('audio/wav', wav());
  const html = `<!doctype html><script>${trap}</script>`;
  const hostile = [
    await give('text/html', Buffer.from(html), 'x.html'),
    await give('image/jpeg', Buffer.from(html), 'x.jpg'),
    await give(
      'image/svg+xml',
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>${trap}</script></svg>`),
    ),
    await give('text/javascript', Buffer.from(trap), 'x.js'),
    await give('image/gif', Buffer.from(`GIF89a=1;${trap}`), 'x.gif'),
    await give('image/png', Buffer.concat([png, Buffer.from(html)]), 'x.html'),
    await give('application/pdf', Buffer.from(`%PDF-1.7\n/JS (${trap})`), 'x.pdf'),
  ];

  const browser = await chromium.launch({
    executablePath: process.env['CHATDOCK_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(host);
  const shown = await page.evaluate(
    async ([pictureUrl, soundUrl]) => {
      const image = new Image();
      image.src = pictureUrl!;
      await image.decode();
      const audio = new Audio(soundUrl);
      await new Promise((done, failed) => {
        audio.addEventListener('loadedmetadata', done);
        audio.addEventListener('error', failed);
      });
      const length = audio.duration;
      audio.currentTime = 1.5;
      await new Promise((done) => audio.addEventListener('seeked', done));
      return { width: image.naturalWidth, length, at: audio.currentTime };
    },
    [picture, sound],
  );
  expect(shown).toEqual({ width: 1, length: 2, at: 1.5 });

  await page.evaluate((urls) => {
    for (const url of urls) {
      for (const [tag, name] of [
        ['script', 'src'],
        ['iframe', 'src'],
        ['embed', 'src'],
        ['object', 'data'],
        ['link', 'href'],
        ['img', 'src'],
      ] as const) {
        const element = document.createElement(tag);
        element.setAttribute(name, url);
        if (tag === 'link') element.setAttribute('rel', 'stylesheet');
        document.body.append(element);
      }
    }
  }, hostile);
  await page.waitForLoadState('networkidle');
  expect(await page.evaluate(() => '__pwned' in globalThis)).toBe(false);

  for (const url of hostile) {
    const tab = await browser.newPage();
    const download = tab.waitForEvent('download', { timeout: 60_000 }).catch(() => undefined);
    const opened = await tab.goto(url).catch(() => undefined);
    if (opened) {
      expect(opened.headers()['content-type'], url).toMatch(/^image\/(gif|png)$/);
      expect(await tab.evaluate(() => '__pwned' in globalThis)).toBe(false);
    } else expect(await download, url).toBeDefined();
    await tab.close();
  }
});
