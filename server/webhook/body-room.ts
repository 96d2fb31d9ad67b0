/** 64 of the longest: what an attacker may cost, and more than honest senders ever have under way. */
const usualMost = 64 * 1024 * 1024;

interface Place {
  bytes: number;
  evict(): void;
}

/**
 * Memory for bodies that are not whole yet. Nobody has proved anything before the last byte, so whoever holds that byte back
 * makes us hold the rest: when all of them together are too much, those go that have taken longest. An honest delivery is
 * here within milliseconds, and one that was sent away comes again.
 */
export class BodyRoom {
  #most: number;
  #held = 0;
  /** Oldest first. */
  #places = new Set<Place>();

  /** `most`: bytes. */
  constructor(most = usualMost) {
    this.#most = most;
  }

  /** A place for one body. Either `leave` or, once, `evict` ends it. */
  enter(evict: () => void): { grow(bytes: number): void; leave(): void } {
    const place: Place = { bytes: 0, evict };
    this.#places.add(place);
    return {
      leave: () => void this.#free(place),
      grow: (bytes) => {
        if (!this.#places.has(place)) return;
        place.bytes += bytes;
        this.#held += bytes;
        for (const oldest of this.#places) {
          if (this.#held <= this.#most) return;
          this.#free(oldest);
          oldest.evict();
        }
      },
    };
  }

  #free(place: Place): void {
    if (this.#places.delete(place)) this.#held -= place.bytes;
  }
}
