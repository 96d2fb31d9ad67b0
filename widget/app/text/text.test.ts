import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { messageTypes } from '../../../server/contract/engine-event.ts';
import { sendReasons } from '../../../server/contract/outcome.ts';
import { sessionCodes } from '../../../server/contract/session-state.ts';
import { en } from './en.ts';
import { it } from './it.ts';
import { ru } from './ru.ts';
import { settingsEn } from './settings-en.ts';
import { settingsIt } from './settings-it.ts';
import { settingsRu } from './settings-ru.ts';
import { talkEn } from './talk-en.ts';
import { talkIt } from './talk-it.ts';
import { talkRu } from './talk-ru.ts';
import { hasText, languages, loadTexts, setLocale, t, tCode } from './text.ts';

const english = { ...en, ...talkEn, ...settingsEn } as Record<string, string | { other: string }>;
const dictionaries = {
  en: english,
  it: { ...it, ...talkIt, ...settingsIt },
  ru: { ...ru, ...talkRu, ...settingsRu },
} as unknown as Record<string, Record<string, string | Record<string, string>>>;
afterEach(() => setLocale('en'));

test.each(Object.keys(dictionaries))(
  '%s has every text, none empty, with the same places to fill in',
  (language) => {
    const dictionary = dictionaries[language]!;
    expect(Object.keys(dictionary).toSorted()).toEqual(Object.keys(english).toSorted());
    expect(Object.keys(english).length, 'a key stands in one dictionary').toBe(
      [en, talkEn, settingsEn].flatMap((texts) => Object.keys(texts)).length,
    );
    const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
    for (const [key, found] of Object.entries(dictionary)) {
      const said = english[key]!;
      const expected = places(typeof said === 'string' ? said : said.other);
      for (const form of typeof found === 'string' ? [found] : Object.values(found)) {
        expect(form.trim(), key).not.toBe('');
        expect(places(form), key).toEqual(expected);
      }
    }
  },
);

test.each(Object.keys(dictionaries))('%s has each plural form its grammar asks for', (language) => {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
  for (const [key, found] of Object.entries(dictionaries[language]!)) {
    expect(typeof found, key).toBe(typeof english[key]);
    if (typeof found !== 'string') expect(Object.keys(found).toSorted(), key).toEqual(forms);
  }
});

test('every language that can be chosen is checked here', () => {
  expect(Object.keys(dictionaries).toSorted()).toEqual(Object.keys(languages).toSorted());
});

test('no text is left that nothing says', () => {
  const app = join(import.meta.dirname, '..');
  const sources = readdirSync(app, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/(^|\/)text\/(?!dates)|\.test\.tsx?$/.test(path))
    .map((path) => readFileSync(join(app, path), 'utf8'))
    .join('\n');
  // Said whole, or by a template that begins with the key's prefix: t(`type_${type}`), tCode('problem_', code).
  const words = new Set(Array.from(sources.matchAll(/['"]([\w-]+)['"]/g), ([, word]) => word!));
  const prefixes = Array.from(sources.matchAll(/[`'](\w+_)(?:\$\{|')/g), ([, prefix]) => prefix!);
  const unused = Object.keys(english).filter(
    (key) => !words.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)),
  );
  expect(unused).toEqual([]);
});

test.each(['en-XA', 'ar-XB'])(
  'in the pseudo-locale %s every text is marked, and filled in as ever',
  async (tag) => {
    await setLocale(tag);
    await loadTexts('settings');
    expect(t('arrivedFrom', { n: 1, name: 'Anna' })).toMatch(/^⟦.*Anna~+⟧$/);
    expect(t('settings')).toMatch(/^⟦Séttíngs~+⟧$/);
  },
);

test('of two languages chosen in a row the second stays, however long the first takes', async () => {
  await Promise.all([setLocale('it'), setLocale('en')]);
  expect(t('send')).toBe(en.send);
  await Promise.all([setLocale('en'), setLocale('it')]);
  expect(t('send')).toBe(it.send);
});

test('Russian counts as Russians do', async () => {
  await setLocale('ru-RU');
  const said = [1, 2, 5, 21, 22, 25, 111].map((n) => t('newMessages', { n }));
  expect(said).toEqual([
    '1 новое сообщение',
    '2 новых сообщения',
    '5 новых сообщений',
    '21 новое сообщение',
    '22 новых сообщения',
    '25 новых сообщений',
    '111 новых сообщений',
  ]);
});

test('every reason, failure and kind of message the contract knows has words', async () => {
  await loadTexts('talk');
  const keys = [
    ...sessionCodes.flatMap((code) => [`reason_${code}`, `reason_${code}_lead`]),
    ...sendReasons.map((reason) => `failure_${reason}`),
    ...messageTypes.filter((type) => type !== 'text').map((type) => `type_${type}`),
  ];
  expect(keys.filter((key) => !hasText(key))).toEqual([]);
});

test('a code this version does not know is still told in words', () => {
  expect(tCode('problem_', 'code-of-tomorrow')).toBe(en.problem_);
});

test.each(['xx', 'not a tag!', '', 'ru_RU'])('the locale %j does no harm', async (tag) => {
  await setLocale(tag);
  expect(t('send')).toBe(tag === 'ru_RU' ? ru.send : en.send);
});
