import type { Theme } from './shell.ts';

let isHost = false;
let undress: (() => void) | undefined;

/** Puts a theme on the host element. That of the page around is read by a chunk which comes when it is chosen. */
export function dress(host: HTMLElement, theme: Theme): void {
  isHost = theme === 'host';
  undress?.();
  undress = undefined;
  host.dataset['theme'] = isHost ? 'auto' : theme;
  if (!isHost) return;
  void import('./host-theme.ts').then(
    ({ wearHostTheme }) => {
      if (isHost) undress ??= wearHostTheme(host);
    },
    () => undefined,
  );
}
