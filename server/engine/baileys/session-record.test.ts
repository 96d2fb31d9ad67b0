import { expect, test } from 'vitest';
import { mended } from './session-record.ts';

const session = (used: number, step: string) => ({ indexInfo: { used }, step });

test('a message for an old session, tried on the new one first: only the one that fits has taken a step', () => {
  const before = { old: session(1, 'a'), new: session(2, 'x') };
  const after = { old: session(9, 'b'), new: session(2, 'x, and one that nobody else has taken') };
  expect(mended(before, after)).toEqual({ old: session(9, 'b'), new: session(2, 'x') });
});

test('what is sent, and a session that is begun anew, are kept as they are', () => {
  const before = { old: session(1, 'a') };
  const sent = { old: session(1, 'b') };
  expect(mended(before, sent)).toEqual(sent);
  const anew = { old: session(1, 'a, closed'), new: session(9, 'x') };
  expect(mended(before, anew)).toEqual(anew);
});
