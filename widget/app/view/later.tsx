import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { loadTexts, t } from '../text/text.ts';
import { Waiting } from './waiting.tsx';
import { Notice } from './parts.tsx';
import { useRoom, type Shell } from './shell.ts';

/** Screens that come when they are first wanted, with their texts and styles. */
export interface Later<Parts extends { css: string }> {
  get(): Parts | 'failed' | undefined;
  bring(shell: Shell): Promise<void>;
}

export function later<Parts extends { css: string }>(
  load: () => Promise<Parts>,
  texts: 'talk' | 'settings',
): Later<Parts> {
  const parts = signal<Parts | 'failed' | undefined>(undefined);
  return {
    get: () => parts.value,
    async bring(shell) {
      if (typeof parts.peek() === 'object') return;
      try {
        const [brought] = await Promise.all([load(), loadTexts(texts)]);
        if (typeof parts.peek() !== 'object') shell.wear(brought.css);
        parts.value = brought;
      } catch {
        parts.value = 'failed';
      }
    },
  };
}

/** In the place of such a screen until it is there. */
export function Coming<Parts extends { css: string }>(props: {
  what: Later<Parts>;
  onBack: () => void;
  children: (parts: Parts) => JSX.Element;
}): JSX.Element {
  const { shell } = useRoom();
  useEffect(() => void props.what.bring(shell), []);
  const parts = props.what.get();
  if (typeof parts === 'object') return props.children(parts);
  return (
    <div class="page">
      {parts === 'failed' ? (
        <Notice icon="alert" title={t('unreachableTitle')} lead={t('unreachableLead')} isAlert>
          <button type="button" class="primary" onClick={() => void props.what.bring(shell)}>
            {t('retry')}
          </button>
          <button type="button" class="plain" onClick={props.onBack}>
            {t('back')}
          </button>
        </Notice>
      ) : (
        <Waiting />
      )}
    </div>
  );
}
