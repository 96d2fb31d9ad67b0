import { expect, test } from 'vitest';
import { sample, sampleNames } from './samples.ts';

const beginnings = {
  photo: [0xff, 0xd8, 0xff],
  clip: [0, 0, 0],
  voice: [...Buffer.from('OggS')],
  tune: [...Buffer.from('RIFF')],
  invoice: [...Buffer.from('%PDF-1.4')],
  sticker: [...Buffer.from('RIFF')],
};

test.each(sampleNames)('%s is what it says it is, and small', (name) => {
  const { data } = sample(name);
  expect([...data.subarray(0, beginnings[name].length)]).toEqual(beginnings[name]);
  expect(data.length).toBeLessThan(32 * 1024);
  expect(sample(name).data).toBe(data);
});

test('the table of the document points at its objects', () => {
  const text = Buffer.from(sample('invoice').data).toString('latin1');
  const table = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  expect(text.slice(table, table + 4)).toBe('xref');
  const [, ...offsets] = [...text.matchAll(/^(\d{10}) \d{5} [nf] $/gm)].map(([, at]) => Number(at));
  offsets.forEach((at, index) => expect(text.slice(at).startsWith(`${index + 1} 0 obj`)).toBe(true));
});
