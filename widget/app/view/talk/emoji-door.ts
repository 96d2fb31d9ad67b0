import { signal } from '@preact/signals';
import type * as Emoji from './emoji-picker.tsx';

const parts = signal<typeof Emoji | undefined>(undefined);

/** The emoji and their names come when they are first wanted. */
export const emojiPicker = {
  get value(): typeof Emoji | undefined {
    return parts.value;
  },
  /** Whether they are here. */
  async bring(): Promise<boolean> {
    try {
      parts.value ??= await import('./emoji-picker.tsx');
      return true;
    } catch {
      return false;
    }
  },
};
