/** What opens is on the screen by then, on a slow machine too. No sign-in, no such number: then it is over as well; ms. */
const mostMs = 5_000;

/** What opens now takes no focus from the page. Whoever moves the pointer, or leaves a field by key, ends that; so does what is returned. */
export function leaveFocus(element: HTMLElement, button: HTMLElement, signal: AbortSignal): () => void {
  const life = new AbortController();
  const until = AbortSignal.any([life.signal, signal]);
  const still = (isStill: boolean): void => {
    for (const child of element.shadowRoot?.children ?? [])
      if (child instanceof HTMLElement && child !== button) child.inert = isStill;
  };
  const over = (): void => {
    if (life.signal.aborted) return;
    life.abort();
    clearTimeout(late);
    observer.disconnect();
    still(false);
  };
  // What is brought for the first time comes later than this.
  const observer = new MutationObserver(() => still(true));
  observer.observe(element.shadowRoot!, { childList: true });
  still(true);
  let late = setTimeout(over, mostMs);
  // Late, when the app has to come first.
  const again = (): void => {
    clearTimeout(late);
    late = setTimeout(over, mostMs);
  };
  document.addEventListener('chatdock:chat:opened', again, { signal: until });
  // A frame is not held by that: what it takes is given back.
  const before = document.activeElement;
  const giveBack = (): void => {
    if (document.activeElement === element && before instanceof HTMLElement) before.focus();
  };
  window.addEventListener('blur', () => setTimeout(giveBack), { signal: until });
  for (const event of ['pointermove', 'pointerdown'])
    window.addEventListener(event, over, { capture: true, signal: until });
  // Who types goes on typing; these two keys lead elsewhere.
  const isLeaving = ({ key }: KeyboardEvent): boolean => key === 'Tab' || key === 'F6';
  window.addEventListener('keydown', (event) => isLeaving(event) && over(), { capture: true, signal: until });
  signal.addEventListener('abort', over, { once: true, signal: life.signal });
  return over;
}
