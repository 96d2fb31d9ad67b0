import { describe, expect, test } from 'vitest';
import { sessionCodes, type SessionCode, type SessionState } from '../contract/session-state.ts';
import { isLinked, restartPause, stepAfter } from './state.ts';

const step = (state: SessionState, code: SessionCode, wasLinked = true) =>
  stepAfter({ state, code, action: 'none' }, wasLinked);

describe('what follows a report', () => {
  const table: [SessionCode, ReturnType<typeof step>][] = [
    ['none', 'end'],
    ['no-internet', 'restart'],
    ['no-browser', 'rest'],
    ['browser-crashed', 'restart'],
    ['page-crashed', 'restart'],
    ['not-responding', 'restart'],
    ['start-timeout', 'restart'],
    ['qr-expired', 'end'],
    ['logged-out-on-phone', 'end'],
    ['unlinked-by-agent', 'end'],
    ['taken-over', 'end'],
    ['phone-offline', 'restart'],
    ['outdated', 'rest'],
    ['restricted', 'end'],
    ['extra-step-on-phone', 'end'],
    ['pairing-code-refused', 'end'],
    ['engine-error', 'restart'],
    ['too-many-failures', 'end'],
    ['credentials-unreadable', 'rest'],
    ['number-archived', 'end'],
  ];
  test.each(table)('lost or failed with %s: %s, if it was linked', (code, expected) => {
    expect([step('lost', code), step('failed', code)]).toEqual([expected, expected]);
  });
  test('the table speaks of every code', () => {
    expect(table.map(([code]) => code).toSorted()).toEqual([...sessionCodes].toSorted());
  });
  test.each(sessionCodes)('%s never restarts what was never linked', (code) => {
    expect(step('lost', code, false)).toBe('end');
    expect(step('failed', code, false)).toBe('end');
  });
  test.each(sessionCodes)('a log-out with %s ends', (code) => {
    expect(step('logged-out', code)).toBe('end');
  });
  test.each(['starting', 'pairing', 'syncing', 'working', 'degraded'] as const)('%s goes on', (state) => {
    expect(step(state, 'no-internet')).toBe('go-on');
  });
});

describe('the pause before a restart', () => {
  test('doubles from 1 s to 60 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 1_000].map((attempt) => restartPause(attempt, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });
  test('is scattered over its upper half, so that many Sessions do not start at once', () => {
    expect([0, 0.5, 1].map((random) => restartPause(7, random))).toEqual([30_000, 45_000, 60_000]);
  });
});

test('linked is what has a device, also while it is still syncing', () => {
  expect((['syncing', 'working', 'degraded'] as const).every(isLinked)).toBe(true);
  expect((['stopped', 'starting', 'pairing', 'lost', 'logged-out', 'failed'] as const).some(isLinked)).toBe(
    false,
  );
});
