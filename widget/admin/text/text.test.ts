import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import {
  sessionActions,
  sessionCodes,
  sessionEventKinds,
  sessionStates,
} from '../../../server/contract/session-state.ts';
import { audited } from '../../../server/http/audited.ts';
import { acts } from './acts.ts';
import { en } from './en.ts';
import { it } from './it.ts';
import { numberEn } from './number-en.ts';
import { numberIt } from './number-it.ts';
import { numberRu } from './number-ru.ts';
import { restEn } from './rest-en.ts';
import { restIt } from './rest-it.ts';
import { restRu } from './rest-ru.ts';
import { ru } from './ru.ts';
import { bringTexts, hasText, setLanguage, t, tCode } from './text.ts';

const english: Record<string, string | { other: string }> = { ...en, ...numberEn, ...restEn };
const dictionaries: Record<string, Record<string, string | Record<string, string>>> = {
  en: { ...en, ...numberEn, ...restEn },
  it: { ...it, ...numberIt, ...restIt },
  ru: { ...ru, ...numberRu, ...restRu },
};
beforeAll(() => bringTexts('number', 'rest'));
afterEach(() => setLanguage('en'));

test.each(Object.keys(dictionaries))(
  '%s has every text, none empty, with the same places to fill in and the forms its grammar asks for',
  (language) => {
    const dictionary = dictionaries[language]!;
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    expect(Object.keys(dictionary).toSorted()).toEqual(Object.keys(english).toSorted());
    const places = (text: string): string[] => (text.match(/\{(?!n\})\w+\}/g) ?? []).toSorted();
    for (const [key, found] of Object.entries(dictionary)) {
      const said = english[key]!;
      const expected = places(typeof said === 'string' ? said : said.other);
      if (typeof found !== 'string') expect(Object.keys(found).toSorted(), key).toEqual(forms);
      for (const form of typeof found === 'string' ? [found] : Object.values(found)) {
        expect(form.trim(), key).not.toBe('');
        expect(places(form), key).toEqual(expected);
      }
    }
  },
);

test('every state, reason, action and kind of news of a Session has words', () => {
  const keys = [
    ...sessionStates.map((state) => `state_${state}`),
    ...sessionCodes.map((code) => `reason_${code}`),
    ...sessionActions.map((action) => `act_${action}`),
    ...sessionEventKinds.filter((kind) => kind !== 'state').map((kind) => `event_${kind}`),
  ];
  expect(keys.filter((key) => !hasText(key))).toEqual([]);
});

test('a code this version does not know is still told in words', () => {
  expect(tCode('problem_', 'code-of-tomorrow')).toBe(en.problem_);
});

test('every act of the audit log has words', () => {
  expect(Object.values(audited).filter((act) => !acts.includes(act))).toEqual([]);
});

test('Russian counts as Russians do', async () => {
  await setLanguage('ru-RU');
  expect([1, 2, 5, 21].map((n) => t('auditWhole', { n }))).toEqual([
    'Цепочка цела: 1 запись',
    'Цепочка цела: 2 записи',
    'Цепочка цела: 5 записей',
    'Цепочка цела: 21 запись',
  ]);
});

test('no text is left that nothing says', () => {
  const room = join(import.meta.dirname, '..');
  const sources = readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) =>
        /\.tsx?$/.test(path) && !/(^|\/)text\/((number|rest)-)?(en|it|ru)\.ts$|\.test\.tsx?$/.test(path),
    )
    .map((path) => readFileSync(join(room, path), 'utf8'))
    .join('\n');
  const words = new Set(Array.from(sources.matchAll(/['"]([\w-]+)['"]/g), ([, word]) => word!));
  const prefixes = Array.from(sources.matchAll(/[`'](\w+_)(?:\$\{|')/g), ([, prefix]) => prefix!);
  expect(
    Object.keys(english).filter(
      (key) => !words.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)),
    ),
  ).toEqual([]);
});
