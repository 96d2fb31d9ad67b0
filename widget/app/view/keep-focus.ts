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
  /** What stood after what has gone, or before it. */
  let beside: Node | null = null;
  let pause: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    const gone = path;
    path = [];
    // Who has left for the page, or for nowhere, is left there.
    if (!gone[0] || gone[0].isConnected || document.activeElement !== document.body) return;
    const near = gone.find((one) => one.isConnected && one.checkVisibility());
    const feed = near?.closest<HTMLElement>('[role=feed]');
    if (feed && near) return inFeed(feed, near, beside).focus({ preventScroll: true });
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
      beside = null;
      for (let one = event.target as HTMLElement | null; one; one = one === box ? null : one.parentElement)
        path.push(one);
    },
    { signal: until },
  );
  // Chromium tells of what is taken away as it does of what is left; others tell nothing.
  box.addEventListener('focusout', lookSoon, { signal: until });
  const observer = new MutationObserver((changes) => {
    if (!path[0] || path[0].isConnected) return;
    for (const { removedNodes, nextSibling, previousSibling } of changes)
      if (path.some((one) => Array.from(removedNodes).includes(one))) beside = nextSibling ?? previousSibling;
    lookSoon();
  });
  observer.observe(box, { childList: true, subtree: true });
  until.addEventListener('abort', () => {
    observer.disconnect();
    clearTimeout(pause);
  });
}

/**
 * In a conversation: the Message that what has gone belonged to, else the one beside it, else the list itself. Nothing there
 * is scrolled to: what is being read stays.
 */
function inFeed(feed: HTMLElement, near: HTMLElement, beside: Node | null): HTMLElement {
  const own = near.closest<HTMLElement>('[role=article]');
  if (own) return own;
  const other = beside instanceof HTMLElement ? beside.querySelector<HTMLElement>('[role=article]') : null;
  // What was scrolled out of sight is taken away, too, and what stands beside it soon is.
  const [row, seen] = [other ?? feed, feed].map((one) => one.getBoundingClientRect());
  const isInSight = row!.bottom > seen!.top && row!.top < seen!.bottom;
  return other && isInSight ? other : feed;
}
