import type { Stand as MakeStanding, Standing, StandWish } from '../loader/seam.ts';
import { keptClear, roomBeside } from './clear-of.ts';
import { follow } from './follow.ts';
import { Grips } from './grips.ts';
import css from './stand.css?inline';
import {
  boxOf,
  floatingAt,
  keepIn,
  ownSize,
  pulled,
  readStand,
  usualStand,
  writeStand,
  type At,
  type Box,
  type Grip,
  type Stand,
  type View,
} from './stand.ts';

/** Up to this width, px, the window fills the page: there is nothing to be placed. As the sheets have it. */
const phoneWidth = 520;
/** A pointer this near to a side docks the window there, px. */
const dockZone = 20;
/** What one press of an arrow key does, px. */
const step = 16;
/** Pages fade their bars in and out after a scroll, ms. */
const settleMs = 350;

/**
 * Puts `box` (the panel, or the frame it is in) where an Agent wants it, with grips around it. Until it was moved once it
 * is left to the sheets. The page itself is never moved: the window stands over it.
 */
export function placeWindow(
  { root, box, button }: { root: ShadowRoot; box: HTMLElement; button: HTMLElement },
  signal: AbortSignal,
  stood: Parameters<MakeStanding>[0],
): Standing {
  const host = root.host as HTMLElement;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  let stand: Stand = usualStand;
  let isExpanded = false;
  let held: { grip: Grip; from: Box; before: Stand; wasExpanded: boolean; x: number; now: Box } | undefined;
  let docking: At = 'float';
  let bars: Element[] = [];
  /** Said by us and not come back yet: what comes meanwhile is older than what one sees. */
  const under: string[] = [];
  let last = '';

  const grips = new Grips(root, {
    take: (down, element, grip) => follow(down, element, pulling(grip)),
    step(dx, dy, isSize) {
      if (!grips.isShown) return;
      const from = boxNow();
      if (stand.at !== 'float') dockAt(stand.at, from.width + (stand.at === 'left' ? dx : -dx) * step);
      else if (isSize) floatAt(grown(from, dx * step, dy * step), true);
      else floatAt(pulled(from, '', dx * step, dy * step, viewOf()), false);
      const { left, top, width, height } = boxNow();
      grips.say(isSize || stand.at !== 'float' ? `${width} × ${height}` : `${left}, ${top}`);
    },
    choose(at) {
      stand = { ...stand, at };
      commit();
    },
    large() {
      isExpanded = !isExpanded;
      commit();
    },
    reset() {
      stand = usualStand;
      isExpanded = false;
      commit();
    },
  });

  /** Without what the device itself covers. */
  const viewOf = (): View => {
    const { clientWidth, clientHeight } = document.documentElement;
    const seen = window.visualViewport;
    // With a keyboard on the glass; one who has zoomed in sees a part only, and the window stays.
    const bottom = seen && seen.scale === 1 ? Math.min(clientHeight, seen.height) : clientHeight;
    const safe = grips.safeArea();
    return {
      left: safe.left,
      top: safe.top,
      right: clientWidth - safe.right,
      bottom: Math.max(bottom, 200) - safe.bottom,
    };
  };
  /** A docked window where it is to be, clear of the page's bars. */
  const dockedBox = (docked: Stand, view: View): Box | null => {
    const box = boxOf(docked, isExpanded, view);
    if (!box) return null;
    const column = { left: box.left, right: box.left + box.width };
    const room = roomBeside(bars, column, view.bottom);
    const top = Math.max(view.top, room.top);
    return { ...box, top, height: Math.min(view.bottom, room.bottom) - top };
  };
  const boxNow = (): Box => ({
    left: box.offsetLeft,
    top: box.offsetTop,
    width: box.offsetWidth,
    height: box.offsetHeight,
  });
  const lay = (): void => {
    if (signal.aborted) return;
    const isMovable = innerWidth > phoneWidth && !host.hasAttribute('data-filled');
    const isShown = isMovable && !box.hidden;
    const view = viewOf();
    const wanted = (): Box | null =>
      stand.at === 'float' ? boxOf(stand, isExpanded, view) : dockedBox(stand, view);
    const target = isMovable ? (held?.now ?? wanted()) : null;
    if (isMovable && stand.at !== 'float') host.dataset['at'] = stand.at;
    else delete host.dataset['at'];
    const { style } = box;
    style.inset = target ? `${target.top}px auto auto ${target.left}px` : '';
    style.width = target ? `${target.width}px` : '';
    style.height = target ? `${target.height}px` : '';
    const stands = isShown ? (target ?? boxNow()) : undefined;
    grips.lay(stands, stand.at);
    host.toggleAttribute('data-over', stands !== undefined && isOver(stands, button.getBoundingClientRect()));
  };
  const look = (): void => {
    bars = stand.at === 'float' ? [] : keptClear();
    lay();
  };
  const commit = (): void => {
    const kept = writeStand(stand);
    look();
    if (last === `${kept} ${isExpanded}`) return;
    last = `${kept} ${isExpanded}`;
    under.push(last);
    stood(kept, isExpanded);
  };
  /** A large window that is moved goes back to its own size later, near the same corner. */
  const floatAt = (now: Box, isSize: boolean): void => {
    if (isSize) isExpanded = false;
    const float = floatingAt(now, viewOf(), isExpanded && !isSize ? ownSize(stand) : now);
    stand = { ...stand, at: 'float', float };
    commit();
  };
  const dockAt = (at: At, width: number): void => {
    isExpanded = false;
    stand = { ...stand, at, dock: Math.max(0, Math.round(width)) };
    // What the page has no room for is not kept.
    const fitted = boxOf(stand, false, viewOf());
    stand = { ...stand, dock: fitted?.width ?? stand.dock };
    commit();
  };

  /** Wider is to the right and higher is down, whichever corner it stands in: it grows to where there is room. */
  const grown = (from: Box, dx: number, dy: number): Box => {
    const view = viewOf();
    const float = floatingAt(from, view);
    const size = { width: float.width + dx, height: float.height + dy };
    return boxOf({ ...stand, at: 'float', float: { ...float, ...size } }, false, view) ?? from;
  };

  const grab = (grip: Grip, x: number): void => {
    if (!grips.isShown) return;
    const from = boxNow();
    held = { grip, from, before: stand, wasExpanded: isExpanded, x, now: from };
    host.toggleAttribute('data-moving', true);
    bars = keptClear();
    if (grip || stand.at === 'float') return;
    // Taken away from its side: its own size again, the pointer at the same part of its header.
    const { width, height } = ownSize(stand);
    const left = from.left + x - (width * x) / from.width;
    stand = { ...stand, at: 'float' };
    held.from = held.now = keepIn({ left, top: from.top, width, height }, viewOf());
    held.x = x + from.left - held.from.left;
  };
  const drag = (dx: number, dy: number): void => {
    if (!held) return;
    const view = viewOf();
    const { grip, from } = held;
    if (stand.at !== 'float') {
      const width = from.width + (stand.at === 'left' ? dx : -dx);
      held.now = {
        ...from,
        ...boxOf({ ...stand, dock: width }, false, view),
        top: from.top,
        height: from.height,
      };
    } else {
      held.now = pulled(from, grip, dx, dy, view);
      const pointer = from.left + held.x + dx;
      docking = grip
        ? 'float'
        : pointer <= view.left + dockZone
          ? 'left'
          : pointer >= view.right - dockZone
            ? 'right'
            : 'float';
      grips.preview(docking === 'float' ? null : dockedBox({ ...stand, at: docking }, view));
    }
    lay();
  };
  const drop = (isKept: boolean): void => {
    if (!held) return;
    const { grip, now, before, wasExpanded } = held;
    held = undefined;
    host.removeAttribute('data-moving');
    grips.preview(null);
    if (!isKept) {
      stand = before;
      isExpanded = wasExpanded;
      look();
    } else if (stand.at !== 'float') dockAt(stand.at, now.width);
    else if (docking !== 'float') {
      stand = { ...stand, at: docking };
      commit();
    } else if (before.at !== 'float' && isExpanded) floatAt(now, true);
    else floatAt(now, grip !== '');
    docking = 'float';
  };
  const pulling = (grip: Grip): Parameters<typeof follow>[2] => ({
    start: () => grab(grip, boxNow().width / 2),
    move: drag,
    end: drop,
  });

  const options = { signal, passive: true };
  let frame = 0;
  let settling: ReturnType<typeof setTimeout> | undefined;
  const scrolled = (): void => {
    if (stand.at === 'float' || box.hidden) return;
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (bars.every((one) => one.isConnected)) lay();
      else look();
    });
    clearTimeout(settling);
    settling = setTimeout(look, settleMs);
  };
  window.addEventListener('resize', look, options);
  window.visualViewport?.addEventListener('resize', look, options);
  document.addEventListener('scroll', scrolled, { ...options, capture: true });
  for (const event of ['hashchange', 'popstate']) window.addEventListener(event, scrolled, options);
  const shown = new MutationObserver(look);
  shown.observe(box, { attributeFilter: ['hidden'] });
  shown.observe(host, { attributeFilter: ['data-filled'] });
  // Its own sheet gives it another size: it became large, the letters grew.
  const sized = new ResizeObserver(() => held || lay());
  sized.observe(box);
  signal.addEventListener('abort', () => {
    cancelAnimationFrame(frame);
    clearTimeout(settling);
    shown.disconnect();
    sized.disconnect();
    grips.remove();
  });

  return {
    put(wish: StandWish) {
      grips.dress(wish, wish.isExpanded);
      const wanted = `${wish.kept} ${wish.isExpanded}`;
      const echo = under.indexOf(wanted);
      if (echo >= 0) under.splice(0, echo + 1);
      else if (!held) {
        last = wanted;
        stand = readStand(wish.kept);
        ({ isExpanded } = wish);
      }
      look();
    },
    grab: (x) => grab('', x),
    drag,
    drop,
  };
}

function isOver(box: Box, other: DOMRect): boolean {
  return (
    other.width > 0 &&
    other.left < box.left + box.width &&
    other.right > box.left &&
    other.top < box.top + box.height &&
    other.bottom > box.top
  );
}
