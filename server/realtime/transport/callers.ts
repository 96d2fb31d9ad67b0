import type { IncomingMessage } from 'node:http';
import { household } from '../../access/household.ts';
import { TokenBucket } from './token-bucket.ts';

export interface CallerLimits {
  /** Sockets open or being opened from one address. */
  open: number;
  /** Upgrades asked for from one address. */
  rate: { perSecond: number; burst: number };
  /** Sockets open or being opened in all. */
  all: number;
}

interface Caller {
  open: number;
  bucket: TokenBucket;
}

/** Counts who knocks, by address, so that one address cannot take all the sockets. */
export class Callers {
  #limits: CallerLimits;
  #callers = new Map<string, Caller>();
  #open = 0;

  constructor(limits: CallerLimits) {
    this.#limits = limits;
  }

  /** Takes a place. Returns its release (safe to call twice), or why there is none. */
  take(address: string, now: number): (() => void) | 'too-many-requests' | 'unavailable' {
    if (this.#open >= this.#limits.all) return 'unavailable';
    let caller = this.#callers.get(address);
    if (!caller) {
      this.#sweep(now);
      caller = { open: 0, bucket: new TokenBucket(this.#limits.rate, now) };
      this.#callers.set(address, caller);
    }
    if (!caller.bucket.take(now) || caller.open >= this.#limits.open) return 'too-many-requests';
    const taken = caller;
    taken.open++;
    this.#open++;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      taken.open--;
      this.#open--;
    };
  }

  /** Forgets addresses that have no socket and are not being slowed; looks at a few each time, so no call is long. */
  #sweep(now: number): void {
    let looked = 0;
    for (const [address, caller] of this.#callers) {
      if (++looked > 8) return;
      this.#callers.delete(address);
      if (caller.open > 0 || !caller.bucket.isFull(now)) this.#callers.set(address, caller);
    }
  }
}

/**
 * The address limits are counted by. Behind `trustedProxies` proxies it is the entry that the outermost of them added
 * to X-Forwarded-For; what the client wrote there itself is not looked at. One household of IPv6 (a /64) is one caller.
 */
export function callerAddress(request: IncomingMessage, trustedProxies: number): string {
  let address = request.socket.remoteAddress ?? '';
  if (trustedProxies > 0) {
    const header = request.headers['x-forwarded-for'];
    const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
    address = hops.at(-trustedProxies)?.trim() || address;
  }
  return household(address);
}
