import { batch, effect, untracked } from '@preact/signals';
import type { Dock, StandWish } from '../loader/seam.ts';
import { holdByHeader, onScreen } from '../stand/header.ts';
import { inPage } from '../stand/follow.ts';
import { placeWindow } from '../stand/place-window.ts';
import type { PreferenceBook } from './model/preferences.ts';
import { loadTexts, locale, t } from './text/text.ts';
import type { Shell } from './view/shell.ts';

/** What the bar at the top says of itself where the window's own styles are the page's. */
const barInFrame = 'header.bar { touch-action: none; user-select: none; cursor: grab }';

/** Lets an Agent move the window, and keeps where it was put. In a frame the page around does the moving. */
export function stand(dock: Dock, preferences: PreferenceBook, shell: Shell, until: AbortSignal): void {
  const host = dock.root.host as HTMLElement;
  const panel = dock.root.querySelector<HTMLElement>('.panel');
  // A window of its own has the place that the desktop gives it.
  if (!panel || host.hasAttribute('data-window')) return;
  const stood = (kept: string | null, isExpanded: boolean): void => {
    batch(() => {
      if (kept !== preferences.value.peek().stand) preferences.set('stand', kept);
      shell.isExpanded.value = isExpanded;
    });
  };
  const standing =
    dock.stand?.(stood) ?? placeWindow({ root: dock.root, box: panel, button: dock.button }, until, stood);
  shell.canStand = true;
  if (dock.stand) shell.wear(barInFrame);
  holdByHeader(
    dock.root,
    () => dock.stand !== undefined || !(host.hasAttribute('data-filled') || innerWidth <= 520),
    (x, y) => {
      standing.grab(x, y);
      return { move: (dx, dy) => standing.drag(dx, dy), end: (isKept) => standing.drop(isKept) };
    },
    dock.stand ? onScreen(dock.root, until) : inPage,
    until,
  );
  void loadTexts('settings').catch(() => undefined);
  const stop = effect(() => {
    const wish: StandWish = {
      kept: preferences.of('stand').value,
      isExpanded: shell.isExpanded.value,
      words: {
        handle: t('standHandle'),
        float: t('standFloat'),
        dock: t('standDock'),
        atFloat: t('stand_float'),
        atLeft: t('stand_left'),
        atRight: t('stand_right'),
        large: t('expand'),
        reset: t('standReset'),
      },
      dir: locale.value && panel.closest<HTMLElement>('[dir=rtl]') ? 'rtl' : 'ltr',
      // Read after the theme was put on.
      colorScheme: shell.theme.value && getComputedStyle(host).colorScheme,
    };
    untracked(() => standing.put(wish));
  });
  until.addEventListener('abort', stop, { once: true });
}
