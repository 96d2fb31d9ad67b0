import type { JSX } from 'preact';
import { t } from '../text/text.ts';
import { Icon } from './icon.tsx';

export function SearchField(props: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  onDown: () => void;
  onEnter?: () => void;
}): JSX.Element {
  return (
    <div class="search">
      <Icon name="search" size={18} />
      <input
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
