import type { Ground } from '../loader/seam.ts';
import css from './mark.css?inline';
import { isStruck, phoneSelector, readNumber, type FoundNumber } from './phone-numbers.ts';

const drawing = 'M21 11.5a8.5 8.5 0 0 1-12.4 7.6L3 21l1.9-5.6A8.5 8.5 0 1 1 21 11.5z';

const words = { en: 'Write on WhatsApp', ru: 'Написать в WhatsApp', it: 'Scrivi su WhatsApp' };

/**
 * What becomes of phone numbers on the page. `menu`: a small button beside each one. `link`: a click on the number itself
 * opens the chat. Both can be cancelled by a listener of `chatdock:click-to-chat`.
 */
export function clickToChat(
  { config, signal, emit }: Ground,
  openChat: (phone: string, text?: string) => void,
): void {
  const how = config.clickToChat ?? 'menu';
  if (how === 'off') return;
  const selector = config.phones ? `${phoneSelector}, ${config.phones}` : phoneSelector;
  const use = (element: Element, found: FoundNumber): boolean => {
    if (!emit('click-to-chat', { ...found, element })) return false;
    openChat(found.phone, found.text);
    return true;
  };

  if (how === 'link') {
    document.addEventListener(
      'click',
      (event) => {
        if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        const element = (event.target as Element | null)?.closest?.(selector);
        const found = element && !isStruck(element) ? readNumber(element) : undefined;
        if (!element || !found || !use(element, found)) return;
        event.preventDefault();
        event.stopPropagation();
      },
      { capture: true, signal },
    );
    return;
  }

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  /** The mark beside each number that has one. */
  const marks = new Map<Element, HTMLElement>();
  const says = words[(config.locale ?? '').slice(0, 2) as keyof typeof words] ?? words.en;
  const decorate = (element: Element): void => {
    const known = marks.get(element);
    // Frameworks copy rows, marks and all: a mark that is not ours does nothing.
    if (known?.isConnected || element.closest('chatdock-widget')) return;
    const found = isStruck(element) ? undefined : readNumber(element);
    if (!found) return;
    const mark = document.createElement('chatdock-mark');
    const root = mark.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    const button = document.createElement('button');
    button.type = 'button';
    button.ariaLabel = button.title = `${says}: ${found.phone}`;
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', drawing);
    svg.append(path);
    button.append(svg);
    button.addEventListener('click', (event) => {
      event.preventDefault();
      event.stopPropagation();
      // The number may have been edited since.
      use(element, readNumber(element) ?? found);
    });
    root.append(button);
    element.after(mark);
    marks.set(element, mark);
  };
  const sweep = (): void => {
    for (const [element, mark] of marks) {
      if (
        element.isConnected &&
        mark.isConnected &&
        mark.previousElementSibling === element &&
        !isStruck(element)
      )
        continue;
      mark.remove();
      marks.delete(element);
    }
  };

  let waiting = new Set<Element>();
  let isDue = false;
  const settle = (): void => {
    isDue = false;
    if (signal.aborted) return;
    const fresh = waiting;
    waiting = new Set();
    sweep();
    for (const root of fresh) {
      if (!root.isConnected) continue;
      if (root.matches(selector)) decorate(root);
      root.querySelectorAll(selector).forEach(decorate);
    }
  };
  const observer = new MutationObserver((changes) => {
    for (const { addedNodes, removedNodes } of changes) {
      for (const node of addedNodes)
        if (node instanceof Element && !node.tagName.startsWith('CHATDOCK-')) waiting.add(node);
      if (removedNodes.length && marks.size) isDue ||= queue();
    }
    if (waiting.size) isDue ||= queue();
  });
  const queue = (): true => {
    setTimeout(settle, 120);
    return true;
  };
  observer.observe(document.documentElement, { childList: true, subtree: true });
  waiting.add(document.body);
  settle();
  signal.addEventListener(
    'abort',
    () => {
      observer.disconnect();
      marks.forEach((mark) => mark.remove());
      marks.clear();
    },
    { once: true },
  );
}
