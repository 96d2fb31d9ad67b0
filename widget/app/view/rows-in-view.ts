import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Rows drawn before and after those that are seen, so that a quick scroll shows no gap. */
const overscan = 2;

export interface RowsInView {
  /** The first row to draw, and the one behind the last. */
  from: number;
  to: number;
  /** Scrolls as little as shows the whole row, or until it is the first. */
  goTo(index: number, align?: 'start'): void;
}

/**
 * Which rows of a long list are to be in the document, where all rows are equally high (px). A conversation, whose rows
 * are not, has `virtual.ts`: seven times the code, and not needed before the list is there.
 */
export function useRowsInView(options: {
  scroller: RefObject<HTMLElement | null>;
  count: number;
  rowHeight: number;
}): RowsInView {
  const { scroller, count, rowHeight } = options;
  const [seen, setSeen] = useState({ first: 0, last: 0 });
  const look = (): void => {
    const element = scroller.current;
    // Hidden, it has no height and would be drawn empty when it is shown again.
    if (!element?.clientHeight) return;
    const { scrollTop, clientHeight } = element;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight));
    const last = Math.floor((scrollTop + clientHeight - 1) / rowHeight);
    setSeen((known) => (known.first === first && known.last === last ? known : { first, last }));
  };
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, [rowHeight]);
  return {
    from: Math.max(0, Math.min(seen.first, count) - overscan),
    to: Math.min(count, seen.last + 1 + overscan),
    goTo(index, align) {
      const element = scroller.current;
      if (!element) return;
      const top = index * rowHeight;
      const bottom = top + rowHeight - element.clientHeight;
      if (align === 'start' || top < element.scrollTop) element.scrollTop = top;
      else if (bottom > element.scrollTop) element.scrollTop = bottom;
      look();
    },
  };
}
