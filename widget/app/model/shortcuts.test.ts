import { expect, test } from 'vitest';
import {
  chordOf,
  isPressed,
  readKeys,
  reasonAgainst,
  shortcutNames,
  takenBy,
  usualKeys,
  writeKeys,
  type Pressed,
} from './shortcuts.ts';

const press = (key: string, code = '', held: Partial<Pressed> = {}): Pressed => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

test.each([
  [press('r', 'KeyR'), 'R'],
  [press('к', 'KeyR'), 'R'],
  [press('a', 'KeyQ'), 'A'],
  [press('R', 'KeyR', { shiftKey: true }), 'Shift+R'],
  [press('?', 'Slash', { shiftKey: true }), '?'],
  [press('?', 'Digit7', { shiftKey: true }), '?'],
  [press('k', 'KeyK', { metaKey: true }), 'Ctrl+K'],
  [press('л', 'KeyK', { ctrlKey: true }), 'Ctrl+K'],
  [press('ˆ', 'KeyI', { altKey: true }), 'Alt+I'],
  [press('@', 'KeyQ', { ctrlKey: true, altKey: true }), ''],
  [press('Shift', 'ShiftLeft', { shiftKey: true }), ''],
  [press('ArrowUp', 'ArrowUp', { altKey: true }), 'Alt+ArrowUp'],
  [press(' ', 'Space', { ctrlKey: true }), 'Ctrl+Space'],
  [press('é', 'Digit2'), 'é'],
])('%j is %s, whatever alphabet the keyboard writes', (event, chord) => {
  expect(chordOf(event)).toBe(chord);
});

test('the usual keys can all be chosen and do not meet each other', () => {
  const keys = readKeys(null);
  for (const name of shortcutNames) {
    expect(reasonAgainst(keys[name]), name).toBeUndefined();
    expect(takenBy(keys[name], name, keys), name).toBeUndefined();
  }
});

test('what EspoCRM, the browser and the widget itself have is refused with who has it', () => {
  const against = (chords: string[]): unknown[] => chords.map(reasonAgainst);
  expect(against(['Ctrl+Space', 'Ctrl+Enter', 'Ctrl+ArrowLeft', 'Escape', 'F6', 'Enter', 'Tab'])).toEqual(
    Array(7).fill('widget'),
  );
  expect(against(['Ctrl+/', 'Ctrl+S', 'Ctrl+,'])).toEqual(Array(3).fill('page'));
  expect(against(['Ctrl+T', 'Ctrl+C', 'F5', 'Alt+F4', 'Ctrl+Shift+N'])).toEqual(Array(5).fill('browser'));
  expect(against(['T', 'Shift+R', 'Alt+R', 'Ctrl+E', '!', ''])).toEqual(Array(6).fill(undefined));
});

test('what was chosen is kept, off too; what cannot be chosen is not read', () => {
  const keys = { ...usualKeys, reply: 'Alt+A', star: '' };
  expect(readKeys(writeKeys(keys))).toEqual(keys);
  expect(writeKeys(usualKeys)).toBeNull();
  expect(readKeys('{"reply":"Ctrl+T","star":7}')).toEqual(usualKeys);
  expect(readKeys('{')).toEqual(usualKeys);
  expect(takenBy('E', 'reply', keys)).toBe('edit');
});

test('turned off, single characters do nothing; keys with Ctrl or Alt still do', () => {
  const keys = readKeys('{"star":"Alt+S"}');
  expect(isPressed(press('r', 'KeyR'), 'reply', keys, true)).toBe(true);
  expect(isPressed(press('r', 'KeyR'), 'reply', keys, false)).toBe(false);
  expect(isPressed(press('s', 'KeyS', { altKey: true }), 'star', keys, false)).toBe(true);
  expect(isPressed(press('s', 'KeyS'), 'star', keys, true)).toBe(false);
});
