import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualItem,
} from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';

export interface VirtualOptions {
  scroller: RefObject<HTMLElement | null>;
  count: number;
  estimate: (index: number) => number;
  keyOf: (index: number) => string | number;
  overscan?: number;
  /** How high a row is if that is known without looking, px: a look would be a layout of the page. */
  knownHeight?: (index: number) => number | undefined;
  /** Told how high a row is, px. */
  onMeasure?: (index: number, height: number) => void;
  onScroll?: (virtual: Virtualizer<HTMLElement, HTMLElement>) => void;
}

/** Between the last row and what stands below the list, px. */
const gapAtEnd = 6;

/** Near the end, in px: within this distance a chat follows what comes. */
export const nearEnd = 80;

/**
 * Only the rows of a conversation that are in view are in the document, each as high as it is: it stays put when older
 * ones are put before, and follows new ones only near the end.
 */
export function useVirtual(options: VirtualOptions): Virtualizer<HTMLElement, HTMLElement> {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const drawn = useRef<readonly VirtualItem[] | undefined>(undefined);
  const all = {
    count: options.count,
    getScrollElement: () => options.scroller.current,
    estimateSize: options.estimate,
    getItemKey: options.keyOf,
    paddingEnd: gapAtEnd,
    overscan: options.overscan ?? 6,
    observeElementRect,
    observeElementOffset,
    measureElement: (
      element: HTMLElement,
      entry: ResizeObserverEntry | undefined,
      instance: Virtualizer<HTMLElement, HTMLElement>,
    ) => {
      const index = instance.indexFromElement(element);
      // Should it be another height after all, the observer says so in the same frame.
      const known = entry
        ? undefined
        : (options.knownHeight?.(index) ?? instance.itemSizeCache.get(options.keyOf(index)));
      if (known !== undefined) return known;
      const height = heightOf(element, entry);
      options.onMeasure?.(index, height);
      return height;
    },
    scrollToFn: elementScroll,
    onChange: (instance: Virtualizer<HTMLElement, HTMLElement>) => {
      // Most scrolling, and every end of it, leaves the rows as they are.
      if (instance.getVirtualItems() !== drawn.current) redraw(0);
      options.onScroll?.(instance);
    },
    anchorTo: 'end' as const,
    // It is done below: by then the reader may have gone, and the page learns of that only with the next frame.
    followOnAppend: false,
    scrollEndThreshold: nearEnd,
    // A conversation begins at its end: rows at its beginning would be drawn for nothing, and what is older fetched.
    initialOffset: 1e7,
  };
  /** The row that is becoming lower at its upper end. */
  const cut = useRef<VirtualItem['key'] | null>(null);
  const [virtual] = useState(() => {
    const made = new Virtualizer<HTMLElement, HTMLElement>(all);
    made.shouldAdjustScrollPositionOnItemSizeChange = (item, _, instance) =>
      item.key === cut.current || isAbove(item, instance);
    return made;
  });
  /** The first row of all until older ones came before it. */
  const wasFirst = virtual.options.count ? virtual.options.getItemKey(0) : undefined;
  const follows = isFollowing(virtual, options);
  /** Where the reader was when the list last decided to go along, px; null: it does not. */
  const from = useRef<number | null>(null);
  if (follows) from.current ??= virtual.scrollOffset;
  virtual.setOptions(all);
  // Drawn where it is going, not where it was: else every new row is drawn twice, once of them out of sight.
  if (follows) virtual.scrollOffset = Math.max(0, virtual.getTotalSize() - (virtual.scrollRect?.height ?? 0));
  drawn.current = virtual.getVirtualItems();
  useLayoutEffect(() => virtual._didMount(), [virtual]);
  const frame = useRef(0);
  useLayoutEffect(() => {
    if (!follows && !frame.current) {
      virtual._willUpdate();
      if (wasFirst === undefined || !options.count || options.keyOf(0) === wasFirst) return;
      // It has lost its date, which stood above what is being read, whoever reads that very row.
      const row = virtual.elementsCache.get(wasFirst);
      if (!row?.isConnected) return;
      cut.current = wasFirst;
      virtual.resizeItem(virtual.indexFromElement(row), heightOf(row));
      cut.current = null;
      return;
    }
    // With the frame: where the list ends is known after a layout, and there is one in every frame.
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      // Somebody who scrolled up meanwhile stays there: the page has learnt of it with this frame, or does with the next.
      const was = from.current;
      from.current = null;
      const top = was === null ? 0 : (virtual.scrollElement?.scrollTop ?? 0);
      const hasLeft = was !== null && top < was - nearEnd;
      if (hasLeft) virtual.scrollOffset = top;
      virtual._willUpdate();
      if (hasLeft) redraw(0);
      else if (was !== null) virtual.scrollToEnd();
    });
  });
  useLayoutEffect(() => () => cancelAnimationFrame(frame.current), []);
  return virtual;
}

/** Whether rows have come behind the last one while the end is being read: the list will go along. */
function isFollowing(
  virtual: Virtualizer<HTMLElement, HTMLElement>,
  { count, keyOf }: VirtualOptions,
): boolean {
  const { options } = virtual;
  if (!virtual.scrollElement || !options.count || count <= options.count) return false;
  return options.getItemKey(options.count - 1) !== keyOf(count - 1) && virtual.isAtEnd(nearEnd);
}

/**
 * How high a row is, px. Not in whole ones, as the library has it: what is lost of each row above what is being read adds
 * up. In parts of which both ways to ask tell the same, or each row would be drawn twice; and whatever moves the window.
 */
function heightOf(row: HTMLElement, entry?: ResizeObserverEntry): number {
  const height = entry?.borderBoxSize[0]?.blockSize ?? (Number.parseFloat(getComputedStyle(row).height) || 0);
  return Math.round(height * 64) / 64;
}

/**
 * Whether a change of a row's size moves what is being read. A row above the fold does, also while scrolling up. (By
 * default the library looks away then.)
 */
function isAbove(item: VirtualItem, virtual: Virtualizer<HTMLElement, HTMLElement>): boolean {
  const offset = virtual.scrollOffset ?? 0;
  return virtual.itemSizeCache.has(item.key) ? item.end <= offset : item.start < offset;
}
