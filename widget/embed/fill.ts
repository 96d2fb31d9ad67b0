import type { Ground, Verbs } from '../loader/seam.ts';
import css from './fill.css?inline';

interface Host extends Pick<Verbs, 'open' | 'close'> {
  load(): Promise<unknown>;
  refuse(code: string, hint: string, part: string): void;
}

/** The panel in an element of the page, open, until `destroy`. */
export async function create(
  target: Element | string | undefined,
  { root, element, button }: Ground,
  host: Host,
): Promise<{ destroy(): void } | undefined> {
  const place = typeof target === 'string' ? document.querySelector(target) : target;
  if (!place) {
    host.refuse('no-target', `There is no element ${String(target)}`, 'inline');
    return undefined;
  }
  await host.load();
  const back = fill(root, element, place, button);
  await host.open();
  return {
    destroy: () => {
      back();
      void host.close();
    },
  };
}

/** Moves the widget into an element of the page and lets the panel fill it. Gives the way back. */
export function fill(
  root: ShadowRoot,
  element: HTMLElement,
  target: Element,
  button?: HTMLElement,
): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  target.append(element);
  element.toggleAttribute('data-filled', true);
  if (button) button.inert = true;
  return () => {
    element.removeAttribute('data-filled');
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((one) => one !== sheet);
    if (button) button.inert = false;
    document.body.append(element);
  };
}
