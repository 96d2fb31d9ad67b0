import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { Corner } from '../corner.tsx';
import { IconButton } from '../parts.tsx';
import { useRoom } from '../shell.ts';

/** A screen in front of all others: Escape and the arrow lead back to where one was. */
export function Page(props: {
  title: string;
  /** Nothing in it takes the focus, so the whole does: arrows scroll it. */
  isText?: boolean;
  children: ComponentChildren;
}): JSX.Element {
  const { shell } = useRoom();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  const leave = (): void => {
    shell.page.value = '';
  };
  return (
    <div
      class="page set-page"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        leave();
      }}
    >
      <header class="bar">
        <IconButton icon="back" flip label={t('back')} onClick={leave} />
        <h2 ref={heading} class="grow ellipsis" tabIndex={-1}>
          {props.title}
        </h2>
        <Corner />
      </header>
      <div class="scroll set-scroll" tabIndex={props.isText ? 0 : undefined}>
        {props.children}
      </div>
    </div>
  );
}
