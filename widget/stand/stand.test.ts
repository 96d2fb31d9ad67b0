import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  boxOf,
  floatingAt,
  pulled,
  readStand,
  smallest,
  usualStand,
  writeStand,
  type Grip,
} from './stand.ts';

const view = { left: 0, top: 0, right: 1_200, bottom: 800 };
const stand = {
  at: 'float',
  float: { width: 500, height: 600, side: 'right', x: 40, edge: 'bottom', y: 30 },
  dock: null,
} as const;

test('what was never moved is left to the sheet of styles', () => {
  expect(boxOf(usualStand, false, view)).toBeNull();
  expect(writeStand(usualStand)).toBeNull();
});

test('a window keeps its distance to the corner it stood in when the page changes its size', () => {
  expect(boxOf(stand, false, view)).toEqual({ left: 660, top: 170, width: 500, height: 600 });
  expect(boxOf(stand, false, { ...view, right: 1_000 })).toEqual({
    left: 460,
    top: 170,
    width: 500,
    height: 600,
  });
});

test('a docked window is as high as the room beside the page, and leaves the page some of its width', () => {
  const low = { ...view, top: 48, bottom: 770 };
  expect(boxOf({ ...stand, at: 'left', dock: 420 }, false, low)).toEqual({
    left: 0,
    top: 48,
    width: 420,
    height: 722,
  });
  expect(boxOf({ ...stand, at: 'right', dock: 9_000 }, false, low)).toMatchObject({ left: 48, width: 1_152 });
  expect(boxOf({ ...stand, at: 'right' }, true, low)).toMatchObject({ width: 1_040 });
});

test('however it is pulled, it stays in sight, is never too small, and the other side does not move', () => {
  const grips: Grip[] = ['', 'n', 's', 'e', 'w', 'ne', 'nw', 'se', 'sw'];
  const far = fc.integer({ min: -3_000, max: 3_000 });
  fc.assert(
    fc.property(fc.constantFrom(...grips), far, far, (grip, dx, dy) => {
      const from = boxOf(stand, false, view)!;
      const box = pulled(from, grip, dx, dy, view);
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.top).toBeGreaterThanOrEqual(0);
      expect(box.left + box.width).toBeLessThanOrEqual(1_200);
      expect(box.top + box.height).toBeLessThanOrEqual(800);
      expect(box.width).toBeGreaterThanOrEqual(smallest.width);
      expect(box.height).toBeGreaterThanOrEqual(smallest.height);
      if (grip && !grip.includes('w')) expect(box.left).toBe(from.left);
      if (grip && !grip.includes('e')) expect(box.left + box.width).toBe(from.left + from.width);
      if (grip && !grip.includes('n')) expect(box.top).toBe(from.top);
    }),
  );
});

test('what is kept of a place is that place', () => {
  const box = { left: 20, top: 100, width: 400, height: 500 };
  const float = floatingAt(box, view);
  const kept = writeStand({ at: 'float', float, dock: 380 });
  expect(boxOf(readStand(kept), false, view)).toEqual(box);
});

test.each([null, '', '{', '[]', '7', '{"at":"top","dock":-4,"float":{"width":1}}'])(
  'of %j nothing is kept',
  (text) => {
    expect(readStand(text)).toEqual(usualStand);
  },
);
