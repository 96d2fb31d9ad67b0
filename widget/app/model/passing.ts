import { signal } from '@preact/signals';

/** What is believed for a while after it was heard. In memory only; it passes by itself. */
export class Passing<What> {
  #now: () => number;
  #isSame: (a: What, b: What) => boolean;
  #heard = signal<readonly { what: What; until: number }[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(now: () => number, isSame: (a: What, b: What) => boolean) {
    this.#now = now;
    this.#isSame = isSame;
  }

  /** In the place of what was heard of the same before; `forMs` 0: it is over. */
  hear(what: What, forMs: number): void {
    const now = this.#now();
    const rest = this.#heard.peek().filter((one) => one.until > now && !this.#isSame(one.what, what));
    this.#heard.value = forMs ? [...rest, { what, until: now + forMs }] : rest;
    this.#passLater();
  }

  get list(): What[] {
    return this.#heard.value.map(({ what }) => what);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#heard.value = [];
  }

  #passLater(): void {
    clearTimeout(this.#timer);
    const next = Math.min(...this.#heard.peek().map(({ until }) => until));
    if (next === Infinity) return;
    this.#timer = setTimeout(
      () => {
        const now = this.#now();
        this.#heard.value = this.#heard.peek().filter(({ until }) => until > now);
        this.#passLater();
      },
      Math.max(50, next - this.#now()),
    );
  }
}
