import type { Bus } from './bus.ts';

/** The Bus of a single process. Delivers on the next microtask, as text and back, in order of publishing. */
export class MemoryBus implements Bus {
  #listeners = new Map<string, Set<(payload: unknown) => void>>();
  publish(channel: string, payload: unknown): void {
    const listeners = this.#listeners.get(channel);
    if (!listeners?.size) return;
    const text = JSON.stringify(payload);
    queueMicrotask(() => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(JSON.parse(text));
    });
  }
  subscribe(channel: string, listener: (payload: unknown) => void): () => void {
    let set = this.#listeners.get(channel);
    if (!set) this.#listeners.set(channel, (set = new Set()));
    const entry = (payload: unknown): void => listener(payload);
    set.add(entry);
    return () => void set.delete(entry);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
  }
}
