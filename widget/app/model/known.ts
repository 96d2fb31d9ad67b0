import type { ChoiceStore } from './preferences.ts';

const keyOf = (host: string): string => `chatdock:signed-in:${host}`;

/** Whether somebody has signed in at this server by cookie. The page's storage knows only that, not who. */
export function mayBeKnown(store: ChoiceStore | undefined, host: string): boolean {
  try {
    return !store || store.getItem(keyOf(host)) === 'yes';
  } catch {
    return true;
  }
}

export function remember(store: ChoiceStore | undefined, host: string, isKnown: boolean): void {
  try {
    store?.setItem(keyOf(host), isKnown ? 'yes' : '');
  } catch {
    // Then the server is asked every time.
  }
}
