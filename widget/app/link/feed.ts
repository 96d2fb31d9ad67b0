import type { Presence } from '../../../server/contract/presence.ts';
import { inboxTopic, presenceTopic, replyingTopic } from '../../../server/contract/topic.ts';
import type { ChangedRows, Position } from '../../../server/contract/wire.ts';
import type { Api } from './api.ts';
import { isPosition, toPush, toRows } from './decode.ts';
import { ServerProblem } from './http.ts';
import { isPresence } from './presence.ts';
import { backOff, Line, type LinePace } from './line.ts';
import type { Tabs } from './tabs.ts';
import type { SocketConstructor } from './wamp.ts';
import { isAtWork, type Replying, type Viewing } from './work-api.ts';

const connections = ['live', 'polling', 'reconnecting', 'offline'] as const;
/** live: pushed. polling: no socket, but asked every second. reconnecting: neither. offline: the browser says so. */
export type Connection = (typeof connections)[number];

export interface FeedHandlers {
  rows(inboxId: number, rows: ChangedRows): void;
  /** The cursor could not be served: what is known of this Inbox is to be dropped and read afresh. */
  reset(inboxId: number): void;
  /** An Inbox that is watched is not ours to see any more: which ones are is to be asked. */
  gone?(): void;
  /** A colleague is writing, or no longer. */
  replying?(what: Replying | Viewing): void;
  /** The other side of a Chat is writing, or no longer. */
  presence?(what: Presence): void;
  /**
   * Also called on every success, with the time of it. `retryAt`: when the server is tried again, ms since 1970; 0
   * while it answers.
   */
  connection(state: Connection, heardAt: number, retryAt: number): void;
}

/** All in ms. */
export interface Pace extends LinePace {
  pollMs: number;
}
const usual: Pace = {
  pollMs: 1_000,
  silenceMs: 25_000,
  joinMs: 10_000,
  retryFirstMs: 500,
  retryCapMs: 30_000,
};

export interface FeedOptions {
  api: Api;
  handlers: FeedHandlers;
  socket?: SocketConstructor;
  pace?: Partial<Pace>;
  /** The other tabs; without them this one is alone. */
  tabs?: Tabs | undefined;
}

/**
 * Keeps up with the Inboxes watched. Subscribe first, read second: overlap is possible, a gap is not. While there is no
 * socket it asks every second; a push whose number does not follow ours makes it ask too.
 *
 * Of several tabs only the one that leads has a socket or polls; it hands on what it hears with the cursors before and
 * after. A tab whose own cursor does not fit asks the server itself, so a leader may die between any two words.
 */
export class Feed implements Disposable {
  #api: Api;
  #handlers: FeedHandlers;
  #Socket: SocketConstructor;
  #pace: Pace;
  #tabs: Tabs | undefined;
  #cursors = new Map<number, Position>();
  #line: Line | undefined;
  #isClosed = false;
  #isOnline = true;
  #pulling = false;
  #pullAgain = false;
  #heardAt = 0;
  /** Polls that failed one after the other. */
  #failures = 1;
  #pollAt = 0;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  /** What the other tabs were told last. */
  #said: { state: Connection; retryAt: number; heardAt: number } | undefined;
  /** What the leader told last. */
  #told: { state: Connection; retryAt: number } = { state: 'reconnecting', retryAt: 0 };

  constructor(options: FeedOptions) {
    this.#api = options.api;
    this.#handlers = options.handlers;
    this.#Socket = options.socket ?? WebSocket;
    this.#pace = { ...usual, ...options.pace };
    this.#tabs = options.tabs;
    this.#tabs?.onTurn((isLeader) => (isLeader ? this.#lead() : this.#follow()));
    this.#tabs?.hear('rows', (told) => this.#passedOn(told));
    this.#tabs?.hear('replying', ({ what }) => isAtWork(what) && this.#handlers.replying?.(what));
    this.#tabs?.hear('presence', ({ what }) => isPresence(what) && this.#handlers.presence?.(what));
    this.#tabs?.hear('reset', ({ inboxId, at }) => {
      if (!this.#leads && !this.#isClosed && this.#cursors.has(Number(inboxId)) && isPosition(at))
        this.#startOver(Number(inboxId), at);
    });
    this.#tabs?.hear('state', (told) => this.#hearState(told));
    this.#tabs?.hear('ask', () => this.#leads && this.#sayState());
  }

  get #leads(): boolean {
    return this.#tabs?.isLeader ?? true;
  }

  get #isLive(): boolean {
    return this.#line?.isLive ?? false;
  }

  /** Starts with an Inbox: everything after the number `seq` of `era` will be told. */
  watch(inboxId: number, seq: number, era: string): void {
    if (this.#isClosed || this.#cursors.has(inboxId)) return;
    this.#cursors.set(inboxId, { seq, era });
    if (!this.#leads) return void this.#tabs?.wake();
    if (this.#line) {
      for (const topic of topicsOf(inboxId)) this.#line.subscribe(topic);
      if (this.#isLive) void this.#pull();
    } else {
      this.#lead();
    }
  }

  unwatch(inboxId: number): void {
    this.#cursors.delete(inboxId);
    for (const topic of topicsOf(inboxId)) this.#line?.unsubscribe(topic);
  }

  /** The tab is seen again or the network is back: look now. */
  wake(): void {
    if (this.#isClosed || !this.#cursors.size) return;
    if (!this.#leads) this.#tabs?.wake();
    this.#line?.wake();
    void this.#pull();
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline;
    this.#show();
    if (isOnline) this.wake();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#pollTimer);
    this.#line?.[Symbol.dispose]();
  }

  #lead(): void {
    if (this.#isClosed || this.#line || !this.#cursors.size) return;
    this.#line = new Line(Array.from(this.#cursors.keys()).flatMap(topicsOf), {
      api: this.#api,
      pace: this.#pace,
      Socket: this.#Socket,
      handlers: {
        live: () => this.#live(),
        event: (payload) => this.#pushed(payload),
        lost: () => this.#lost(),
        waiting: () => this.#show(),
      },
    });
    // What the leader before us heard last and could not hand on.
    if (this.#heardAt) void this.#pull();
    this.#pollSoon();
  }

  #follow(): void {
    clearTimeout(this.#pollTimer);
    this.#pollTimer = undefined;
    const line = this.#line;
    this.#line = undefined;
    line?.[Symbol.dispose]();
  }

  #live(): void {
    clearTimeout(this.#pollTimer);
    this.#pollTimer = undefined;
    this.#heard();
    void this.#pull();
  }

  #lost(): void {
    if (this.#isClosed || !this.#line) return;
    this.#failures = 0;
    this.#show();
    this.#pollSoon();
  }

  #pushed(payload: unknown): void {
    if (isAtWork(payload)) {
      this.#tabs?.tell('replying', { what: payload });
      return this.#handlers.replying?.(payload);
    }
    if (isPresence(payload)) {
      this.#tabs?.tell('presence', { what: payload });
      return this.#handlers.presence?.(payload);
    }
    const push = toPush(payload);
    const cursor = push && this.#cursors.get(push.inboxId);
    if (!push || cursor === undefined) return;
    this.#heard();
    const steps = push.era === cursor.era ? push.seq - cursor.seq : NaN;
    if (steps <= 0) return;
    if (steps === 1 && push.rows) this.#take(push.inboxId, cursor.seq, push, push.rows);
    else void this.#pull();
  }

  /** Rows that lead from one cursor to another. */
  #take(inboxId: number, from: number, { seq, era }: Position, rows: ChangedRows): void {
    const at = { seq, era };
    this.#cursors.set(inboxId, at);
    if (this.#leads) this.#tabs?.tell('rows', { inboxId, from, at, rows });
    this.#handlers.rows(inboxId, rows);
  }

  /** The server counts from elsewhere now. The other tabs would wait until it has come as far as they are. */
  #startOver(inboxId: number, at: Position): void {
    this.#cursors.set(inboxId, at);
    if (this.#leads) this.#tabs?.tell('reset', { inboxId, at });
    this.#handlers.reset(inboxId);
  }

  /** The leader hands on what it heard. */
  #passedOn(told: Record<string, unknown>): void {
    const { at } = told;
    const inboxId = Number(told['inboxId']);
    const cursor = this.#cursors.get(inboxId);
    if (this.#isClosed || !cursor || !isPosition(at)) return;
    this.#heardAt = Date.now();
    if (at.era !== cursor.era || Number(told['from']) > cursor.seq) void this.#pull();
    else if (at.seq > cursor.seq) this.#take(inboxId, cursor.seq, at, toRows(told['rows']));
    this.#show();
  }

  #hearState(told: Record<string, unknown>): void {
    const state = connections.find((one) => one === told['state']);
    if (this.#leads || !state || this.#isClosed) return;
    this.#told = { state, retryAt: Number(told['retryAt']) || 0 };
    this.#heardAt = Math.max(this.#heardAt, Number(told['heardAt']) || 0);
    // The leader is further on and we have not heard how it got there: it was before us, or we slept.
    const { cursors } = told;
    for (const [inboxId, { seq, era }] of this.#cursors) {
      const at: unknown = cursors instanceof Map ? cursors.get(inboxId) : 0;
      if (isPosition(at) && (at.era !== era || at.seq > seq)) void this.#pull();
    }
    this.#show();
  }

  #sayState(): void {
    const { state, retryAt } = this.#state();
    this.#said = { state, retryAt, heardAt: this.#heardAt };
    this.#tabs?.tell('state', {
      state,
      retryAt,
      heardAt: this.#heardAt,
      cursors: this.#cursors,
    });
  }

  /** The next look. Under a living socket only when `isOwed`: a pull failed and is still missing. */
  #pollSoon(isOwed = false): void {
    if (this.#pollTimer || this.#isClosed || !this.#leads || (this.#isLive && !isOwed)) return;
    const { pollMs } = this.#pace;
    const ms = this.#failures > 1 ? Math.max(pollMs, backOff(this.#failures - 1, this.#pace)) : pollMs;
    this.#pollAt = Date.now() + ms;
    this.#pollTimer = setTimeout(() => {
      this.#pollTimer = undefined;
      void this.#pull().then(() => this.#pollSoon());
    }, ms);
  }

  /** One pull in flight; whoever asks meanwhile gets another one after it. */
  async #pull(): Promise<void> {
    if (this.#pulling) {
      this.#pullAgain = true;
      return;
    }
    this.#pulling = true;
    try {
      do {
        this.#pullAgain = false;
        if (!this.#cursors.size || this.#isClosed) break;
        for (const changes of await this.#api.changes(this.#cursors)) {
          const cursor = this.#cursors.get(changes.inboxId);
          if (cursor === undefined || this.#isClosed) continue;
          const at = { seq: changes.cursor, era: changes.era };
          if (changes.reset) {
            this.#startOver(changes.inboxId, at);
          } else {
            // Pushes may have overtaken this answer: the rows sort themselves out, the cursor never goes back.
            const isOvertaken = at.era === cursor.era && at.seq < cursor.seq;
            this.#take(changes.inboxId, cursor.seq, isOvertaken ? cursor : at, changes);
            if (changes.more) this.#pullAgain = true;
          }
        }
        this.#failures = 0;
        this.#heard();
      } while (this.#pullAgain);
    } catch (error) {
      this.#failures++;
      if (error instanceof ServerProblem && error.code === 'not-found') this.#handlers.gone?.();
      if (this.#isLive) this.#pollSoon(true);
      this.#show();
    } finally {
      this.#pulling = false;
    }
  }

  #heard(): void {
    this.#heardAt = Date.now();
    this.#show();
  }

  #state(): { state: Connection; retryAt: number } {
    if (!this.#isOnline) return { state: 'offline', retryAt: 0 };
    if (!this.#leads) return this.#told;
    if (this.#isLive) return { state: 'live', retryAt: 0 };
    if (!this.#failures) return { state: 'polling', retryAt: 0 };
    const next = [this.#line?.retryAt ?? 0, this.#pollTimer ? this.#pollAt : 0].filter(Boolean);
    return { state: 'reconnecting', retryAt: next.length ? Math.min(...next) : 0 };
  }

  #show(): void {
    if (this.#isClosed) return;
    const { state, retryAt } = this.#state();
    const said = this.#said;
    const isNews = said?.state !== state || said.retryAt !== retryAt || this.#heardAt - said.heardAt > 900;
    if (this.#leads && this.#isOnline && isNews) this.#sayState();
    this.#handlers.connection(state, this.#heardAt, retryAt);
  }
}

const topicsOf = (inboxId: number): string[] =>
  [inboxTopic, replyingTopic, presenceTopic].map((topicOf) => topicOf(inboxId));
