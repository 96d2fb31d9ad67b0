/** What of the page must stay within reach beside a docked window. */

/** Bars that go all along the page, and whatever the page has marked. */
const bars =
  'footer:not(article footer, section footer, dialog footer, [role=dialog] footer), [role=contentinfo], #footer, ' +
  'body > header, #header, [role=banner], .navbar-fixed-top, [data-chatdock-clear]';
/** Buttons that lead up again. A name alone says little: only what is fixed over the page counts. */
const ups = '[class*="to-top" i], [class*="totop" i], [class*="scroll-top" i], [id*="to-top" i]';
/** A part of the page that is higher is no bar, px. */
const highest = 160;

/** The page's bars and buttons now; to be asked again when the page changes. */
export function keptClear(): Element[] {
  const isFixed = (one: Element): boolean => getComputedStyle(one).position === 'fixed';
  return [...document.querySelectorAll(bars), ...Array.from(document.querySelectorAll(ups)).filter(isFixed)];
}

/** How far from top and bottom, px, a column of the view is free of them. */
export function roomBeside(
  found: readonly Element[],
  column: { left: number; right: number },
  viewHeight: number,
): { top: number; bottom: number } {
  let top = 0;
  let bottom = viewHeight;
  for (const one of found) {
    const { left, right, width, height, top: upper, bottom: lower } = one.getBoundingClientRect();
    const isBeside =
      width > 0 && height > 0 && height <= highest && left < column.right && right > column.left;
    if (!isBeside || lower <= 0 || upper >= viewHeight || !isSeen(one)) continue;
    if (upper > viewHeight / 2) bottom = Math.min(bottom, upper);
    else if (upper <= 4) top = Math.max(top, lower);
  }
  return { top, bottom };
}

function isSeen(one: Element): boolean {
  return one.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true;
}
