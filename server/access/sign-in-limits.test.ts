import { expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';
import { SignInLimits, signInLimits } from './sign-in-limits.ts';

function problemOf(action: () => unknown): Problem | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return undefined;
}

test('from the sixth wrong try on, one account from one IP waits; after the window it may try again', async () => {
  const clock = new ManualClock();
  const limits = new SignInLimits(clock);
  for (let n = 0; n < signInLimits.pair; n++) limits.take('a@x', '192.0.2.1');
  const refused = problemOf(() => limits.take('a@x', '192.0.2.1'));
  expect(refused?.code).toBe('too-many-requests');
  expect(refused?.retryAfter).toBe(signInLimits.windowMs / 1000);
  expect(problemOf(() => limits.take('a@x', '192.0.2.2'))).toBeUndefined();
  expect(problemOf(() => limits.take('b@x', '192.0.2.1'))).toBeUndefined();
  await clock.advance(signInLimits.windowMs);
  expect(problemOf(() => limits.take('a@x', '192.0.2.1'))).toBeUndefined();
});

test('one wrong try on each of many accounts is stopped by the IP', () => {
  const limits = new SignInLimits(new ManualClock());
  const taken = Array.from({ length: 200 }, (_, n) => problemOf(() => limits.take(`a${n}@x`, '192.0.2.1')));
  expect(taken.findIndex((problem) => problem !== undefined)).toBe(signInLimits.ip);
});

test('one account guessed from many IPs is stopped too', () => {
  const limits = new SignInLimits(new ManualClock());
  const taken = Array.from({ length: 200 }, (_, n) => problemOf(() => limits.take('a@x', `192.0.2.${n}`)));
  expect(taken.findIndex((problem) => problem !== undefined)).toBe(signInLimits.account);
});

test('a right password is no try, however often', () => {
  const limits = new SignInLimits(new ManualClock());
  for (let n = 0; n < 500; n++) {
    const taken = limits.take('a@x', '192.0.2.1');
    taken.giveBack();
    taken.giveBack();
  }
  for (let n = 0; n < signInLimits.pair; n++) limits.take('a@x', '192.0.2.1');
  expect(problemOf(() => limits.take('a@x', '192.0.2.1'))?.code).toBe('too-many-requests');
});

test('a flood of made-up accounts does not free a guesser', () => {
  const limits = new SignInLimits(new ManualClock());
  for (let n = 0; n < signInLimits.pair; n++) limits.take('a@x', '192.0.2.1');
  for (let n = 0; n < 60_000; n++) problemOf(() => limits.take(`made-up-${n}`, `10.0.${n >> 8}.${n & 255}`));
  expect(problemOf(() => limits.take('a@x', '192.0.2.1'))?.code).toBe('too-many-requests');
});
