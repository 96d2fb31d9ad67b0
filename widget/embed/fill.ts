import css from './fill.css?inline';

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
