import { expect, test } from 'vitest';
import type { Note } from '../link/work-api.ts';
import { namedIn, NoteNews } from './note-mentions.ts';

const colleagues = [
  { id: 1, name: 'Anna' },
  { id: 2, name: 'Anna Bianchi' },
  { id: 3, name: 'Иво' },
];

test.each([
  ['@Anna can you?', [1]],
  ['ask @Anna Bianchi', [2]],
  ['@Anna Bianchi and @Anna', [2, 1]],
  ['@Иво, срочно', [3]],
  ['@Annabel, anna@example.com, Anna', []],
  ['', []],
])('whom "%s" names', (text, ids) => {
  expect(namedIn(text, colleagues)).toEqual(ids);
});

test('a note that names us is news once, while it is fresh, and not one of our own', () => {
  let now = 0;
  const news = new NoteNews({ me: () => ({ id: 7, name: 'Ann' }), now: () => now });
  const note = (change: Partial<Note>): Note => ({
    id: 1,
    inboxId: 1,
    chatId: 4,
    clientId: 'c',
    author: { id: 2, name: 'Ben' },
    body: '@Ann, look',
    at: 1_000_000,
    editedAt: null,
    deleted: false,
    mentions: [{ id: 7, name: 'Ann' }],
    seq: 1,
    ...change,
  });
  const heard = (change: Partial<Note>, at = 1_000_001): number[] => {
    now = at;
    news.mentioned.value = [];
    news.hear([note(change)]);
    return news.mentioned.value.map((one) => one.note!.id);
  };
  expect(heard({ author: { id: 7, name: 'Ann' } })).toEqual([]);
  expect(heard({ mentions: [{ id: 8, name: 'Eve' }] })).toEqual([]);
  expect(heard({ deleted: true })).toEqual([]);
  expect(heard({ id: 2 }, 1_000_000 + 3_600_000)).toEqual([]);
  expect(heard({ editedAt: 4_600_000 }, 4_600_001)).toEqual([1]);
  expect(heard({ body: '@Ann, look here' })).toEqual([]);
});
