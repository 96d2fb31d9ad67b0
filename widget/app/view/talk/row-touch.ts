import type { Chat } from '../../../../server/contract/wire.ts';
import type { Deeds } from '../../model/deeds.ts';

/** px a finger moves along the line until it is a swipe, and until that does something. */
const beginsAt = 12;
const doesAt = 72;
/** ms a finger rests until it asks for the menu; iPhones send no `contextmenu`. */
const restMs = 450;

/**
 * What fingers do to a Chat in the list: moved towards the end of the line it is pinned, towards the beginning put away
 * (or taken back), rested on it shows its menu. Keyboards and mice have the same in that menu.
 */
export function onRowTouch(
  event: PointerEvent,
  deeds: Pick<Deeds, 'pin' | 'archive'>,
  chat: Chat,
  menu: (x: number, y: number) => void,
): void {
  if (event.pointerType !== 'touch' || !event.isPrimary) return;
  const row = event.currentTarget as HTMLElement;
  const { clientX, clientY } = event;
  const towards = getComputedStyle(row).direction === 'rtl' ? -1 : 1;
  const life = new AbortController();
  let moved = 0;
  const shift = (x: number): void => {
    for (const part of row.children) (part as HTMLElement).style.transform = x ? `translateX(${x}px)` : '';
  };
  const end = (): void => {
    clearTimeout(rest);
    life.abort();
    shift(0);
  };
  const rest = setTimeout(() => {
    end();
    menu(clientX, clientY);
  }, restMs);
  const move = (one: PointerEvent): void => {
    const x = one.clientX - clientX;
    if (Math.abs(one.clientY - clientY) > beginsAt && moved === 0) return end();
    if (Math.abs(x) < beginsAt) return;
    clearTimeout(rest);
    moved = x * towards;
    shift(Math.max(-doesAt, Math.min(doesAt, x)));
  };
  const up = (): void => {
    end();
    if (moved >= doesAt) void deeds.pin(chat);
    else if (moved <= -doesAt) void deeds.archive(chat);
  };
  const { signal } = life;
  document.addEventListener('pointermove', move, { signal });
  document.addEventListener('pointerup', up, { signal });
  // The browser scrolls: the finger is not ours any more.
  document.addEventListener('pointercancel', end, { signal });
}
