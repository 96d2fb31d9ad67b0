/** How often we come back before we believe that the page does not want us. */
const mostReturns = 30;

/** Frameworks swap the body or empty it: our element goes back to where it was, floating. Watches two nodes' children. */
export function keepOnPage(element: HTMLElement, signal: AbortSignal): void {
  let body = document.body;
  let returns = 0;
  const watch = new MutationObserver(() => {
    if (document.body !== body && document.body) {
      body = document.body;
      watch.observe(body, { childList: true });
    }
    if (element.isConnected || !document.body || returns++ >= mostReturns) return;
    document.body.append(element);
  });
  watch.observe(document.documentElement, { childList: true });
  watch.observe(body, { childList: true });
  signal.addEventListener('abort', () => watch.disconnect(), { once: true });
}
