import { observeElementRect, Virtualizer, type VirtualItem } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { nearEnd, ReaderPlace } from './reader-place.ts';

export { nearEnd };

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

/** A list of which only some rows are drawn. */
export interface Virtual {
  virtual: Virtualizer<HTMLElement, HTMLElement>;
  /** Before the list moves its reader: `true` where they have gone elsewhere and it had not been told yet. */
  catchUp: () => boolean;
}

/**
 * Only the rows of a conversation that are in view are in the document, each as high as it is: it stays put when older
 * ones are put before, and follows new ones only near the end.
 */
export function useVirtual(options: VirtualOptions): Virtual {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [place] = useState(() => new ReaderPlace());
  /** What is told to the list with its next scroll may be what it knows by then, and draws nothing. */
  const catchUp = (instance = virtual): boolean => {
    const isElsewhere = place.catchUp(instance);
    if (isElsewhere) {
      options.onScroll?.(instance);
      redraw(0);
    }
    return isElsewhere;
  };
  const drawn = useRef<readonly VirtualItem[] | undefined>(undefined);
  const all = {
    count: options.count,
    getScrollElement: () => options.scroller.current,
    estimateSize: options.estimate,
    getItemKey: options.keyOf,
    paddingEnd: gapAtEnd,
    overscan: options.overscan ?? 6,
    observeElementRect,
    observeElementOffset: place.observe.bind(place),
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
      if (known !== undefined && known === instance.measurementsCache[index]?.size) return known;
      // A row that is not as high as was thought moves those above it, or below.
      catchUp(instance);
      if (known !== undefined) return known;
      const height = heightOf(element, entry);
      options.onMeasure?.(index, height);
      return height;
    },
    scrollToFn: place.move.bind(place),
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
    const { scrollToEnd, scrollToIndex } = made;
    made.scrollToEnd = (how) => (place.catchUp(made), scrollToEnd(how));
    made.scrollToIndex = (index, how) => (place.catchUp(made), scrollToIndex(index, how));
    return made;
  });
  /** The first row of all until older ones came before it. */
  const wasFirst = virtual.options.count ? virtual.options.getItemKey(0) : undefined;
  const comeBefore = wasFirst !== undefined && options.count > 0 && options.keyOf(0) !== wasFirst;
  const isElsewhere = comeBefore && place.catchUp(virtual);
  const follows = isFollowing(virtual, options);
  if (follows) place.follow(virtual);
  virtual.setOptions(all);
  // Drawn where it is going, not where it was: else every new row is drawn twice, once of them out of sight.
  if (follows) virtual.scrollOffset = Math.max(0, virtual.getTotalSize() - (virtual.scrollRect?.height ?? 0));
  drawn.current = virtual.getVirtualItems();
  useLayoutEffect(() => virtual._didMount(), [virtual]);
  const frame = useRef(0);
  useLayoutEffect(() => {
    if (isElsewhere) options.onScroll?.(virtual);
    if (!follows && !frame.current) {
      virtual._willUpdate();
      if (!comeBefore) return;
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
      const hasLeft = catchUp() || !place.isFollowing;
      place.arrive();
      virtual._willUpdate();
      if (!hasLeft) virtual.scrollToEnd();
    });
  });
  useLayoutEffect(() => () => cancelAnimationFrame(frame.current), []);
  return { virtual, catchUp };
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
