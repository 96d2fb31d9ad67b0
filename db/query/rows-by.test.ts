import { expect, test } from 'vitest';
import { rowsBy } from './rows-by.ts';

test('lists of many lengths are few texts, and ask for nothing else', () => {
  const texts = new Set<string>();
  for (let length = 1; length <= 200; length++) {
    const ids = Array.from({ length }, (_, n) => n + 1);
    const query = rowsBy('contact', 'id', ids);
    texts.add(query.sql);
    expect(new Set(query.parameters)).toEqual(new Set(ids));
    expect(query.sql.split('?')).toHaveLength(query.parameters.length + 1);
  }
  expect(texts.size).toBeLessThan(9);
});
