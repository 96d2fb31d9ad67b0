import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textIndexOf } from '../portable.ts';
import { describeDatabases } from '../testing.ts';
import { forAtMost } from '../testing-limit.ts';
import { reading } from './mysql-text.ts';
import type { TextQuery, TextRow } from './text-index.ts';

const vocabulary = ['a', 'ab', 'abc', 'abcd', 'б', 'бо', 'бок', 'привет', '12', '123', 'the', 'zq', 'жёж'];

/** What the index should answer: every row read in turn. */
function expected(rows: readonly TextRow[], { inboxIds, chatId, terms, before }: TextQuery): number[] {
  return rows
    .filter((row) => inboxIds.includes(row.inbox_id) && (chatId === undefined || row.chat_id === chatId))
    .filter((row) => row.doc < (before ?? Infinity))
    .filter((row) =>
      terms.every(({ word, prefix }) =>
        row.words.some((one) => (prefix ? one.startsWith(word) : one === word)),
      ),
    )
    .toSorted((a, b) => b.doc - a.doc)
    .map((row) => row.item);
}

describeDatabases('the text index', (database) => {
  const usual = { ...reading };
  // Small, so that a few rows go every way: the newest read, the index asked, further rows read, left for the next page.
  beforeAll(() => void Object.assign(reading, { sample: 4, most: 9, counted: 12 }));
  afterAll(() => void Object.assign(reading, usual));

  test('pages of what is frequent and of what is rare are all there is, newest first, each once', async () => {
    const db = database().db as never;
    const index = textIndexOf(db);
    const random = fc.sample(
      fc.record({
        words: fc.uniqueArray(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 4 }),
        inbox_id: fc.constantFrom(1, 2, 11),
        chat: fc.constantFrom(1, 2, 3),
      }),
      { numRuns: 120, seed: 11 },
    );
    const rows = random.map(({ chat, ...row }, n): TextRow => ({
      ...row,
      item: n + 1,
      doc: 1_000 + ((n * 37) % 120) * 5,
      chat_id: row.inbox_id * 10 + chat,
      digest: 'x',
    }));
    for (const kind of ['message', 'note'] as const) await index.insert(db, kind, rows);
    await index.remove(
      db,
      'message',
      rows.filter((row) => row.item % 10 === 0),
    );
    const standing = rows.filter((row) => row.item % 10 !== 0);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(1, 2, 11), { minLength: 1 }),
        fc.option(fc.constantFrom(1, 2, 3), { nil: undefined }),
        fc.array(fc.record({ word: fc.constantFrom(...vocabulary, 'nobody'), prefix: fc.boolean() }), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.integer({ min: 1, max: 7 }),
        forAtMost(7_000, async (inboxIds, chat, terms, limit) => {
          const of = limit % 2 ? 'message' : 'note';
          const inboxes = chat === undefined ? inboxIds : inboxIds.slice(0, 1);
          const query = {
            inboxIds: inboxes,
            chatId: chat === undefined ? undefined : inboxes[0]! * 10 + chat,
            terms,
          };
          const all = expected(of === 'message' ? standing : rows, { ...query, limit });
          const seen: number[] = [];
          for (let before: number | undefined, pages = 0; ; pages++) {
            const page = await index.find(db, of, { ...query, before, limit });
            expect(page.rows.length).toBeLessThanOrEqual(limit);
            seen.push(...page.rows.map((row) => row.item));
            if (page.downTo === undefined && page.rows.length < limit) break;
            before = page.downTo ?? page.rows.at(-1)!.doc;
            expect(pages).toBeLessThan(200);
          }
          expect(seen).toEqual(all);
          if (query.chatId !== undefined) {
            const counted = await index.count(db, of, { ...query, limit: 5 });
            expect([undefined, Math.min(5, all.length)]).toContain(counted);
          }
        }),
      ),
      { numRuns: 150 },
    );
  });
});
