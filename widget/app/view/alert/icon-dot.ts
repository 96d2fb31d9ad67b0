import picture from './unread.svg?url&no-inline';

/** A page that sets its icon more often than so while ours is shown is left alone: we would be fighting with it. */
const mostChanges = 20;
const icons = 'link[rel~="icon" i]';

interface Own {
  href: string | null;
  type: string | null;
}

/**
 * While something is unread the page's tab has our icon, which has a dot; then the page's own again. Strict pages let no
 * picture in that is drawn here, but those of our server, since conversations have some: where ours is refused, nothing
 * of the page is touched.
 */
export class IconDot implements Disposable {
  /** What the page says itself of each icon that is covered. */
  #covered = new Map<HTMLLinkElement, Own>();
  /** The page names none. */
  #added: HTMLLinkElement | undefined;
  #document: Document;
  #may: Promise<boolean>;
  #isWanted = false;
  #changes = 0;
  #watch = new MutationObserver(() => this.#look());

  constructor(page: Document = document) {
    this.#document = page;
    this.#may = isLetIn();
  }

  set(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    if (!isWanted) return this.#uncover();
    void this.#may.then((may) => {
      if (!may || !this.#isWanted) return;
      this.#changes = 0;
      this.#watch.observe(this.#document.head, {
        subtree: true,
        childList: true,
        attributes: true,
        attributeFilter: ['href', 'rel'],
      });
      this.#cover();
    });
  }

  [Symbol.dispose](): void {
    this.set(false);
  }

  #cover(): void {
    const links = this.#document.head.querySelectorAll<HTMLLinkElement>(icons);
    for (const link of links) {
      if (link === this.#added || link.getAttribute('href') === picture) continue;
      this.#covered.set(link, { href: link.getAttribute('href'), type: link.getAttribute('type') });
      show(link);
    }
    if (links.length > 0) return;
    this.#added = this.#document.createElement('link');
    this.#added.rel = 'icon';
    show(this.#added);
    this.#document.head.append(this.#added);
  }

  /** The page has another icon meanwhile: it is the one to come back to. */
  #look(): void {
    if (!this.#isWanted) return;
    for (const link of this.#covered.keys()) if (!link.isConnected) this.#covered.delete(link);
    if (++this.#changes <= mostChanges) this.#cover();
  }

  #uncover(): void {
    this.#watch.disconnect();
    for (const [link, { href, type }] of this.#covered) {
      if (link.getAttribute('href') !== picture) continue;
      put(link, 'href', href);
      put(link, 'type', type);
    }
    this.#covered.clear();
    if (!this.#added) return;
    // What a page without an icon of its own has; browsers keep the last one they were told of.
    this.#added.href = '/favicon.ico';
    this.#added.remove();
    this.#added = undefined;
  }
}

function isLetIn(): Promise<boolean> {
  const image = new Image();
  image.src = picture;
  return image.decode().then(
    () => true,
    () => false,
  );
}

function show(link: HTMLLinkElement): void {
  link.type = 'image/svg+xml';
  link.href = picture;
}

function put(link: HTMLLinkElement, name: string, value: string | null): void {
  if (value === null) link.removeAttribute(name);
  else link.setAttribute(name, value);
}
