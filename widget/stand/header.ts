import { follow, type Held, type Point } from './follow.ts';

/** In a bar these are for something else than being held. */
const others = '.icon-button, input, textarea, select, a, [role=menu], [role=listbox]';

/**
 * The window is taken by the bar at its top. What is pressed there (the name of a chat, the choice of a number) is still
 * pressed by whoever does not move. `grab` hears where in the window, px.
 */
export function holdByHeader(
  root: ShadowRoot,
  isMovable: () => boolean,
  grab: (x: number, y: number) => Pick<Held, 'move' | 'end'>,
  pointOf: Point,
  signal: AbortSignal,
): void {
  root.addEventListener(
    'pointerdown',
    (event) => {
      const down = event as PointerEvent;
      const target = down.target as Element;
      const panel = target.closest?.('.panel');
      if (!panel || !target.closest('header.bar') || target.closest(others)) return;
      if (down.button !== 0 || !down.isPrimary || !isMovable()) return;
      const { left, top } = panel.getBoundingClientRect();
      let held: Pick<Held, 'move' | 'end'> | undefined;
      follow(
        down,
        panel,
        {
          start: () => (held = grab(down.clientX - left, down.clientY - top)),
          move: (dx, dy) => held?.move(dx, dy),
          end(isKept) {
            held?.end(isKept);
            swallowClick(root);
          },
        },
        pointOf,
      );
    },
    { signal },
  );
}

/** The press that ended a drag is none. */
function swallowClick(root: ShadowRoot): void {
  const end = new AbortController();
  root.addEventListener(
    'click',
    (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true, signal: end.signal },
  );
  setTimeout(() => end.abort());
}

/** Two looks at a pointer are of one movement within this time, ms; nothing has moved the frame meanwhile. */
const oneMoveMs = 400;
/** A shorter way would say nothing, both lengths are rounded, px. */
const farEnough = 60;

/**
 * In a frame that moves under the pointer only the screen stands still. Its lengths are the page's but for the zoom,
 * which shows while the frame rests: how far a pointer went on both. Believed when it was found twice.
 */
export function onScreen(root: ShadowRoot, signal: AbortSignal): Point {
  let zoom = 1;
  let found = 1;
  let first: PointerEvent | undefined;
  root.addEventListener(
    'pointermove',
    (event) => {
      const next = event as PointerEvent;
      if (next.buttons || !first || next.timeStamp - first.timeStamp > oneMoveMs) {
        first = next.buttons ? undefined : next;
        return;
      }
      const onGlass = next.screenX - first.screenX;
      if (Math.abs(onGlass) < farEnough) return;
      const ratio = (next.clientX - first.clientX) / onGlass;
      first = next;
      if (ratio > 0.15 && ratio < 6 && Math.abs(ratio / found - 1) < 0.05) zoom = ratio;
      found = ratio;
    },
    { signal },
  );
  return ({ screenX, screenY }) => ({ x: screenX * zoom, y: screenY * zoom });
}
