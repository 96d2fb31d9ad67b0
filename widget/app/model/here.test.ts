import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { viewingMs } from '../../../server/contract/viewing-ms.ts';
import { Http } from '../link/http.ts';
import { WorkApi } from '../link/work-api.ts';
import { Here } from './here.ts';

const anna = { id: 2, name: 'Anna' };
const ben = { id: 3, name: 'Ben' };
const at = (agent: typeof anna, isViewing = true, chatId = 1) => ({ inboxId: 1, chatId, agent, isViewing });
let asked: [string, object][];
let answer: object;
let isThere: boolean;
let here: Here;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answer = { list: [at(anna), { chatId: 'odd' }] };
  isThere = true;
  const http = Object.assign(Object.create(Http.prototype) as Http, {
    post: async (path: string, body = {}) => (asked.push([path, body]), answer),
    farewell: (path: string, body: object) => void asked.push([path, body]),
  });
  const me = () => ({ id: 1, name: 'I' });
  here = new Here({ api: new WorkApi(http), me, isHeard: () => isThere, now: Date.now });
});
afterEach(() => {
  here.clear();
  vi.useRealTimers();
});

test('who looks at a Chat, too, is known from the answer and from what is heard, oneself never', async () => {
  await here.look(1);
  here.hear(at(ben));
  here.hear(at({ id: 1, name: 'I' }));
  here.hear(at(ben, true, 2));
  expect(asked).toEqual([['/chats/1/viewing', {}]]);
  expect(here.viewersOf(1)).toEqual([anna, ben]);
  expect(here.viewersOf(2)).toEqual([ben]);
  // One deed of an Agent says nothing of the other.
  expect(here.replyingIn(1)).toEqual([]);
  here.hear(at(anna, false));
  expect(here.viewersOf(1)).toEqual([ben]);
});

test('who says nothing any more is gone after a while; who says it again stays', () => {
  here.hear(at(anna));
  here.hear(at(ben));
  vi.advanceTimersByTime(viewingMs / 2);
  here.hear(at(ben));
  vi.advanceTimersByTime(viewingMs / 2);
  expect(here.viewersOf(1)).toEqual([ben]);
  vi.advanceTimersByTime(viewingMs / 2);
  expect(here.viewersOf(1)).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('without a server nothing is asked, and a server that fails costs nothing', async () => {
  isThere = false;
  await here.look(1);
  here.lookAway(1);
  expect(asked).toEqual([]);
  isThere = true;
  answer = Promise.reject(new Error('gone'));
  await here.look(1);
  here.lookAway(1);
  expect(asked.at(-1)).toEqual(['/chats/1/viewing', { isViewing: false }]);
});
