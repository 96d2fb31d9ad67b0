import { expect, test } from 'vitest';
import { fewAtOnce } from './few-at-once.ts';

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => ({ key: `m${from + at}` }));
const keys = (list: readonly { key: unknown }[]) => new Set(list.map(({ key }) => key));

test('a screen of new rows is drawn from the newest back, a few at a time, until all are there', () => {
  let drawn: ReadonlySet<unknown> = keys(rows(0, 23));
  const counts: number[] = [];
  for (let turn = 0; turn < 7; turn++) {
    const now = fewAtOnce(rows(23, 46), drawn, true);
    expect(now.at(-1)?.key).toBe('m45');
    counts.push(now.length);
    drawn = keys(now);
  }
  expect(counts).toEqual([4, 8, 12, 16, 20, 23, 23]);
});

test('rows that are there already cost nothing, and a few new ones behind them come at once', () => {
  expect(fewAtOnce(rows(4, 27), keys(rows(0, 23)), true)).toHaveLength(23);
});

test('new rows come behind those that are drawn, which stay, a few at a time', () => {
  const first = fewAtOnce(rows(6, 29), keys(rows(0, 23)), true);
  expect(first.map(({ key }) => key)).toEqual(rows(6, 27).map(({ key }) => key));
  expect(fewAtOnce(rows(6, 29), keys(first), true)).toHaveLength(23);
});

test('what newer ones have pushed out of sight is never drawn', () => {
  const first = fewAtOnce(rows(23, 46), keys(rows(0, 23)), true);
  expect(fewAtOnce(rows(60, 83), keys(first), true)).toHaveLength(4);
});

test('a conversation that is opened, and a place one goes to, are drawn whole', () => {
  expect(fewAtOnce(rows(0, 23), new Set(), true)).toHaveLength(23);
  expect(fewAtOnce(rows(100, 123), keys(rows(0, 23)), false)).toHaveLength(23);
});
