import { signal } from '@preact/signals';
import { loadTexts } from '../text/text.ts';
import type * as Parts from './talk/index.ts';

/** The screens of an open conversation: they come after the first open, before a Chat is likely to be chosen. */
export const talk = signal<typeof Parts | 'failed' | undefined>(undefined);
let coming: Promise<void> | undefined;

/** Brings them, with their texts; once. After a failure it may be asked again. */
export function bringTalk(): Promise<void> {
  coming ??= Promise.all([import('./talk/index.ts'), loadTexts('talk')]).then(
    ([parts]) => {
      talk.value = parts;
    },
    () => {
      coming = undefined;
      talk.value = 'failed';
    },
  );
  return coming;
}
