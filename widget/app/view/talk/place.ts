import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** Puts a box at a point of the viewport, under it or above, but never outside of the page it is in. */
export function usePlace(
  box: RefObject<HTMLElement | null>,
  x: number,
  y: number,
  again: readonly unknown[] = [],
): void {
  useLayoutEffect(() => {
    const element = box.current!;
    const room = element.offsetParent!.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    const left = Math.max(8, Math.min(room.width - width - 8, x - room.left - width / 2));
    const under = y - room.top + 6;
    const top = under + height > room.height - 8 ? Math.max(8, y - room.top - height - 6) : under;
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
  }, [x, y, ...again]);
}
