import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../../text/text.ts';
import { IconButton } from '../../parts.tsx';
import { focusAtEnd } from './label-form.tsx';

/** Over the canned replies of one category: its name, changed in place. `onRename` resolves to whether it was. */
export function CategoryHead(props: {
  name: string;
  onRename: (to: string) => Promise<boolean>;
}): JSX.Element {
  const { name } = props;
  const id = useId();
  /** What is typed, while it is renamed. */
  const typed = useSignal<string | null>(null);
  const pen = useRef<HTMLSpanElement>(null);
  const wasTyped = useRef(false);
  // The focus comes back to where the field was opened.
  useLayoutEffect(() => {
    if (typed.value === null && wasTyped.current) pen.current?.querySelector('button')?.focus();
    wasTyped.current = typed.value !== null;
  }, [typed.value === null]);
  const leave = (): void => void (typed.value = null);
  if (typed.value === null)
    return (
      <div class="category-head">
        <h3 class="grow ellipsis">
          <bdi>{name}</bdi>
        </h3>
        <span ref={pen}>
          <IconButton icon="pen" label={t('categoryRename', { name })} onClick={() => (typed.value = name)} />
        </span>
      </div>
    );
  return (
    <form
      class="category-head manage-new"
      onSubmit={async (event) => {
        event.preventDefault();
        const to = typed.peek()!.trim();
        if (to === name || (await props.onRename(to))) leave();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        leave();
      }}
    >
      <input
        ref={focusAtEnd}
        value={typed.value}
        maxLength={40}
        dir="auto"
        aria-label={t('categoryName')}
        aria-describedby={id}
        onInput={(event) => (typed.value = event.currentTarget.value)}
      />
      <small id={id}>{t('categoryEmpty')}</small>
      <div class="manage-acts">
        <span class="grow" />
        <button type="button" class="plain" onClick={leave}>
          {t('cancel')}
        </button>
        <button type="submit" class="primary">
          {t('save')}
        </button>
      </div>
    </form>
  );
}
