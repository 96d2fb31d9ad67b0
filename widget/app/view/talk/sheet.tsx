import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { IconButton } from '../parts.tsx';

/** A dialog over the Chat: what is behind it rests, Escape closes, the focus goes back to where it was. */
export function Sheet(props: {
  title: string;
  onClose: () => void;
  isSmall?: boolean;
  /** Afterwards one goes on writing, whatever opened it; not where that would bring a keyboard over the screen. */
  isOfComposer?: boolean;
  children: ComponentChildren;
  footer?: ComponentChildren;
}): JSX.Element {
  const veil = useRef<HTMLDivElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const element = veil.current!;
    const root = element.getRootNode() as ShadowRoot;
    const before = root.activeElement as HTMLElement | null;
    const behind = Array.from(element.parentElement?.children ?? []).filter(
      (one): one is HTMLElement => one instanceof HTMLElement && one !== element && !one.inert,
    );
    for (const one of behind) one.inert = true;
    const first = ['[data-first]', '.sheet-body input, .sheet-body button', 'button']
      .map((which) => element.querySelector<HTMLElement>(which))
      .find((one) => one !== null);
    first?.focus();
    return () => {
      for (const one of behind) one.inert = false;
      const goesOn = props.isOfComposer && matchMedia('(hover: hover)').matches;
      const back =
        before?.isConnected && !goesOn
          ? before
          : element.parentElement?.querySelector<HTMLElement>('textarea');
      back?.focus();
    };
  }, []);
  return (
    <div
      ref={veil}
      class="veil"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        props.onClose();
      }}
      onPointerDown={(event) => event.target === event.currentTarget && props.onClose()}
    >
      <section
        class={`sheet${props.isSmall ? ' small' : ''}`}
        role="dialog"
        aria-modal="true"
        aria-labelledby={id}
      >
        <div class="sheet-head">
          <h2 id={id} class="grow">
            {props.title}
          </h2>
          <IconButton icon="close" label={t('close')} onClick={props.onClose} />
        </div>
        <div class="sheet-body">{props.children}</div>
        {props.footer && <div class="sheet-foot row-end">{props.footer}</div>}
      </section>
    </div>
  );
}
