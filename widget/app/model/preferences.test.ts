import { expect, test } from 'vitest';
import { isQuiet, PreferenceBook, usual, type ChoiceStore } from './preferences.ts';

function aStore(kept: Record<string, string> = {}): ChoiceStore & { kept: Record<string, string> } {
  return { kept, getItem: (key) => kept[key] ?? null, setItem: (key, value) => void (kept[key] = value) };
}

test('each Agent has choices of their own; the next one at this machine starts anew', () => {
  const store = aStore();
  const book = new PreferenceBook(store);
  book.open('https://chat.example.com|1|7');
  book.change({ sound: 'knock', volume: 0.2 });
  book.open('https://chat.example.com|1|8');
  expect(book.value.value.sound).toBe(usual.sound);
  book.open('https://chat.example.com|1|7');
  expect(book.value.value).toMatchObject({ sound: 'knock', volume: 0.2 });
});

test('language and theme are there at the sign-in screen already', () => {
  const store = aStore();
  const book = new PreferenceBook(store);
  book.open('somebody');
  book.change({ theme: 'dark', locale: 'ru', sound: 'off' });
  expect(new PreferenceBook(store).value.value).toMatchObject({ theme: 'dark', locale: 'ru', sound: 'drop' });
});

test('two tabs choose different things and neither choice is lost', () => {
  const store = aStore();
  const [one, other] = [new PreferenceBook(store), new PreferenceBook(store)];
  [one, other].forEach((book) => book.open('a'));
  one.set('sound', 'chime');
  other.set('preview', false);
  one.hear('chatdock:preferences:a');
  expect(one.value.value).toMatchObject({ sound: 'chime', preview: false });
});

test('what is no choice is left aside, and a full or forbidden storage is no fault', () => {
  const kept = { 'chatdock:preferences': '{"volume":7,"sound":"drum","theme":"dark","language":"it","x":1}' };
  expect(new PreferenceBook(aStore(kept)).value.value).toEqual({ ...usual, theme: 'dark', locale: 'it' });
  const forbidden: ChoiceStore = {
    getItem: () => {
      throw new DOMException('no', 'SecurityError');
    },
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  };
  const book = new PreferenceBook(forbidden);
  book.set('sound', 'off');
  expect(book.of('sound').value).toBe('off');
});

test('quiet hours go over midnight', () => {
  const night = { isOn: true, from: 20 * 60, until: 8 * 60 };
  const at = (hours: number, minutes = 0): Date => new Date(2026, 10, 21, hours, minutes);
  expect([at(20), at(23, 59), at(0), at(7, 59)].map((when) => isQuiet(night, when))).not.toContain(false);
  expect([at(8), at(12), at(19, 59)].map((when) => isQuiet(night, when))).not.toContain(true);
  expect(isQuiet({ ...night, isOn: false }, at(23))).toBe(false);
  expect(isQuiet({ isOn: true, from: 9 * 60, until: 17 * 60 }, at(12))).toBe(true);
});
