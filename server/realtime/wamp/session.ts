import type { Peer } from './peer.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';
import { isUri, reasons, type Match } from './uri.ts';

export interface BrokerOptions<User> {
  /** The only realm there is. */
  realm: string;
  /** How the broker names itself in WELCOME. */
  agent: string;
  /** Whether `user` may listen. Patterns are asked for with their `match`: text prefixes cross dots, beware. */
  authorise(user: User, topic: string, match: Match): boolean | Promise<boolean>;
  /** How `user` is told who they are (WAMP v2 WELCOME). */
  identify(user: User): { authid: string; authrole: string };
  /** Time as a port: resolves after `ms`, or at once when `signal` aborts. */
  delay(ms: number, signal: AbortSignal): Promise<void>;
  /** Told of faults of `authorise`; the client only hears `unavailable`. */
  onFault?(error: unknown): void;
  limits?: Partial<BrokerLimits>;
}

export interface BrokerLimits {
  /** Subscriptions of one Session. */
  subscriptions: number;
  /** Messages of one Session that wait for an answer of `authorise`. */
  queued: number;
  /** CURIE prefixes of one v1 Session. */
  prefixes: number;
  /** From the open transport to WELCOME, in ms. */
  handshakeMs: number;
  /** Bytes that may wait for a slow reader; with more the peer is terminated and catches up by reading. */
  bufferedBytes: number;
}

export const brokerDefaults: BrokerLimits = {
  subscriptions: 200,
  queued: 256,
  prefixes: 50,
  handshakeMs: 10_000,
  bufferedBytes: 256 * 1024,
};

/** Why a session ends from our side. */
export type Ending = 'not-signed-in' | 'restart' | 'too-many' | 'timeout';

/** What a Session needs of its broker. */
export interface Hub<User> {
  readonly options: BrokerOptions<User>;
  readonly limits: BrokerLimits;
  readonly subscriptions: Subscriptions<Session<User>>;
  forget(session: Session<User>): void;
  countDroppedSlow(): void;
}

/** One client of either version, from the open transport to its end. Messages take effect in the order they came in. */
export abstract class Session<User> {
  readonly user: User;
  /** Its subscriptions by id. */
  readonly joined = new Map<number, Subscription<Session<User>>>();
  abstract readonly version: 1 | 2;
  protected readonly peer: Peer;
  protected readonly hub: Hub<User>;
  #open = true;
  #waiting: (() => void | Promise<void>)[] = [];
  #isDraining = false;

  constructor(hub: Hub<User>, peer: Peer, user: User) {
    this.hub = hub;
    this.peer = peer;
    this.user = user;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** One text frame of the client. Never throws. */
  abstract receive(text: string): void;
  /** Says good-bye in the words of the version and closes the transport. */
  abstract end(why: Ending): void;

  /** The transport is gone, or shall be treated so. */
  closed(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#waiting = [];
    for (const subscription of this.joined.values()) this.hub.subscriptions.leave(this, subscription);
    this.joined.clear();
    this.hub.forget(this);
  }

  /** Sends, unless too much waits already: then the peer is cut off. Says whether it was sent. */
  send(frame: string | Uint8Array): boolean {
    if (!this.#open) return false;
    if (this.peer.bufferedAmount > this.hub.limits.bufferedBytes) {
      this.hub.countDroppedSlow();
      this.closed();
      this.peer.terminate();
      return false;
    }
    this.peer.send(frame);
    return true;
  }

  /** Runs `step` after all steps before it: an authoriser that takes its time cannot reorder requests. */
  protected inTurn(step: () => void | Promise<void>): void {
    if (this.#isDraining) {
      if (this.#waiting.length >= this.hub.limits.queued) this.end('too-many');
      else this.#waiting.push(step);
      return;
    }
    const pending = step();
    if (pending) void this.#drain(pending);
  }

  async #drain(pending: Promise<void>): Promise<void> {
    this.#isDraining = true;
    await pending;
    for (let step = this.#waiting.shift(); step; step = this.#waiting.shift()) await step();
    this.#isDraining = false;
  }

  /** Joins the topic; otherwise the reason why not. Never rejects. */
  protected subscribe(topic: string, match: Match): Joining<User> | Promise<Joining<User>> {
    if (!isUri(topic, match)) return { refused: reasons.invalidUri };
    const { limits, options } = this.hub;
    if (this.joined.size >= limits.subscriptions) return { refused: reasons.unavailable };
    const join = (isPermitted: boolean): Joining<User> => {
      if (!isPermitted || !this.#open) return { refused: reasons.notAuthorized };
      const subscription = this.hub.subscriptions.join(this, topic, match);
      this.joined.set(subscription.id, subscription);
      return { subscription };
    };
    const fail = (error: unknown): Joining<User> => {
      options.onFault?.(error);
      return { refused: reasons.unavailable };
    };
    try {
      const answer = options.authorise(this.user, topic, match);
      return typeof answer === 'boolean' ? join(answer) : answer.then(join, fail);
    } catch (error) {
      return fail(error);
    }
  }

  protected leave(subscription: Subscription<Session<User>>): void {
    this.joined.delete(subscription.id);
    this.hub.subscriptions.leave(this, subscription);
  }
}

export type Joining<User> = { subscription: Subscription<Session<User>> } | { refused: string };
