import { expect, test } from 'vitest';
import { isDatabaseTrouble, isUnavailable } from './portable.ts';

const coded = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code, ...more });

test('a database that cannot be reached, in whatever way, is away: nothing that was to be written is given up for it', () => {
  // As while its container starts again, and with no network.
  for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EMFILE', 'ECONNABORTED'])
    expect([code, isUnavailable(coded(code, { syscall: 'connect' }))]).toEqual([code, true]);
  const several = [
    coded('ENETUNREACH', { syscall: 'connect' }),
    coded('EHOSTUNREACH', { syscall: 'connect' }),
  ];
  expect(isUnavailable(new AggregateError(several))).toBe(true);
  // The driver's word for a connection that is of no use any more.
  expect(isUnavailable(coded('HANDSHAKE_UNKNOWN_ERROR', { fatal: true }))).toBe(true);
});

test('what is about the row itself, or our own mistake, is neither', () => {
  for (const error of [
    coded('ER_DATA_TOO_LONG'),
    coded('SQLITE_CONSTRAINT_CHECK'),
    new TypeError('of ours'),
  ]) {
    expect(isUnavailable(error)).toBe(false);
    expect(isDatabaseTrouble(error)).toBe(false);
  }
  expect(isDatabaseTrouble(coded('ER_NO_SUCH_TABLE'))).toBe(true);
});
