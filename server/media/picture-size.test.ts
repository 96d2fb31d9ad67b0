import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pictureSize } from './picture-size.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
/** A frame of 3 × 2 pixels, behind whatever comes first. */
const jpeg = (before: string): Buffer => hex(`ffd8 ${before} ffc0 000b 08 0002 0003 01 000000 00`);
const exif = (orientation: string): string =>
  `ffe1 0022 457869660000 4d4d002a 00000008 0001 0112 0003 00000001 ${orientation} 00000000`;

test.each([
  ['PNG', hex('89504e470d0a1a0a 0000000d 49484452 00000003 00000002 0806000000'), 3, 2],
  ['GIF', hex('474946383961 0300 0200 000000'), 3, 2],
  ['WebP, lossy', hex('52494646 00000000 57454250 56503820 00000000 000000 9d012a 0300 0200'), 3, 2],
  ['WebP, extended', hex('52494646 00000000 57454250 56503858 0a000000 00000000 020000 010000'), 3, 2],
  ['WebP, lossless', hex('52494646 00000000 57454250 5650384c 00000000 2f 02400000 0000000000'), 3, 2],
  ['JPEG', jpeg(''), 3, 2],
  ['JPEG with much in front', jpeg(`ffe0 0004 0000 ffee ${'0006 00000000'} ff`), 3, 2],
  ['JPEG that lies as it stands', jpeg(exif('00010000')), 3, 2],
  ['JPEG that is to be turned', jpeg(exif('00060000')), 2, 3],
])('%s', (_, bytes, width, height) => {
  expect(pictureSize(bytes)).toEqual({ width, height });
});

test('a picture of 100,000 by 100,000 pixels and more, or of none, has no size', () => {
  expect(pictureSize(hex('89504e470d0a1a0a 0000000d 49484452 ffffffff ffffffff 0806000000'))).toBeUndefined();
  expect(pictureSize(hex('474946383961 0000 0200 000000'))).toBeUndefined();
});

test('no bytes make it throw or go on for ever', () => {
  const starts = [
    jpeg(''),
    jpeg(exif('00060000')),
    hex('52494646 00000000 57454250 56503858'),
    Buffer.alloc(0),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...starts),
      fc.nat(80),
      fc.uint8Array({ maxLength: 200 }),
      (start, cut, rest) => {
        const size = pictureSize(Buffer.concat([start.subarray(0, cut), rest]));
        return size === undefined || (size.width > 0 && size.height > 0);
      },
    ),
    { numRuns: 2_000 },
  );
});
