import {
  elementScroll,
  measureElement,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualItem,
} from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

export interface VirtualOptions {
  scroller: RefObject<HTMLElement | null>;
  count: number;
  estimate: (index: number) => number;
  keyOf: (index: number) => string | number;
  overscan?: number;
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
      const height = measureElement(element, entry, instance);
      options.onMeasure?.(instance.indexFromElement(element), height);
      return height;
    },
    scrollToFn: elementScroll,
    onChange: (instance: Virtualizer<HTMLElement, HTMLElement>) => {
      redraw(0);
      options.onScroll?.(instance);
    },
    anchorTo: 'end' as const,
    followOnAppend: true,
    scrollEndThreshold: nearEnd,
    // A conversation begins at its end: rows at its beginning would be drawn for nothing, and what is older fetched.
    initialOffset: 1e7,
  };
  const [virtual] = useState(() => {
    const made = new Virtualizer<HTMLElement, HTMLElement>(all);
    made.shouldAdjustScrollPositionOnItemSizeChange = isAbove;
    return made;
  });
  const follows = isFollowing(virtual, options);
  virtual.setOptions(all);
  // Drawn where it is going, not where it was: else every new row is drawn twice, once of them out of sight.
  if (follows) virtual.scrollOffset = Math.max(0, virtual.getTotalSize() - (virtual.scrollRect?.height ?? 0));
  useLayoutEffect(() => virtual._didMount(), [virtual]);
  useLayoutEffect(() => virtual._willUpdate());
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
 * Whether a change of a row's size moves what is being read. A row above the fold does, also while scrolling up: the
 * row that was the first of all loses its date when older ones come before it. (By default the library looks away then.)
 */
function isAbove(item: VirtualItem, _: number, virtual: Virtualizer<HTMLElement, HTMLElement>): boolean {
  const offset = virtual.scrollOffset ?? 0;
  return virtual.itemSizeCache.has(item.key) ? item.end <= offset : item.start < offset;
}
