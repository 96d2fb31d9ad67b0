import type { StandWish } from '../loader/seam.ts';
import type { At, Box, Grip } from './stand.ts';
import { places } from './stand.ts';

/** What is wished by hand. Steps are −1, 0 or 1; right and down are positive. */
export interface Wishes {
  take(down: PointerEvent, element: Element, grip: Grip): void;
  step(dx: number, dy: number, isSize: boolean): void;
  choose(at: At): void;
  large(): void;
  reset(): void;
}

const edges: Grip[] = ['n', 's', 'e', 'w', 'ne', 'nw', 'se', 'sw'];
const arrows: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const menuKeys = ['ArrowDown', 'ArrowUp', 'Home', 'End'];

/**
 * What stands around the window to hold it by: edges and corners for pointers, and one handle which does all of it by
 * keys and by its menu too.
 */
export class Grips {
  isShown = false;
  #box = make('div', 'stand-grips');
  #ghost = make('div', 'stand-ghost');
  #handle = make('button', 'stand-handle');
  #hint = make('span', 'stand-unseen');
  #said = make('span', 'stand-unseen');
  #menu = make('div', 'stand-menu');
  #edges = new Map<Grip, HTMLElement>();
  #wishes: Wishes;
  #words: StandWish['words'] | undefined;
  #at: At = 'float';
  #isExpanded = false;
  /** Ends what the open menu listens to. */
  #open: AbortController | undefined;

  constructor(root: ShadowRoot, wishes: Wishes) {
    this.#wishes = wishes;
    this.#handle.type = 'button';
    this.#handle.ariaHasPopup = 'menu';
    this.#handle.ariaExpanded = 'false';
    this.#hint.id = 'stand-hint';
    this.#handle.setAttribute('aria-describedby', this.#hint.id);
    this.#said.role = 'status';
    this.#menu.role = 'menu';
    this.#menu.hidden = this.#ghost.hidden = this.#box.hidden = true;
    for (const edge of edges) {
      const strip = make('i', `stand-edge stand-${edge}`);
      this.#edges.set(edge, strip);
      this.#box.append(strip);
      strip.addEventListener('pointerdown', (event) => this.#take(event, strip, edge));
    }
    this.#handle.addEventListener('pointerdown', (event) => this.#take(event, this.#handle, ''));
    this.#handle.addEventListener('keydown', (event) => this.#onKey(event));
    this.#handle.addEventListener('click', () => {
      if (this.#wasDragged) this.#wasDragged = false;
      else if (this.#open) this.#close();
      else this.#show();
    });
    this.#menu.addEventListener('keydown', (event) => this.#onMenuKey(event));
    // Nothing of the page is marked on the way.
    this.#box.addEventListener('mousedown', (event) => event.preventDefault());
    this.#box.append(this.#handle, this.#hint, this.#said, this.#menu);
    // Before the window, so that one comes to the handle first and goes on into it.
    root.prepend(this.#box, this.#ghost);
  }

  /** Says what it is in the language, the direction and the colours of now. */
  dress({ words, dir, colorScheme }: StandWish, isExpanded: boolean): void {
    this.#words = words;
    this.#isExpanded = isExpanded;
    this.#handle.ariaLabel = this.#handle.title = words.handle;
    this.#menu.ariaLabel = words.handle;
    this.#menu.dir = dir;
    this.#box.style.colorScheme = colorScheme;
    this.#hint.textContent = this.#at === 'float' ? words.float : words.dock;
    if (this.#open) this.#fill();
  }

  /** Around this window; nothing where none is to be moved. */
  lay(box: Box | undefined, at: At): void {
    this.isShown = box !== undefined;
    this.#box.hidden = !box;
    if (!box) return this.#close(false);
    this.#at = at;
    this.#box.dataset['at'] = at;
    if (this.#words) this.#hint.textContent = at === 'float' ? this.#words.float : this.#words.dock;
    frame(this.#box, box);
  }

  /** Where the window will be when it is let go here. */
  preview(box: Box | null): void {
    this.#ghost.hidden = !box;
    if (box) frame(this.#ghost, box);
  }

  say(text: string): void {
    this.#said.textContent = text;
  }

  /** What the device covers at each side, px. */
  safeArea(): Record<'left' | 'top' | 'right' | 'bottom', number> {
    const { paddingLeft, paddingTop, paddingRight, paddingBottom } = getComputedStyle(this.#ghost);
    const [left = 0, top = 0, right = 0, bottom = 0] = [
      paddingLeft,
      paddingTop,
      paddingRight,
      paddingBottom,
    ].map((length) => parseFloat(length) || 0);
    return { left, top, right, bottom };
  }

  remove(): void {
    this.#close(false);
    this.#box.remove();
    this.#ghost.remove();
  }

  #wasDragged = false;

  #take(event: PointerEvent, element: HTMLElement, edge: Grip): void {
    if (event.button !== 0 || !event.isPrimary) return;
    this.#wasDragged = false;
    // A docked window is held at its inner edge only.
    const grip = this.#at === 'float' ? edge : this.#at === 'left' ? 'e' : 'w';
    if (element === this.#handle) {
      element.addEventListener('gotpointercapture', () => (this.#wasDragged = true), { once: true });
      this.#close(false);
    }
    this.#wishes.take(event, element, grip);
  }

  #onKey(event: KeyboardEvent): void {
    const arrow = arrows[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#close();
    this.#wishes.step(...arrow, event.shiftKey);
  }

  #show(): void {
    this.#open = new AbortController();
    const { signal } = this.#open;
    this.#handle.ariaExpanded = 'true';
    this.#menu.hidden = false;
    this.#fill();
    const items = this.#items();
    (items.find((item) => item.ariaChecked === 'true') ?? items[0])?.focus();
    const outside = (event: Event): void => {
      if (!event.composedPath().includes(this.#box)) this.#close(false);
    };
    document.addEventListener('pointerdown', outside, { signal, capture: true });
    // Into the frame.
    window.addEventListener('blur', () => this.#close(false), { signal });
  }

  #close(takesFocus = true): void {
    if (!this.#open) return;
    this.#open.abort();
    this.#open = undefined;
    const had = this.#menu.contains((this.#menu.getRootNode() as ShadowRoot).activeElement);
    this.#menu.hidden = true;
    this.#handle.ariaExpanded = 'false';
    if (takesFocus && had) this.#handle.focus();
  }

  #fill(): void {
    const words = this.#words!;
    const names = { float: words.atFloat, left: words.atLeft, right: words.atRight };
    const at = this.#items().indexOf((this.#menu.getRootNode() as ShadowRoot).activeElement as HTMLElement);
    this.#menu.replaceChildren(
      ...places.map((place) =>
        this.#item(names[place], () => this.#wishes.choose(place), 'menuitemradio', place === this.#at),
      ),
      make('hr', ''),
      this.#item(words.large, () => this.#wishes.large(), 'menuitemcheckbox', this.#isExpanded),
      this.#item(words.reset, () => this.#wishes.reset(), 'menuitem'),
    );
    if (at >= 0) this.#items()[at]?.focus();
  }

  #item(label: string, run: () => void, role: string, isChecked?: boolean): HTMLElement {
    const item = make('button', 'stand-item');
    item.type = 'button';
    item.role = role;
    item.tabIndex = -1;
    item.textContent = label;
    if (isChecked !== undefined) item.ariaChecked = `${isChecked}`;
    item.addEventListener('click', () => {
      this.#close();
      run();
      this.say(label);
    });
    return item;
  }

  #items(): HTMLElement[] {
    return Array.from(this.#menu.querySelectorAll<HTMLElement>('.stand-item'));
  }

  #onMenuKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if (menuKeys.includes(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      const items = this.#items();
      const now = items.indexOf((this.#menu.getRootNode() as ShadowRoot).activeElement as HTMLElement);
      const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key]!;
      items.at(next % items.length)?.focus();
    }
  }
}

function frame({ style }: HTMLElement, { left, top, width, height }: Box): void {
  style.inset = `${top}px auto auto ${left}px`;
  style.width = `${width}px`;
  style.height = `${height}px`;
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}
