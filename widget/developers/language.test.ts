import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inLanguage, languageOf } from './language.ts';
import { stepsFor, type Wishes } from './snippets.ts';
import { it } from './text-it.ts';
import { ru } from './text-ru.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');
/** Names and marks that are the same in every language. */
const same =
  /^(EspoCRM|English|Русский|Italiano|Content-Security-Policy|API|Chatdock|client\/|custom\/|data\/config\.php)/;

/** What a person reads on a page, with what stands in attributes for those who hear it. */
function ofPage(name: string): string[] {
  const html = read(name).replaceAll(/<code[\s\S]*?<\/code>/g, '<code>');
  const labels = Array.from(html.matchAll(/aria-label="([^"]+)"/g), (found) => found[1]!);
  const texts = html.replace(/[\s\S]*?<title>/, '<').split(/<[^>]*>/);
  return [...texts, ...labels].map((text) => text.replaceAll(/\s+/g, ' ').trim()).filter(Boolean);
}

/** Sentences in a source, `${…}` in them as what it may become. */
function ofSource(path: string): string[] {
  const found: string[] = [];
  for (const match of read(path).matchAll(/(?:says(?: =|:)|\?|:)\s*(?:\n\s*)?(['`])/g)) {
    const quote = match[1]!;
    let text = '';
    for (let at = match.index + match[0].length, source = read(path); source[at] !== quote; at++) {
      if (source[at] === '$' && source[at + 1] === '{') {
        let depth = 1;
        for (at += 2; depth > 0; at++) depth += source[at] === '{' ? 1 : source[at] === '}' ? -1 : 0;
        at--;
        text += '7';
      } else text += source[at];
    }
    if (/^[A-Z7][\w’]* ?[a-z]/.test(text) && text.includes(' ') && !/^Content-|--|curl/.test(text))
      found.push(text);
  }
  return found;
}

test('no sentence of the developers’ pages is left in English, and both languages have the same', () => {
  const steps = (['espo', 'generic', 'npm'] as const).flatMap((kind) =>
    stepsFor({ host: 'https://c.example', kind, channel: { folder: 'v1' }, identity: 'token' } as Wishes),
  );
  const sentences = [
    ...ofPage('embed.html'),
    ...ofPage('doctor.html'),
    ...ofSource('../embed/doctor.ts'),
    ...ofSource('embed-page.ts'),
    ...steps.flatMap(({ title, says }) => [title, says]),
  ].filter((text) => !same.test(text) && /[a-z]{3}/.test(text));
  expect(sentences.length).toBeGreaterThan(90);
  for (const language of ['ru', 'it'] as const)
    expect(
      sentences.filter(
        (text) => inLanguage(language, text) === text && !/^(Server|Proxy|Socket)$/.test(text),
      ),
      language,
    ).toEqual([]);
  expect(Object.keys(it)).toEqual(Object.keys(ru));
});

test('what differs each time stays, in its place', () => {
  expect(inLanguage('ru', 'Clocks differ by 3 s')).toBe('Часы расходятся на 3 с');
  expect(
    inLanguage(
      'ru',
      'The loader is 1.0.0, the server has 1.1.0: reload the page, or move the tag to /widget/v1/',
    ),
  ).toMatch(/1\.0\.0.*1\.1\.0/);
  expect(inLanguage('it', 'https://a.example may embed the widget')).toBe(
    'https://a.example può inserire il widget',
  );
  expect(languageOf(null, 'it', ['ru-RU'])).toBe('it');
  expect(languageOf(null, null, ['de', 'ru-RU'])).toBe('ru');
});

test('what an error of the page’s side points at stands on the page for developers', () => {
  const page = read('embed.html');
  const parts = ['../embed/embed.ts', '../embed/fill.ts'].flatMap((path) =>
    Array.from(read(path).matchAll(/refuse\([^;]*?'(\w+)'\)/gs), (found) => found[1]!),
  );
  expect(new Set(parts)).toEqual(new Set(['verbs', 'context', 'inline']));
  for (const part of parts) expect(page).toContain(`id="${part}"`);
});
