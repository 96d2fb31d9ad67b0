import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contrast, type Rgb } from './colour.ts';
import { tokensOf } from './host-theme.ts';
import { pairs } from './contrast-pairs.ts';

const rgb = fc.tuple(
  ...[0, 1, 2].map(() => fc.integer({ min: 0, max: 255 })),
) as unknown as fc.Arbitrary<Rgb>;
const parse = (hex: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

test('whatever colours a page has, what we make of them can be read', () => {
  const looks = fc.record({ paper: rgb, text: rgb, accent: fc.option(rgb, { nil: undefined }) });
  fc.assert(
    fc.property(looks, (page) => {
      const tokens = tokensOf(page);
      for (const [ink, paper, ratio] of pairs) {
        const [on, under] = [tokens[`--cd-${ink}`], tokens[`--cd-${paper}`]];
        // Danger and warning are ours on every page.
        if (!on || !under) continue;
        expect(contrast(parse(on), parse(under)), `${ink} on ${paper}`).toBeGreaterThanOrEqual(ratio);
      }
    }),
    { numRuns: 500 },
  );
});

test('colours that can be read already are taken as they are', () => {
  const espo = tokensOf({ paper: [255, 255, 255], text: [40, 40, 40], accent: [79, 98, 130] });
  expect(espo).toMatchObject({ '--cd-surface': '#ffffff', '--cd-text': '#282828', '--cd-accent': '#4f6282' });
});
