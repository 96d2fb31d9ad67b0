import { signal } from '@preact/signals';
import type { Entry } from '../../model/entry.ts';
import type * as Viewer from './viewer.tsx';

/** Which photo or video is open over the page; the viewer itself comes when it is first wanted. */
export const viewed = signal<{ chatId: number; id: number } | null>(null);
export const viewer = signal<typeof Viewer | undefined>(undefined);

export function openViewer(entry: Entry): void {
  viewed.value = { chatId: entry.chatId, id: entry.id };
  if (viewer.peek()) return;
  import('./viewer.tsx').then(
    (parts) => (viewer.value = parts),
    () => (viewed.value = null),
  );
}
