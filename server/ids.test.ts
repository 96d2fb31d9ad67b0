import { expect, test } from 'vitest';
import { digest, newSecret, sameSecret } from './ids.ts';

test('ten thousand secrets are ten thousand, of 256 bits each, and look like nothing', () => {
  const made = Array.from({ length: 10_000 }, newSecret);
  expect(new Set(made).size).toBe(10_000);
  const counts = new Uint32Array(256);
  const lengths = new Set<number>();
  for (const one of made) {
    const bytes = Buffer.from(one, 'base64url');
    lengths.add(bytes.length);
    for (let bit = 0; bit < 256; bit++) counts[bit]! += (bytes[bit >> 3]! >> (bit & 7)) & 1;
  }
  expect([...lengths]).toEqual([32]);
  // Each of the bits is set about every second time.
  expect(Math.min(...counts)).toBeGreaterThan(4_600);
  expect(Math.max(...counts)).toBeLessThan(5_400);
});

test('what is stored of a secret is its SHA-256; texts of any length are compared', () => {
  expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect([sameSecret('a', 'a'), sameSecret('a', 'b'), sameSecret('a', 'aa'), sameSecret('', '')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
