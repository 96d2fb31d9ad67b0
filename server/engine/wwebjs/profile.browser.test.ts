import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Page } from 'puppeteer';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { ArchiveBroken } from '../../session/archive/broken.ts';
import { copyAside, removeFolder } from '../../session/archive/folder.ts';
import { findBrowser, launchArguments } from './browser.ts';
import { keepsFile } from './profile.ts';
import { shellBrowser } from './testing.ts';

// WhatsApp's page keeps its link in IndexedDB and Local Storage. What is kept of the folder is enough for both, also when it
// is copied while the browser writes.

async function start(directory: string, url: string): Promise<{ page: Page; end(): Promise<void> }> {
  const browser = await puppeteer.launch({
    executablePath: findBrowser(shellBrowser())!.path,
    headless: 'shell',
    pipe: true,
    userDataDir: join(directory, 'profile'),
    args: launchArguments('--chatdock-session=profile-test', [], process.getuid?.() === 0),
  });
  const page = await browser.newPage();
  await page.goto(url);
  return { page, end: () => browser.close() };
}

/** In the page: keeps `count` records from number `from` on, each with much in it, one transaction each. */
async function keep({ from, count }: { from: number; count: number }): Promise<void> {
  const asked = indexedDB.open('keys', 1);
  asked.addEventListener('upgradeneeded', () => asked.result.createObjectStore('rows'));
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    asked.addEventListener('success', () => resolve(asked.result));
    asked.addEventListener('error', () => reject(asked.error ?? new Error('no database')));
  });
  for (let n = from; n < from + count; n++) {
    const tx = db.transaction('rows', 'readwrite', { durability: 'strict' });
    tx.objectStore('rows').put({ n, text: 'x'.repeat(20_000), file: new Blob(['y'.repeat(1_000)]) }, n);
    await new Promise((resolve) => tx.addEventListener('complete', resolve));
  }
  localStorage.setItem('kept', String(from + count));
  db.close();
}
/** In the page: the numbers of the records that can be read to their end. */
async function read(): Promise<{ rows: number[]; kept: string | null }> {
  const asked = indexedDB.open('keys', 1);
  asked.addEventListener('upgradeneeded', () => asked.result.createObjectStore('rows'));
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    asked.addEventListener('success', () => resolve(asked.result));
    asked.addEventListener('error', () => reject(asked.error ?? new Error('no database')));
  });
  const all = db.transaction('rows').objectStore('rows').getAll();
  await new Promise((resolve) => all.addEventListener('success', resolve));
  const rows: number[] = [];
  for (const { n, text, file } of all.result as { n: number; text: string; file: Blob }[])
    if (text.length === 20_000 && (await file.text()).length === 1_000) rows.push(n);
  return { rows, kept: localStorage.getItem('kept') };
}

test('what is kept of a profile has both databases of the page, copied at rest or while the page writes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-profile-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const server = createServer((_, response) => response.end('<!doctype html><title>page</title>'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const bounds = { clock: systemClock, largest: 1_000_000_000 };
  const home = join(folder, 'home');
  {
    const { page, end } = await start(home, url);
    await page.evaluate(keep, { from: 0, count: 40 });
    const written = page.evaluate(keep, { from: 40, count: 200 });
    const copy = (): Promise<string> =>
      copyAside(home, keepsFile, bounds).catch((error: unknown) => {
        // On a slow machine it goes on changing for longer than one waits; then one asks again.
        if (error instanceof ArchiveBroken && error.code === 'archive-unsteady') return copy();
        throw error;
      });
    const aside = await copy();
    cpSync(aside, join(folder, 'live'), { recursive: true });
    await removeFolder(aside);
    await written;
    await end();
  }
  cpSync(await copyAside(home, keepsFile, bounds), join(folder, 'rest'), { recursive: true });
  expect(readdirSync(join(folder, 'rest', 'profile', 'Default')).toSorted()).toEqual([
    'IndexedDB',
    'Local Storage',
  ]);
  {
    const { page, end } = await start(join(folder, 'rest'), url);
    const { rows, kept } = await page.evaluate(read);
    expect(rows).toEqual(Array.from({ length: 240 }, (_, n) => n));
    expect(kept).toBe('240');
    await end();
  }
  const { page, end } = await start(join(folder, 'live'), url);
  const { rows } = await page.evaluate(read);
  expect(rows.slice(0, 40)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  expect(rows).toEqual(Array.from(rows, (_, n) => n));
  await end();
});
