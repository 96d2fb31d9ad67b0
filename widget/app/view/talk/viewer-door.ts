import { signal } from '@preact/signals';
import type { Entry } from '../../model/entry.ts';
import type { Model } from '../../model/model.ts';
import type * as Viewer from './viewer.tsx';

/** Which photo or video is open over the page; the viewer itself comes when it is first wanted. */
export const viewed = signal<{ chatId: number; id: number } | null>(null);
export const viewer = signal<typeof Viewer | undefined>(undefined);

export function openViewer({ talk }: Model, { chatId, id }: Entry): void {
  viewed.value = { chatId, id };
  if (viewer.peek()) return;
  import('./viewer.tsx').then(
    (parts) => (viewer.value = parts),
    () => {
      // Who has given it up need not hear of it.
      if (viewed.peek()) talk.deeds.refused.value = { chatId, trouble: 'no-connection' };
      viewed.value = null;
    },
  );
}
