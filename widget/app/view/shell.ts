import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Signal } from '@preact/signals';
import type { Model } from '../model/model.ts';
import type { Language } from '../text/text.ts';

export type Theme = 'auto' | 'light' | 'dark' | 'host';

/** What the screens may ask of the page around them. */
export interface Shell {
  isShown: Signal<boolean>;
  isExpanded: Signal<boolean>;
  theme: Signal<Theme>;
  /** A screen in front of the others; '' is none. */
  page: Signal<'' | 'settings' | 'shortcuts'>;
  /** Puts on the styles of screens that came later. */
  wear(css: string): void;
  /** One sentence for screen readers; sentences that come together are read together. */
  announce(text: string): void;
  close(): void;
  /** Into a window of its own; absent in one. */
  popOut?(): void;
  /** The browser did not let us open that window. */
  isBlocked: Signal<boolean>;
  /** The window can be moved: it fills nothing that the page has given it. */
  canStand?: boolean;
  chooseLanguage(language: Language): void;
}

export const Room = createContext<{ model: Model; shell: Shell } | null>(null);

export function useRoom(): { model: Model; shell: Shell } {
  const room = useContext(Room);
  if (!room) throw new Error('a screen outside of its room');
  return room;
}
