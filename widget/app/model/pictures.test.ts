import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pictures } from './pictures.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A shelf, what was asked of its server, and of the addresses it was given. */
function shelf(): {
  pictures: Pictures;
  asked: number[][];
  fetched: string[];
  /** Numbers the server tells no address of. */
  gone: Set<number>;
  /** No request is answered. */
  state: { isDown: boolean; now: number };
  /** Until everything on the way has arrived. */
  settle(): Promise<void>;
} {
  const asked: number[][] = [];
  const fetched: string[] = [];
  const gone = new Set<number>();
  const state = { isDown: false, now: 1_000_000 };
  const api = {
    pictureUrls: async (ids: readonly number[]) => {
      asked.push([...ids]);
      if (state.isDown) throw new Error('down');
      const there = ids.filter((id) => !gone.has(id));
      return new Map(there.map((id) => [id, { small: `/small/${id}`, large: `/large/${id}` }]));
    },
  };
  const bring = async (url: string): Promise<Response> => {
    fetched.push(url);
    return new Response(url, { status: url.endsWith('/404') ? 404 : 200 });
  };
  const pictures = new Pictures(api, bring, () => state.now);
  return { pictures, asked, fetched, gone, state, settle: async () => void (await vi.runAllTimersAsync()) };
}
const textOf = (blob: Blob | undefined): Promise<string> | undefined => blob?.text();

test('those wanted together are asked for together, each once however often it is shown', async () => {
  const { pictures, asked, fetched, settle } = shelf();
  const [first] = [pictures.of(1, 'small'), pictures.of(2, 'small'), pictures.of(1, 'large')];
  pictures.of(1, 'small');
  await settle();
  expect(asked).toEqual([[1, 2]]);
  expect(fetched).toEqual(['/small/1', '/small/2', '/large/1']);
  expect(await textOf(first.value)).toBe('/small/1');
  // Here already: shown again, nothing is asked.
  expect(await textOf(pictures.of(1, 'small').value)).toBe('/small/1');
  await settle();
  expect(asked).toHaveLength(1);
});

test('more than one request may name are asked for in turns', async () => {
  const { pictures, asked, settle } = shelf();
  for (let id = 1; id <= 120; id++) pictures.of(id, 'small');
  await settle();
  expect(asked.map(({ length }) => length)).toEqual([50, 50, 20]);
});

test('one that cannot be had leaves the letters, and is tried again when it is shown a minute later', async () => {
  const { pictures, asked, gone, state, settle } = shelf();
  gone.add(5);
  const missing = [404, 5].map((id) => pictures.of(id, 'small'));
  await settle();
  expect(missing.map(({ value }) => value)).toEqual([undefined, undefined]);
  state.isDown = true;
  pictures.of(6, 'small');
  await settle();
  state.isDown = false;
  state.now += 60_000;
  for (const id of [5, 6, 404]) pictures.of(id, 'small');
  await settle();
  expect(asked).toEqual([[404, 5], [6]]);
  state.now += 1;
  gone.clear();
  const shown = [5, 6].map((id) => pictures.of(id, 'small'));
  await settle();
  expect(asked.at(-1)).toEqual([5, 6]);
  expect(await Promise.all(shown.map(({ value }) => textOf(value)))).toEqual(['/small/5', '/small/6']);
});

test('of hundreds the longest unused are forgotten, and what is still shown of them is not filled by another', async () => {
  const { pictures, asked, settle } = shelf();
  const first = pictures.of(1, 'small');
  await settle();
  for (let id = 2; id <= 401; id++) pictures.of(id, 'small');
  await settle();
  const before = asked.length;
  expect(await textOf(first.value)).toBe('/small/1');
  // Forgotten, and so asked for once more; the latest is not.
  pictures.of(401, 'small');
  pictures.of(1, 'small');
  await settle();
  expect(asked.slice(before)).toEqual([[1]]);
});
