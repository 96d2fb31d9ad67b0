export type Listener = (...values: unknown[]) => void;

/** Event names may come several at once, separated by spaces. A listener that throws harms no other. */
export class Emitter {
  #listeners = new Map<string, { call: Listener; given: Listener }[]>();

  on(names: string, given: Listener): this {
    return this.#add(names, given, given);
  }
  once(names: string, given: Listener): this {
    const call: Listener = (...values) => {
      this.off(names, given);
      given(...values);
    };
    return this.#add(names, call, given);
  }
  off(names: string, given: Listener): this {
    for (const name of names.split(' ')) {
      const left = (this.#listeners.get(name) ?? []).filter((entry) => entry.given !== given);
      this.#listeners.set(name, left);
    }
    return this;
  }
  /** Does anybody listen? */
  hears(name: string): boolean {
    return (this.#listeners.get(name)?.length ?? 0) > 0;
  }
  trigger(name: string, ...values: unknown[]): void {
    for (const { call } of this.#listeners.get(name)?.slice() ?? []) {
      try {
        call(...values);
      } catch (error) {
        reportError(error);
      }
    }
  }
  #add(names: string, call: Listener, given: Listener): this {
    for (const name of names.split(' ')) {
      const list = this.#listeners.get(name) ?? [];
      list.push({ call, given });
      this.#listeners.set(name, list);
    }
    return this;
  }
}
