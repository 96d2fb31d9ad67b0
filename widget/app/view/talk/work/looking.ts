import { viewingEveryMs } from '../../../../../server/contract/viewing-ms.ts';

/** Who only passes by has not looked, ms. */
const settleMs = 1_000;
/** Another window for a moment is no leaving, ms. */
const awayMs = 10_000;

/**
 * Says that a Chat is looked at while its page is to be seen, now and then again, and once that it is not any more.
 * Returns what ends it.
 */
export function keepLooking(say: (isViewing: boolean) => void, page: Document): () => void {
  let hasSaid = false;
  let next: ReturnType<typeof setTimeout> | undefined;
  const soon = (ms: number, act: () => void): void => {
    clearTimeout(next);
    next = setTimeout(act, ms);
  };
  const look = (): void => {
    hasSaid = true;
    say(true);
    soon(viewingEveryMs, look);
  };
  const leave = (): void => {
    clearTimeout(next);
    if (hasSaid) say(false);
    hasSaid = false;
  };
  const follow = (): void => {
    if (page.visibilityState !== 'visible') soon(awayMs, leave);
    else soon(hasSaid ? viewingEveryMs : settleMs, look);
  };
  const life = new AbortController();
  page.addEventListener('visibilitychange', follow, life);
  page.defaultView?.addEventListener('pagehide', leave, life);
  // From the page's own memory it comes back as it was.
  page.defaultView?.addEventListener('pageshow', follow, life);
  follow();
  return () => {
    life.abort();
    leave();
  };
}
