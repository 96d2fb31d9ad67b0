/** What happens while a pointer holds something; lengths in px since it was taken. */
export interface Held {
  start(): void;
  move(dx: number, dy: number): void;
  /** `isKept`: let go; otherwise given up (Escape, a call, a third finger). */
  end(isKept: boolean): void;
}
export type Point = (event: PointerEvent) => { x: number; y: number };
export const inPage: Point = ({ clientX, clientY }) => ({ x: clientX, y: clientY });

/** So far a finger may tremble and still press, px. */
const tremble = 4;

/**
 * Follows a pointer from where it went down until it goes up, also outside of the window: `element` captures it. A press
 * that does not move stays a press.
 */
export function follow(down: PointerEvent, element: Element, held: Held, pointOf: Point = inPage): void {
  const from = pointOf(down);
  const life = new AbortController();
  const { signal } = life;
  let isMoving = false;
  const finish = (isKept: boolean): void => {
    if (signal.aborted) return;
    life.abort();
    if (element.hasPointerCapture(down.pointerId)) element.releasePointerCapture(down.pointerId);
    if (isMoving) held.end(isKept);
  };
  const isOurs = (event: Event): event is PointerEvent =>
    (event as PointerEvent).pointerId === down.pointerId;
  window.addEventListener(
    'pointermove',
    (event) => {
      if (!isOurs(event)) return;
      // It went up where nobody told us.
      if (event.pointerType === 'mouse' && event.buttons === 0) return finish(true);
      const { x, y } = pointOf(event);
      if (!isMoving) {
        if (Math.hypot(x - from.x, y - from.y) < tremble) return;
        isMoving = true;
        element.setPointerCapture(down.pointerId);
        held.start();
      }
      held.move(x - from.x, y - from.y);
    },
    { signal, capture: true },
  );
  window.addEventListener('pointerup', (event) => isOurs(event) && finish(true), { signal, capture: true });
  window.addEventListener('pointercancel', (event) => isOurs(event) && finish(false), {
    signal,
    capture: true,
  });
  element.addEventListener('lostpointercapture', (event) => isOurs(event) && finish(true), { signal });
  // With the focus inside the widget its armour keeps keys from the window.
  for (const target of [window, element.getRootNode()])
    target.addEventListener(
      'keydown',
      (event) => {
        if ((event as KeyboardEvent).key !== 'Escape' || !isMoving) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        finish(false);
      },
      { signal, capture: true },
    );
}
