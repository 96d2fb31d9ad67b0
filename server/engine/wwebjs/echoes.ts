import type { EngineEvent } from '../../contract/engine-event.ts';

/**
 * The library tells some things twice (its listeners can be attached more than once). Drops an event that is, to
 * the last letter, one of the latest. The core would stand the repetition; the wire need not carry it.
 */
export class Echoes {
  #latest = new Set<string>();
  isEcho(event: EngineEvent): boolean {
    if (event.kind !== 'message' && event.kind !== 'ack' && event.kind !== 'edit') return false;
    const text = JSON.stringify(event);
    if (this.#latest.has(text)) return true;
    this.#latest.add(text);
    const oldest = this.#latest.values().next().value;
    if (this.#latest.size > 200 && oldest !== undefined) this.#latest.delete(oldest);
    return false;
  }
}
