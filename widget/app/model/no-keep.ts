import { signal } from '@preact/signals';
import type { Keep, KeepTrouble } from './keep.ts';

/** For a page without storage: what is unsent lives as long as the tab. */
export const noKeep = (): Keep => ({
  trouble: signal<KeepTrouble | null>('off'),
  read: async () => ({ outgoing: [], drafts: [], files: [] }),
  putOutgoing: () => undefined,
  dropOutgoing: () => undefined,
  putDraft: () => undefined,
  putFiles: () => undefined,
  clear: async () => undefined,
  settled: async () => undefined,
});
