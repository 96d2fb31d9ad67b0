/** Where the window of the widget stands on the page, as numbers. Lengths are px of the page's view. */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}
/** The part of the view that can be stood in. */
export interface View {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
/** A size, and the distance to the nearer side and edge: so it keeps its corner when the page changes its size. */
export interface Floating {
  width: number;
  height: number;
  side: 'left' | 'right';
  x: number;
  edge: 'top' | 'bottom';
  y: number;
}
export const places = ['float', 'left', 'right'] as const;
export type At = (typeof places)[number];
/** `null`: as it usually is. */
export interface Stand {
  at: At;
  float: Floating | null;
  /** Width beside the page. */
  dock: number | null;
}
/** What is moved: a corner or an edge is named by its sides (`n`, `se`), the whole is `''`. */
export type Grip = '' | 'n' | 's' | 'e' | 'w' | 'ne' | 'nw' | 'se' | 'sw';

export const usualStand: Stand = { at: 'float', float: null, dock: null };
export const smallest = { width: 320, height: 360 };
const usualSize = { width: 400, height: 680 };
const largeSize = { width: 1040, height: 860 };
/** Between a floating window and the view's edges. */
const gap = 12;
/** What a docked window leaves of the page at least. */
const leaves = 48;

const within = (low: number, value: number, high: number): number => Math.max(low, Math.min(value, high));

/** The window as it is wanted, as far as the view has room for it. `null`: as the sheet of styles has it. */
export function boxOf({ at, float, dock }: Stand, isExpanded: boolean, view: View): Box | null {
  if (at !== 'float') {
    const wanted = isExpanded ? largeSize.width : (dock ?? usualSize.width);
    const width = within(smallest.width, wanted, view.right - view.left - leaves);
    const left = at === 'left' ? view.left : view.right - width;
    return { left, top: view.top, width, height: view.bottom - view.top };
  }
  if (!float) return null;
  const { width, height } = fit(isExpanded ? largeSize : float, view);
  return keepIn(
    {
      left: float.side === 'left' ? view.left + float.x : view.right - float.x - width,
      top: float.edge === 'top' ? view.top + float.y : view.bottom - float.y - height,
      width,
      height,
    },
    view,
  );
}

function fit(
  { width, height }: { width: number; height: number },
  view: View,
): Pick<Box, 'width' | 'height'> {
  return {
    width: within(smallest.width, width, view.right - view.left - 2 * gap),
    height: within(smallest.height, height, view.bottom - view.top - 2 * gap),
  };
}

/** All of it in sight. */
export function keepIn(box: Box, view: View): Box {
  const { width, height } = fit(box, view);
  return {
    width,
    height,
    left: within(view.left + gap, box.left, Math.max(view.left + gap, view.right - gap - width)),
    top: within(view.top + gap, box.top, Math.max(view.top + gap, view.bottom - gap - height)),
  };
}

/** The window after one of its grips went so far. What does not move stays where it was. */
export function pulled(from: Box, grip: Grip, dx: number, dy: number, view: View): Box {
  if (!grip) return keepIn({ ...from, left: from.left + dx, top: from.top + dy }, view);
  let { left, top } = from;
  let right = left + from.width;
  let bottom = top + from.height;
  if (grip.includes('w')) left = within(view.left + gap, left + dx, right - smallest.width);
  if (grip.includes('e')) right = within(left + smallest.width, right + dx, view.right - gap);
  if (grip.includes('n')) top = within(view.top + gap, top + dy, bottom - smallest.height);
  if (grip.includes('s')) bottom = within(top + smallest.height, bottom + dy, view.bottom - gap);
  return { left, top, width: right - left, height: bottom - top };
}

/** How it is kept that a window floats here. */
export function floatingAt(box: Box, view: View, size: Pick<Box, 'width' | 'height'> = box): Floating {
  const toLeft = box.left - view.left;
  const toRight = view.right - box.left - box.width;
  const toTop = box.top - view.top;
  const toBottom = view.bottom - box.top - box.height;
  return {
    width: Math.round(size.width),
    height: Math.round(size.height),
    side: toLeft < toRight ? 'left' : 'right',
    x: Math.round(Math.min(toLeft, toRight)),
    edge: toTop < toBottom ? 'top' : 'bottom',
    y: Math.round(Math.min(toTop, toBottom)),
  };
}

/** The size it goes back to when it is neither large nor docked. */
export function ownSize({ float }: Stand): Pick<Box, 'width' | 'height'> {
  return float ?? usualSize;
}

/** The same as it is kept among an Agent's choices; `null` where nothing was chosen. */
export function writeStand(stand: Stand): string | null {
  return stand.at === 'float' && !stand.float && stand.dock === null ? null : JSON.stringify(stand);
}

/** What was kept; the usual where it cannot be read (an older version, somebody else's hand). */
export function readStand(text: string | null): Stand {
  try {
    const { at, float, dock } = JSON.parse(text ?? '{}') as Partial<Stand>;
    return {
      at: places.find((one) => one === at) ?? 'float',
      float: isFloating(float) ? float : null,
      dock: isLength(dock) ? dock : null,
    };
  } catch {
    return usualStand;
  }
}

const isLength = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0;

function isFloating(value: unknown): value is Floating {
  const { width, height, side, x, edge, y } = (value ?? {}) as Record<string, unknown>;
  const isSide = (side === 'left' || side === 'right') && (edge === 'top' || edge === 'bottom');
  return isSide && [width, height, x, y].every(isLength);
}
