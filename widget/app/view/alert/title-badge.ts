/** A page that sets its title more often than so, in a second, is left alone: we would be fighting with it. */
const mostChanges = 20;

/**
 * The number of unread Messages before the page's own title, `(3) Contacts`, and on the app's icon where the browser has
 * that. The page may change its title as it likes: the number comes before the new one.
 */
export class TitleBadge implements Disposable {
  #count = 0;
  /** The page's own title. */
  #title: string;
  #watch: MutationObserver;
  #changes = 0;
  #since = 0;
  #document: Document;

  constructor(page: Document = document) {
    this.#document = page;
    this.#title = page.title;
    this.#watch = new MutationObserver(() => this.#look());
    this.#watch.observe(page.head, { subtree: true, childList: true, characterData: true });
  }

  set(count: number): void {
    if (count === this.#count) return;
    this.#look();
    this.#count = count;
    this.#show();
    const { navigator } = this.#document.defaultView ?? {};
    const badge = count ? navigator?.setAppBadge?.(count) : navigator?.clearAppBadge?.();
    badge?.catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.set(0);
    this.#watch.disconnect();
  }

  get #shown(): string {
    return this.#head + this.#title;
  }

  get #head(): string {
    return this.#count ? `(${this.#count > 99 ? '99+' : this.#count}) ` : '';
  }

  #look(): void {
    const { title } = this.#document;
    if (title === this.#shown) return;
    // A page that adds to the title it finds has our number in it.
    this.#title = this.#head && title.startsWith(this.#head) ? title.slice(this.#head.length) : title;
    const now = Date.now();
    if (now - this.#since > 1_000) [this.#since, this.#changes] = [now, 0];
    if (++this.#changes <= mostChanges) this.#show();
  }

  #show(): void {
    if (this.#document.title !== this.#shown) this.#document.title = this.#shown;
  }
}
