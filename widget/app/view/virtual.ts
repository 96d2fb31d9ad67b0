import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

export interface VirtualOptions {
  scroller: RefObject<HTMLElement | null>;
  count: number;
  estimate: (index: number) => number;
  keyOf: (index: number) => string | number;
  overscan?: number;
  /** A conversation: stays put when older rows are put before, follows new ones only near the end. */
  isChat?: boolean;
  onScroll?: (virtual: Virtualizer<HTMLElement, HTMLElement>) => void;
}

/** Near the end, in px: within this distance a chat follows what comes. */
export const nearEnd = 80;

/** Only the rows in view are in the document. */
export function useVirtual(options: VirtualOptions): Virtualizer<HTMLElement, HTMLElement> {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const all = {
    count: options.count,
    getScrollElement: () => options.scroller.current,
    estimateSize: options.estimate,
    getItemKey: options.keyOf,
    overscan: options.overscan ?? 6,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: (instance: Virtualizer<HTMLElement, HTMLElement>) => {
      redraw(0);
      options.onScroll?.(instance);
    },
    ...(options.isChat
      ? { anchorTo: 'end' as const, followOnAppend: true, scrollEndThreshold: nearEnd }
      : {}),
  };
  const [virtual] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(all));
  virtual.setOptions(all);
  useLayoutEffect(() => virtual._didMount(), [virtual]);
  useLayoutEffect(() => virtual._willUpdate());
  return virtual;
}
