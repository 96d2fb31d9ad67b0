import { record } from './decode.ts';

/** All in ms. */
export interface TabPace {
  /** A follower that has heard nothing of the leader for so long asks whether it is there. */
  askMs: number;
  /** Without an answer in so long the leader counts as gone. With `askMs` less than 2 s. */
  answerMs: number;
  /** How long others may object to a claim; only where there are no locks. */
  claimMs: number;
}
const usual: TabPace = { askMs: 1_000, answerMs: 450, claimMs: 100 };

/** What a page may have of it. `locks` is missing on plain http, `Channel` in very old browsers. */
export interface TabPlatform {
  locks?: LockManager | undefined;
  Channel?: typeof BroadcastChannel | undefined;
}

export interface TabsOptions {
  /** Tabs of this name are one: server, Organisation, Agent. */
  name: string;
  platform?: TabPlatform;
  pace?: Partial<TabPace>;
}

type Hearer = (data: Record<string, unknown>, from: string) => void;

/**
 * The tabs of one Agent in one browser: exactly one leads, the others follow. A Web Lock decides, and a tab that is
 * closed or crashes gives it up by itself; a leader that does not answer is robbed of it. Without locks the tabs agree
 * by claims: higher term first, then lower id. For a moment two may believe they lead, so what a leader does has to be
 * harmless twice: rows have numbers, sends have client ids.
 */
export class Tabs implements Disposable {
  readonly id = Math.random().toString(36).slice(2, 12);
  #name: string;
  #pace: TabPace;
  #locks: LockManager | undefined;
  #Channel: typeof BroadcastChannel | undefined;
  #channel: BroadcastChannel | undefined;
  #hearers = new Map<string, Set<Hearer>>();
  #turns = new Set<(isLeader: boolean) => void>();
  #isLeader = false;
  #isOpen = false;
  #life = new AbortController();
  #release: (() => void) | undefined;
  #isQueued = false;
  #term = 0;
  #isClaiming = false;
  #heardAt = 0;
  #askTimer: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #claim: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TabsOptions) {
    const { locks, Channel } = options.platform ?? thisPlatform();
    this.#name = `chatdock:2:${options.name}`;
    this.#pace = { ...usual, ...options.pace };
    this.#locks = locks;
    this.#Channel = Channel;
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Called on every turn from following to leading and back. */
  onTurn(turn: (isLeader: boolean) => void): void {
    this.#turns.add(turn);
  }

  /** What other tabs say under a name. */
  hear(what: string, hearer: Hearer): void {
    const all = this.#hearers.get(what) ?? new Set();
    this.#hearers.set(what, all.add(hearer));
  }

  /** Tells every other tab. `data` is cloned: Blobs may be in it, functions not. */
  tell(what: string, data: object = {}): void {
    try {
      this.#channel?.postMessage({ what, data, from: this.id, isLeader: this.#isLeader });
    } catch {
      // Nothing in it that can be cloned, or a channel that has just been closed: the others find out by asking.
    }
  }

  /** Joins the other tabs; again after `leave`. */
  join(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#life = new AbortController();
    if (!this.#Channel) return this.#turn(true);
    this.#channel = new this.#Channel(this.#name);
    this.#channel.addEventListener('message', ({ data }: MessageEvent) => this.#heard(record(data)));
    if (this.#locks) void this.#queue(this.#locks);
    this.#ask(this.#locks ? this.#pace.answerMs : this.#pace.claimMs);
  }

  /** The page is going away, maybe to come back (bfcache): another tab takes over at once. */
  leave(): void {
    if (!this.#isOpen) return;
    this.tell('bye');
    this.#isOpen = false;
    for (const timer of [this.#askTimer, this.#deadline, this.#claim]) clearTimeout(timer);
    this.#isClaiming = false;
    this.#turn(false);
    this.#life.abort();
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** The tab is seen again: is the leader still there? */
  wake(): void {
    if (this.#isOpen && !this.#isLeader && this.#channel) this.#ask(this.#pace.answerMs);
  }

  [Symbol.dispose](): void {
    this.leave();
    this.#hearers.clear();
    this.#turns.clear();
  }

  #heard(message: Record<string, unknown>): void {
    const { what, from } = message;
    if (typeof what !== 'string' || typeof from !== 'string' || !this.#isOpen) return;
    const data = record(message['data']);
    if (message['isLeader'] === true && !this.#isLeader) this.#isThere();
    if (what === 'ask' && this.#isLeader) this.#beat();
    if (!this.#locks) this.#contest(what, from, Number(data['term'] ?? 0), message['isLeader'] === true);
    for (const hearer of this.#hearers.get(what) ?? []) hearer(data, from);
  }

  /** The leader was heard. */
  #isThere(): void {
    this.#heardAt = Date.now();
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.#askLater();
  }

  #beat(): void {
    this.tell('beat', { term: this.#term });
  }

  #askLater(): void {
    clearTimeout(this.#askTimer);
    if (this.#isLeader || !this.#isOpen) return;
    this.#askTimer = setTimeout(() => this.#ask(this.#pace.answerMs), this.#pace.askMs);
  }

  #ask(answerMs: number): void {
    if (this.#deadline || this.#isLeader) return;
    const askedAt = Date.now();
    this.tell('ask');
    this.#deadline = setTimeout(() => {
      this.#deadline = undefined;
      if (this.#isLeader || !this.#isOpen || this.#heardAt > askedAt) return;
      // It was us who slept (a frozen tab, a lid that was closed): the answer may be waiting behind this timer.
      if (Date.now() - askedAt > 3 * answerMs + 500) this.#ask(answerMs);
      else this.#take();
    }, answerMs);
  }

  /** The leader is gone. */
  #take(): void {
    if (this.#locks) void this.#queue(this.#locks, true);
    else this.#stake();
  }

  /** Waits for the lock; a robber has it at once. */
  async #queue(locks: LockManager, isRobbery = false): Promise<void> {
    if (!isRobbery && this.#isQueued) return;
    if (!isRobbery) this.#isQueued = true;
    const { signal } = this.#life;
    const hold = async (): Promise<void> => {
      if (!isRobbery) this.#isQueued = false;
      if (signal.aborted) return;
      await new Promise<void>((done) => {
        this.#release = done;
        this.#turn(true);
      });
    };
    try {
      await locks.request(this.#name, isRobbery ? { steal: true } : { signal }, hold);
    } catch {
      if (!isRobbery) this.#isQueued = false;
      // Left the queue, or was robbed after having been silent. Whoever took over is heard from now on.
      if (signal.aborted) return;
      this.#turn(false);
      void this.#queue(locks);
      this.#ask(this.#pace.answerMs);
    }
  }

  #stake(): void {
    if (this.#isClaiming) return;
    this.#isClaiming = true;
    this.#term++;
    this.tell('claim', { term: this.#term });
    this.#claim = setTimeout(() => {
      this.#isClaiming = false;
      this.#turn(true);
    }, this.#pace.claimMs);
  }

  /** Without locks: who gives way to whom. */
  #contest(what: string, from: string, term: number, isLeader: boolean): void {
    if (what === 'bye' && isLeader && !this.#isLeader) {
      // A little apart, so that not all of them claim at once.
      clearTimeout(this.#deadline);
      this.#deadline = setTimeout(() => {
        this.#deadline = undefined;
        this.#take();
      }, Math.random() * this.#pace.claimMs);
      return;
    }
    if (what !== 'claim' && what !== 'beat') return;
    const isStronger = term > this.#term || (term === this.#term && from < this.id);
    if (this.#isLeader) {
      // A claim of the same term is by somebody who has not heard of us.
      if (what === 'claim' ? term > this.#term : isStronger) this.#yield(term);
      else this.#beat();
    } else if (isStronger || what === 'beat') {
      this.#yield(term);
    }
  }

  #yield(term: number): void {
    this.#term = Math.max(this.#term, term);
    clearTimeout(this.#claim);
    this.#isClaiming = false;
    this.#turn(false);
    this.#askLater();
  }

  #turn(isLeader: boolean): void {
    if (!isLeader) {
      this.#release?.();
      this.#release = undefined;
    }
    if (isLeader === this.#isLeader) return;
    this.#isLeader = isLeader;
    clearTimeout(this.#askTimer);
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    if (isLeader) this.#beat();
    for (const turn of this.#turns) turn(isLeader);
  }
}

function thisPlatform(): TabPlatform {
  return {
    locks: globalThis.navigator?.locks,
    Channel: globalThis.BroadcastChannel,
  };
}
