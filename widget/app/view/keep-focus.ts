/** What replaces it is drawn by then, and whoever gives the focus on has done so; ms. */
const pauseMs = 80;
const focusable = 'button:not([disabled]), [href], input, select, textarea, [role=listbox], [tabindex="0"]';

/**
 * Somebody without a mouse stays where they were: when what has the focus goes away and nobody gives the focus on (a button
 * that did its work, a screen that went by itself), what is nearest gets it. Who has left for the page is left there.
 */
export function keepFocus(box: HTMLElement, first: () => void, until: AbortSignal): void {
  /** What has the focus and what it lies in, from the inside. */
  let path: HTMLElement[] = [];
  let pause: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    const gone = path;
    path = [];
    // Who has left for the page, or for nowhere, is left there.
    if (!gone[0] || gone[0].isConnected || document.activeElement !== document.body) return;
    const near = gone.find((one) => one.isConnected && one.checkVisibility());
    const isLarge = near === box || near?.matches('.page, .pane');
    const next = isLarge ? null : near?.querySelector<HTMLElement>(focusable);
    if (next) next.focus();
    else first();
  };
  const lookSoon = (): void => {
    clearTimeout(pause);
    pause = setTimeout(look, pauseMs);
  };
  box.addEventListener(
    'focusin',
    (event) => {
      clearTimeout(pause);
      path = [];
      for (let one = event.target as HTMLElement | null; one; one = one === box ? null : one.parentElement)
        path.push(one);
    },
    { signal: until },
  );
  // Chromium tells of what is taken away as it does of what is left; others tell nothing.
  box.addEventListener('focusout', lookSoon, { signal: until });
  const observer = new MutationObserver(() => {
    if (path[0] && !path[0].isConnected) lookSoon();
  });
  observer.observe(box, { childList: true, subtree: true });
  until.addEventListener('abort', () => {
    observer.disconnect();
    clearTimeout(pause);
  });
}
