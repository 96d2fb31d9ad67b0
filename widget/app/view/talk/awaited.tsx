import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { Spinner } from '../parts.tsx';

/** In the place of what opens over a Chat while its code is on the way: Escape gives that up, not the whole window. */
export function Awaited({ onLeave }: { onLeave: () => void }): JSX.Element {
  const place = useRef<HTMLSpanElement>(null);
  const leave = useRef(onLeave);
  leave.current = onLeave;
  useLayoutEffect(() => {
    const life = new AbortController();
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      leave.current();
    };
    // What was pressed keeps the focus, wherever in the Chat it is.
    const chat = place.current!.closest<HTMLElement>('.page');
    chat?.addEventListener('keydown', onKeyDown, { capture: true, signal: life.signal });
    return () => life.abort();
  }, []);
  return (
    <span ref={place} class="awaited" role="status" aria-label={t('loading')}>
      <Spinner size={28} />
    </span>
  );
}
