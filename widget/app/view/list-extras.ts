import { signal } from '@preact/signals';
import { loadTexts } from '../text/text.ts';
import type * as Parts from './list-extras/index.ts';
import type { Shell } from './shell.ts';

/** What the list of Chats shows beyond its first look: who is named, who waits, in which order. Comes after the first open. */
export const listExtras = signal<typeof Parts | undefined>(undefined);
let coming: Promise<void> | undefined;

/** Once; after a failure it may be asked again. */
export function bringListExtras(shell: Shell): Promise<void> {
  coming ??= Promise.all([import('./list-extras/index.ts'), loadTexts('talk')]).then(
    ([parts]) => {
      shell.wear(parts.css);
      listExtras.value = parts;
    },
    () => {
      coming = undefined;
    },
  );
  return coming;
}
