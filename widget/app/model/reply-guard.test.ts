import { expect, test } from 'vitest';
import { aChat, aMessage } from '../../testing/rows.ts';
import { ReplyGuard } from './reply-guard.ts';

const me = 1;
const ben = { id: 2, name: 'Ben' };
const asked = aMessage({ id: 1, at: 100 });

test('an answer begun before a colleague’s is held once, and goes when the agent says so', () => {
  const guard = new ReplyGuard();
  guard.begin(1, asked);
  const rows = [asked, aMessage({ id: 2, at: 200, fromMe: true, agent: ben })];
  expect(guard.mayGo(1, rows, me)).toBe(false);
  expect(guard.clash.value?.message.agent).toEqual(ben);
  expect(guard.mayGo(1, rows, me)).toBe(true);
  // Another one since: asked again.
  expect(guard.mayGo(1, [...rows, aMessage({ id: 3, at: 300, fromMe: true, agent: ben })], me)).toBe(false);
});

test('own answers, the customer’s words and what was there before do not hold it', () => {
  const guard = new ReplyGuard();
  const before = aMessage({ id: 1, at: 100, fromMe: true, agent: ben });
  guard.begin(1, before);
  guard.begin(1, undefined);
  const rows = [
    before,
    aMessage({ id: 2, at: 200 }),
    aMessage({ id: 3, at: 300, fromMe: true, agent: { id: me, name: 'Me' } }),
  ];
  expect(guard.mayGo(1, rows, me)).toBe(true);
  expect(guard.mayGo(2, rows, me)).toBe(true);
});

test('what was sent on the phone counts as somebody else’s; an answer that was emptied is begun anew', () => {
  const guard = new ReplyGuard();
  guard.begin(1, asked);
  const rows = [asked, aMessage({ id: 2, at: 200, fromMe: true })];
  expect(guard.mayGo(1, rows, me)).toBe(false);
  guard.end(1);
  expect(guard.clash.value).toBeNull();
  guard.begin(1, rows[1]);
  expect(guard.mayGo(1, rows, me)).toBe(true);
});

test('an answer begun before the chat has been read is not held by what its row had shown already', () => {
  const guard = new ReplyGuard();
  const old = aMessage({ id: 1, at: 100, fromMe: true });
  const last = { body: '', type: 'text' as const, at: 100, fromMe: true, ack: 2 as const, revoked: false };
  guard.begin(1, undefined, aChat({ id: 1, last }));
  expect(guard.mayGo(1, [old], me)).toBe(true);
  expect(guard.mayGo(1, [old, aMessage({ id: 2, at: 200, fromMe: true, agent: ben })], me)).toBe(false);
});
