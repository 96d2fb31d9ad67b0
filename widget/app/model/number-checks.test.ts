import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NumberChecks } from './number-checks.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(answer: (ids: readonly number[]) => Map<number, boolean>) {
  const asked: number[][] = [];
  const api = {
    onWhatsApp: async (_: number, ids: readonly number[]) => {
      asked.push([...ids]);
      return answer(ids);
    },
  };
  return { checks: new NumberChecks(api, 1), asked };
}

test('who is on the screen is asked about together and once; who is scrolled past is not', async () => {
  const { checks, asked } = open((ids) => new Map(ids.map((id) => [id, id % 2 === 1])));
  for (let id = 100; id < 400; id++) checks.show(id)();
  const gone = checks.show(9);
  for (const id of [1, 2, 3]) checks.show(id);
  gone();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual([[1, 2, 3]]);
  expect([1, 2, 3, 9].map((id) => checks.of(id).value)).toEqual([true, false, true, undefined]);
  checks.show(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toHaveLength(1);
});

test('twenty in one request; who could not be asked about now is, when shown again', async () => {
  const { checks, asked } = open((ids) => new Map(ids.filter((id) => id < 10).map((id) => [id, true])));
  for (let id = 1; id <= 25; id++) checks.show(id);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked.map((one) => one.length)).toEqual([20, 5]);
  checks.show(15);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked.at(-1)).toEqual([15]);
});
