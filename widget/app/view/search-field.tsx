import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../text/text.ts';
import { Icon } from './icon.tsx';

export function SearchField(props: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  onDown: () => void;
  onEnter?: () => void;
  /** Typing begins at once, unless it would bring a keyboard over the screen. */
  isReady?: boolean;
}): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (props.isReady && matchMedia('(hover: hover)').matches) field.current!.focus();
  }, []);
  return (
    <div class="search">
      <Icon name="search" size={18} />
      <input
        ref={field}
        type="search"
        value={props.value}
        aria-label={props.label}
        placeholder={props.label}
        enterKeyHint="search"
        autoComplete="off"
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            props.onDown();
          } else if (event.key === 'Enter') {
            props.onEnter?.();
          } else if (event.key === 'Escape' && props.value) {
            event.stopPropagation();
            props.onInput('');
          }
        }}
      />
      {props.value && (
        <button
          type="button"
          class="icon-button tight"
          aria-label={t('clearSearch')}
          onClick={() => props.onInput('')}
        >
          <Icon name="close" size={16} />
        </button>
      )}
    </div>
  );
}
