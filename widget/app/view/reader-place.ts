import { elementScroll, observeElementOffset, type Virtualizer } from '@tanstack/virtual-core';

type List = Virtualizer<HTMLElement, HTMLElement>;

/** Near the end, in px: within this distance a chat follows what comes. */
export const nearEnd = 80;

/**
 * Where the reader is, which the page knows before the list does: a scroll tells of itself with the next frame only, and on
 * a busy machine that is late. Whatever the list moved until then would bring them back to where it last heard of them.
 */
export class ReaderPlace {
  /** Where the page stood when the list last heard of it, or moved it, px. */
  #known: number | null = null;
  /** Where the browser is taking it, a little nearer with every frame, px; null: nowhere. */
  #towards: number | null = null;
  /** Where the reader was when the list decided to go along with what came; null: it does not. */
  #from: { top: number; offset: number; first: unknown } | null = null;

  observe(list: List, tell: (offset: number, isScrolling: boolean) => void): void | (() => void) {
    return observeElementOffset(list, (offset, isScrolling) => {
      this.#known = offset;
      if (!isScrolling) this.#towards = null;
      tell(offset, isScrolling);
    });
  }

  /** Moves the page, unless the reader has gone elsewhere: a movement asked for is told of by `catchUp` before it. */
  move(offset: number, options: { adjustments?: number; behavior?: ScrollBehavior }, list: List): void {
    if (this.#unheard(list)) return list.cancelScroll();
    elementScroll(offset, options, list);
    this.#towards = options.behavior === 'smooth' ? offset + (options.adjustments ?? 0) : null;
    this.#known = list.scrollElement?.scrollTop ?? null;
  }

  /** Before the rows are put that the list will go along with. */
  follow(list: List): void {
    const offset = list.scrollOffset ?? 0;
    this.#from ??= { top: this.#known ?? offset, offset, first: list.options.getItemKey(0) };
  }

  get isFollowing(): boolean {
    return this.#from !== null;
  }

  /** Those who went along have arrived, or have not. */
  arrive(): void {
    this.#from = null;
  }

  /**
   * Lets the list know where the reader is. `true`: elsewhere than it thought; what it was about to do about them is
   * dropped. Costs a layout where the page has changed.
   */
  catchUp(list: List): boolean {
    const by = this.#unheard(list);
    const top = list.scrollElement?.scrollTop ?? null;
    const from = this.#from;
    const isElsewhere = from ? top !== null && top < from.top - nearEnd : by !== 0;
    this.#known = top;
    if (!isElsewhere) return false;
    list.scrollOffset = from
      ? from.offset + top! - from.top + startOf(list, from.first)
      : (list.scrollOffset ?? 0) + by;
    this.#from = null;
    list.cancelScroll();
    return true;
  }

  /** So far the reader has gone since the list last heard of them, px. */
  #unheard(list: List): number {
    const element = list.scrollElement;
    if (!element || this.#known === null) return 0;
    const by = element.scrollTop - this.#known;
    const isOnTheWay =
      this.#towards !== null &&
      Math.abs(this.#towards - element.scrollTop) <= Math.abs(this.#towards - this.#known);
    if (isOnTheWay) return 0;
    // A list that has become lower takes its reader along.
    const isAtEnd = element.scrollHeight - element.clientHeight - element.scrollTop < 1;
    return by < 0 && isAtEnd ? 0 : by;
  }
}

/** How far below the beginning a row stands that was the first, px. */
function startOf(list: List, key: unknown): number {
  return list.measurementsCache.find((row) => row.key === key)?.start ?? 0;
}
