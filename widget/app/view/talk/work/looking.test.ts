import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { viewingEveryMs } from '../../../../../server/contract/viewing-ms.ts';
import { keepLooking } from './looking.ts';

class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';
  defaultView = new EventTarget();
  turn(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}
let page: Page;
let said: boolean[];
const look = (): (() => void) =>
  keepLooking((isViewing) => void said.push(isViewing), page as unknown as Document);

beforeEach(() => {
  vi.useFakeTimers();
  page = new Page();
  said = [];
});
afterEach(() => void vi.useRealTimers());

test('who looks says so once and then now and then; who goes says so at once', () => {
  const stop = look();
  vi.advanceTimersByTime(1_000);
  expect(said).toEqual([true]);
  vi.advanceTimersByTime(viewingEveryMs - 1);
  expect(said).toEqual([true]);
  vi.advanceTimersByTime(1);
  expect(said).toEqual([true, true]);
  stop();
  stop();
  expect(said).toEqual([true, true, false]);
  page.turn('visible');
  expect(vi.getTimerCount()).toBe(0);
});

test('who passes by says nothing', () => {
  look()();
  page.turn('hidden');
  look()();
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([]);
});

test('another window for a moment is no leaving; one for longer is, until the page is seen again', () => {
  const stop = look();
  vi.advanceTimersByTime(1_000);
  page.turn('hidden');
  vi.advanceTimersByTime(9_000);
  page.turn('visible');
  vi.advanceTimersByTime(viewingEveryMs - 1);
  expect(said).toEqual([true]);
  page.turn('hidden');
  vi.advanceTimersByTime(10_000);
  expect(said).toEqual([true, false]);
  vi.advanceTimersByTime(10 * viewingEveryMs);
  expect(said).toEqual([true, false]);
  page.turn('visible');
  vi.advanceTimersByTime(1_000);
  expect(said).toEqual([true, false, true]);
  stop();
});

test('a page that goes away says it, and one that comes back from memory looks again', () => {
  const stop = look();
  vi.advanceTimersByTime(1_000);
  page.defaultView.dispatchEvent(new Event('pagehide'));
  expect(said).toEqual([true, false]);
  page.defaultView.dispatchEvent(new Event('pageshow'));
  vi.advanceTimersByTime(1_000);
  expect(said).toEqual([true, false, true]);
  stop();
});
