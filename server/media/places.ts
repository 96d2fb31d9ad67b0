/** How many answers may be under way. */
export interface PlaceLimits {
  inAll: number;
  /** Less than in all, so that one Organisation's slow readers leave room for the others. */
  ofOne: number;
}

export const placeDefaults: PlaceLimits = { inAll: 512, ofOne: 256 };

/** Places for files under way, counted by the Organisation that they are sent to. */
export class Places {
  #limits: PlaceLimits;
  #taken = new Map<number, number>();
  #inAll = 0;

  constructor(limits: PlaceLimits = placeDefaults) {
    this.#limits = limits;
  }

  /** Gives the place back, once; undefined: there is none now. */
  take(organisationId: number): (() => void) | undefined {
    const own = this.#taken.get(organisationId) ?? 0;
    if (this.#inAll >= this.#limits.inAll || own >= this.#limits.ofOne) return undefined;
    this.#inAll++;
    this.#taken.set(organisationId, own + 1);
    return () => {
      this.#inAll--;
      const left = this.#taken.get(organisationId)! - 1;
      if (left > 0) this.#taken.set(organisationId, left);
      else this.#taken.delete(organisationId);
    };
  }
}
