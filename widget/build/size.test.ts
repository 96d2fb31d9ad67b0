import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWidget } from '../testing/build.ts';
import type { BuiltFile } from './finish.ts';

const kilobyte = 1_024;
let built: Awaited<ReturnType<typeof buildWidget>>;
// Four bundles: a busy machine takes its time over them.
beforeAll(async () => {
  built = await buildWidget();
}, 120_000);
afterAll(() => built?.[Symbol.asyncDispose]());

test('the loader is at most 2.0 KB and the first open at most 65 KB, gzipped, in any language', async () => {
  const {
    app,
    embed,
    loader: pinned,
    files,
  } = JSON.parse(await readFile(join(built.folder, 'manifest.json'), 'utf8')) as {
    app: string;
    embed: string;
    loader: { path: string; integrity: string };
    files: BuiltFile[];
  };
  const size = (test: (path: string) => boolean): number =>
    files.filter(({ path }) => test(path)).reduce((sum, { gzip }) => sum + gzip, 0);
  // The app is one file: what it needs at once must not hide in another.
  for (const path of [app, embed])
    expect(await readFile(join(built.folder, path), 'utf8'), path).not.toMatch(/^import\b|[;}]import[\s{]/);
  const loader = size((path) => path === 'v1/loader.js');
  const locale = size((path) => /assets\/ru-/.test(path));
  expect(loader).toBeGreaterThan(0);
  expect(loader).toBeLessThanOrEqual(2 * kilobyte);
  expect(size((path) => path === app)).toBeLessThanOrEqual(60 * kilobyte);
  expect(locale).toBeLessThanOrEqual(6 * kilobyte);
  expect(loader + size((path) => path === app || path === embed) + locale).toBeLessThanOrEqual(65 * kilobyte);
  expect(size((path) => path === embed)).toBeLessThanOrEqual(3 * kilobyte);
  for (const name of ['page-watch', 'doctor', 'frame-host', 'frame'])
    expect(
      size((path) => path.startsWith(`assets/${name}-`)),
      name,
      // The names of other chunks are in it, and pack a few bytes better or worse with every change.
    ).toBeLessThanOrEqual(3.6 * kilobyte);
  // What comes later is bounded too: an open conversation and linking, then what is opened inside of it.
  // (The conversation brings the virtualiser of rows that differ in height, 9 KB, which the list does without.)
  expect(size((path) => /assets\/talk-(?!(en|it|ru)-)/.test(path))).toBeLessThanOrEqual(50 * kilobyte);
  expect(size((path) => /assets\/(sheets|linkify)-/.test(path))).toBeLessThanOrEqual(18 * kilobyte);
  // Nothing an open conversation needs at once hides in a file that is not asked for before, or it would come after it; and
  // what comes with every opening brings no conversation.
  const imported = async (name: RegExp): Promise<string[]> => {
    const { path } = files.find(({ path }) => name.test(path))!;
    const text = await readFile(join(built.folder, path), 'utf8');
    return Array.from(text.matchAll(/from\s*["'`]\.\/(\w+)-[\w-]+\.js/g), ([, one]) => one!).toSorted();
  };
  expect(await imported(/assets\/talk-(?!(en|it|ru)-)/)).toEqual(['app', 'comforts', 'rolldown']);
  expect(await imported(/assets\/comforts-/)).not.toContain('talk');
  expect(size((path) => /assets\/(link-parts|dist)-/.test(path))).toBeLessThanOrEqual(10 * kilobyte);
  expect(size((path) => /assets\/settings-(?!(en|it|ru)-)/.test(path))).toBeLessThanOrEqual(6 * kilobyte);
  expect(size((path) => /assets\/(viewer|recorder|emoji-picker)-/.test(path))).toBeLessThanOrEqual(
    18 * kilobyte,
  );
  // The QR code's drawing and the languages are no part of the first open.
  expect(files.filter(({ path }) => path.startsWith('assets/')).length).toBeGreaterThanOrEqual(3);
  const loaderText = await readFile(join(built.folder, 'v1/loader.js'), 'utf8');
  expect(loaderText).toContain(embed);
  expect(await readFile(join(built.folder, embed), 'utf8')).toContain(app);
  // The pinned version has the same bytes and says its integrity.
  expect(pinned.path).toMatch(/^v\d+\.\d+\.\d+\/loader\.js$/);
  expect(await readFile(join(built.folder, pinned.path), 'utf8')).toBe(loaderText);
  expect(pinned.integrity).toBe(`sha384-${createHash('sha384').update(loaderText).digest('base64')}`);
});

test('the admin page shows its first screen after at most 26 KB of scripts and 9 KB of style, gzipped, in any language', async () => {
  const { files } = JSON.parse(await readFile(join(built.folder, 'manifest.json'), 'utf8')) as {
    files: BuiltFile[];
  };
  const nameOf = (part: string): string =>
    files.find(({ path }) => path.startsWith(`assets/admin-${part}-`))!.path;
  const needed = new Set<string>();
  const reach = async (path: string): Promise<void> => {
    if (needed.has(path)) return;
    needed.add(path);
    const text = await readFile(join(built.folder, path), 'utf8');
    for (const [, from] of text.matchAll(
      /(?:from|import)\s*["']\.{1,2}\/(?:assets\/)?(admin-[\w-]+\.js)["']/g,
    ))
      await reach(`assets/${from}`);
  };
  // What is said in every language, and the list of numbers; every other screen, and the texts of it, come when opened.
  for (const path of ['admin/admin.js', nameOf('numbers'), nameOf('ru')]) await reach(path);
  const size = (test: (path: string) => boolean): number =>
    files.filter(({ path }) => test(path)).reduce((sum, { gzip }) => sum + gzip, 0);
  expect(needed.size).toBeGreaterThan(5);
  expect(size((path) => needed.has(path))).toBeLessThanOrEqual(26 * kilobyte);
  expect(size((path) => path.startsWith('admin/css/'))).toBeLessThanOrEqual(9 * kilobyte);
});

test('every letter follows the text size, in sheets that are imported by others too', async () => {
  const { files } = JSON.parse(await readFile(join(built.folder, 'manifest.json'), 'utf8')) as {
    files: BuiltFile[];
  };
  for (const { path } of files.filter(({ path }) =>
    /^assets\/(app|talk|settings|link-parts|people)-/.test(path),
  ))
    expect((await readFile(join(built.folder, path), 'utf8')).match(/font-size:[\d.]+px/g), path).toBeNull();
});

test('the built widget uses none of the doors that strict policies close', async () => {
  const { files } = JSON.parse(await readFile(join(built.folder, 'manifest.json'), 'utf8')) as {
    files: BuiltFile[];
  };
  for (const { path } of files.filter(({ path }) => /^(assets|v1)\/.*\.js$/.test(path))) {
    const text = await readFile(join(built.folder, path), 'utf8');
    expect(text, path).not.toMatch(
      /\beval\(|new Function\(|document\.write|insertAdjacentHTML|postMessage\([^)]*['"`]\*/,
    );
  }
});
