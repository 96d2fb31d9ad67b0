import type { Bus, BusListener } from './bus.ts';

/** The Bus of a single process. Delivers on the next microtask, as text and back, in order of publishing. */
export class MemoryBus implements Bus {
  #listeners = new Map<string, Set<BusListener>>();
  publish(channel: string, payload: unknown): void {
    const listeners = this.#listeners.get(channel);
    if (!listeners?.size) return;
    const text = JSON.stringify(payload);
    queueMicrotask(() => {
      const current = this.#listeners.get(channel);
      if (!current?.size) return;
      const read: unknown = JSON.parse(text);
      for (const listener of current) listener(read, text);
    });
  }
  subscribe(channel: string, listener: BusListener): () => void {
    let set = this.#listeners.get(channel);
    if (!set) this.#listeners.set(channel, (set = new Set()));
    const entry: BusListener = (payload, text) => listener(payload, text);
    set.add(entry);
    return () => void set.delete(entry);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
  }
}
