import { expect, test } from 'vitest';
import { isNavigation, isNotOnWhatsApp, socketTrouble, startTrouble } from './trouble.ts';

test.each([
  ['net::ERR_NAME_NOT_RESOLVED at https://web.whatsapp.com/', 'lost', 'no-internet'],
  ['Failed to launch the browser process: Code: 21', 'failed', 'no-browser'],
  ['Protocol error: Target closed', 'lost', 'browser-crashed'],
  ['something else', 'failed', 'engine-error'],
])('a start that fails with "%s" is %s', (message, state, code) => {
  expect(startTrouble(new Error(message))).toMatchObject({ state, code });
});

test('the library throws strings, too', () => {
  expect(startTrouble('auth timeout')).toMatchObject({ state: 'failed', code: 'start-timeout' });
});

test('errors that the library and the page are known by', () => {
  expect(isNavigation(new Error('Execution context was destroyed, most likely…'))).toBe(true);
  expect(isNavigation(new Error('Attempted to use detached Frame'))).toBe(true);
  expect(isNotOnWhatsApp(new Error('No LID for user'))).toBe(true);
  expect(isNotOnWhatsApp(new Error('r'))).toBe(false);
});

test.each([
  ['OPENING', 'degraded', false],
  ['CONFLICT', 'lost', true],
  ['TOS_BLOCK', 'failed', true],
  ['UNPAIRED', 'lost', true],
])('the socket state %s is %s', (state, reported, ends) => {
  expect(socketTrouble(state)).toMatchObject({ report: { state: reported }, ends });
});

test('connected is no trouble', () => {
  expect(socketTrouble('CONNECTED')).toBeUndefined();
});
