import { expect, test } from 'vitest';
import { keptFor, keptOn, type KeptOutgoing } from './keep.ts';

const text: KeptOutgoing = {
  clientId: 'one',
  chatId: 1,
  body: 'Written while the clock stood a month behind',
  at: 1,
  state: 'waiting',
  code: null,
  extras: {},
};

test('an unsent text that looks too old to be kept is shown before it goes', () => {
  expect(keptOn(text, keptFor)).toBe(text);
  const now = 5 * keptFor;
  const found = keptOn(text, now);
  expect(found).toEqual({ ...text, foundOldAt: now });
  // It goes a month after it was found, whatever its own time says.
  expect(keptOn(found!, now + keptFor - 1)).toEqual(found);
  expect(keptOn(found!, now + keptFor)).toBeUndefined();
});
