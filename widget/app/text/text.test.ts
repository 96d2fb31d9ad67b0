import { afterEach, expect, test } from 'vitest';
import { messageTypes } from '../../../server/contract/engine-event.ts';
import { sendReasons } from '../../../server/contract/outcome.ts';
import { sessionCodes } from '../../../server/contract/session-state.ts';
import { en } from './en.ts';
import { ru } from './ru.ts';
import { talkEn } from './talk-en.ts';
import { talkRu } from './talk-ru.ts';
import { hasText, setLocale, t, tCode } from './text.ts';

const english = { ...en, ...talkEn } as Record<string, string | { other: string }>;
const dictionaries = { en: english, ru: { ...ru, ...talkRu } } as unknown as Record<
  string,
  Record<string, string | Record<string, string>>
>;
afterEach(() => setLocale('en'));

test.each(Object.keys(dictionaries))(
  '%s has every text, none empty, with the same places to fill in',
  (language) => {
    const dictionary = dictionaries[language]!;
    expect(Object.keys(dictionary).toSorted()).toEqual(Object.keys(english).toSorted());
    expect(Object.keys(english).length).toBe(Object.keys(en).length + Object.keys(talkEn).length);
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

test('every reason, failure and kind of message the contract knows has words', () => {
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
