import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contrast, type Rgb } from './colour.ts';
import { pairs } from './contrast-pairs.ts';

const css = readFileSync(new URL('./css/tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
  Array.from(
    css.matchAll(/--cd-([\w-]+): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\);/g),
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }],
  ),
);
const parse = (hex: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

test.each(['light', 'dark'] as const)('every pair of our tokens can be read: %s', (theme) => {
  for (const [ink, paper, ratio] of pairs) {
    const [on, under] = [tokens.get(ink)?.[theme], tokens.get(paper)?.[theme]];
    expect(on && under, `${ink} on ${paper} is a pair of tokens`).toBeTruthy();
    expect(contrast(parse(on!), parse(under!)), `${ink} on ${paper}`).toBeGreaterThanOrEqual(ratio);
  }
});
