/** px a finger moves along the line until it is a swipe, and until that means an answer. */
const beginsAt = 12;
const answersAt = 56;
/** ms a finger rests until it asks for the actions; iPhones send no `contextmenu`. */
const restMs = 450;

/**
 * What fingers do to a bubble: moved towards the end of the line it is answered, rested on it shows its actions. Keyboards
 * and mice have the same as R and the menu.
 */
export function onTouch(
  event: PointerEvent,
  does: { answer?: (() => void) | undefined; menu?: ((at: HTMLElement) => void) | undefined },
): void {
  if (event.pointerType !== 'touch' || !event.isPrimary) return;
  const article = event.currentTarget as HTMLElement;
  const bubble = article.querySelector<HTMLElement>('.bubble');
  if (!bubble) return;
  const { clientX, clientY } = event;
  const towards = getComputedStyle(article).direction === 'rtl' ? -1 : 1;
  const life = new AbortController();
  let moved = 0;
  const rest = setTimeout(() => {
    end();
    does.menu?.(article);
  }, restMs);
  const end = (): void => {
    clearTimeout(rest);
    life.abort();
    bubble.style.transform = '';
    article.classList.remove('answering');
  };
  const move = (one: PointerEvent): void => {
    const x = (one.clientX - clientX) * towards;
    if (Math.abs(one.clientY - clientY) > beginsAt && moved === 0) return end();
    if (Math.abs(x) > beginsAt) clearTimeout(rest);
    if (!does.answer || x < beginsAt) return;
    moved = Math.min(answersAt + 16, x - beginsAt);
    bubble.style.transform = `translateX(${moved * towards}px)`;
    article.classList.toggle('answering', moved >= answersAt - beginsAt);
  };
  const up = (): void => {
    const isAnswer = moved >= answersAt - beginsAt;
    end();
    if (isAnswer) does.answer?.();
  };
  const { signal } = life;
  document.addEventListener('pointermove', move, { signal });
  document.addEventListener('pointerup', up, { signal });
  // The browser scrolls: the finger is not ours any more.
  document.addEventListener('pointercancel', end, { signal });
}
