import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { Icon } from '../icon.tsx';

/** Tabs that have no room are faded out where they go on, and brought by an arrow; by keys the tabs themselves are walked. */
export function MoreFilters(props: { box: RefObject<HTMLElement | null>; chosen: string }): JSX.Element {
  const { box } = props;
  const hidden = useSignal({ before: false, after: false });
  useLayoutEffect(() => {
    const element = box.current!;
    const look = (): void => {
      // From right to left it is counted below 0. What is cut by less than a pixel is not cut.
      const gone = Math.abs(element.scrollLeft);
      const before = gone > 1;
      const after = element.scrollWidth - element.clientWidth - gone > 1;
      element.toggleAttribute('data-before', before);
      element.toggleAttribute('data-after', after);
      const { value } = hidden;
      if (value.before !== before || value.after !== after) hidden.value = { before, after };
    };
    const life = new AbortController();
    element.addEventListener('scroll', look, { passive: true, signal: life.signal });
    const room = new ResizeObserver(look);
    // What is counted in a tab makes it wider.
    for (const one of [element, ...Array.from(element.children)]) room.observe(one);
    return () => {
      life.abort();
      room.disconnect();
    };
  }, []);
  // The one that was chosen the last time may lie beyond the edge. Not scrollIntoView: it moves the page around, too.
  useLayoutEffect(() => {
    const tab = box.current!.querySelector('[aria-checked=true]');
    if (!tab) return;
    const [inner, outer] = [tab, box.current!].map((one) => one.getBoundingClientRect());
    const [left, right] = [inner!.left - outer!.left - edge, inner!.right - outer!.right + edge];
    if (left < 0 || right > 0) box.current!.scrollBy({ left: left < 0 ? left : right, behavior: 'instant' });
  }, [props.chosen]);
  const turn = (by: number): void => {
    const element = box.current!;
    const isRtl = getComputedStyle(element).direction === 'rtl';
    element.scrollBy({ left: by * (isRtl ? -1 : 1) * Math.max(80, element.clientWidth - 2 * edge) });
  };
  const arrow = (side: 'before' | 'after', by: number): JSX.Element | false =>
    hidden.value[side] && (
      <button
        type="button"
        class={`more-filters ${side}`}
        tabIndex={-1}
        aria-hidden="true"
        onClick={() => turn(by)}
      >
        <Icon name="back" size={18} flip />
      </button>
    );
  return (
    <>
      {arrow('before', -1)}
      {arrow('after', 1)}
    </>
  );
}

/** The arrow and the fading lie over so much of the tabs, px. */
const edge = 44;
