type Child = Node | string | undefined | false;
type Props = {
  class?: string;
  on?: { [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void };
  /** Attributes as written in HTML. */
  at?: Record<string, string | boolean>;
};

/** An element with its children; text stays text. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (props.class) element.className = props.class;
  for (const [name, value] of Object.entries(props.at ?? {})) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, value);
  }
  for (const [name, listener] of Object.entries(props.on ?? {}))
    element.addEventListener(name, listener as EventListener);
  element.append(
    ...children.filter((child): child is Node | string => child !== undefined && child !== false),
  );
  return element;
}

/** Replaces what is inside, keeping the keyboard's place when an element with the same `data-key` is there again. */
export function fill(parent: Element, ...children: Child[]): void {
  const key = parent.contains(document.activeElement)
    ? document.activeElement?.getAttribute('data-key')
    : undefined;
  const top = parent.scrollTop;
  parent.replaceChildren(
    ...children.filter((child): child is Node | string => child !== undefined && child !== false),
  );
  parent.scrollTop = top;
  if (key) parent.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

const svg = 'http://www.w3.org/2000/svg';
/** A line icon of 24 by 24. */
export function icon(path: string): SVGSVGElement {
  const element = document.createElementNS(svg, 'svg');
  element.setAttribute('viewBox', '0 0 24 24');
  element.setAttribute('aria-hidden', 'true');
  element.classList.add('icon');
  const line = document.createElementNS(svg, 'path');
  line.setAttribute('d', path);
  element.append(line);
  return element;
}

export const icons = {
  chats: 'M4 5h16v11H9l-5 4z',
  devices: 'M3 5h13v9H3zM2 18h10M17 10h4v10h-6v-3',
  settings:
    'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 2v4M12 18v4M2 12h4M18 12h4M5 5l3 3M16 16l3 3M5 19l3-3M16 8l3-3',
  back: 'M15 5l-7 7 7 7',
  send: 'M4 12l16-8-6 16-3-6zM11 14l9-10',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8h3v3H8zM13 13h3v3h-3zM13 8h3M8 13v3',
  plane: 'M12 3v7l8 5v2l-8-2v4l3 2v1l-4-1-4 1v-1l3-2v-4l-8 2v-2l8-5V3z',
  laptop: 'M5 5h14v10H5zM2 19h20',
  plus: 'M12 5v14M5 12h14',
};
