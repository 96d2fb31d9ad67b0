import { inboxTopic, replyingTopic } from '../../../server/contract/topic.ts';
import type { ChangedRows } from '../../../server/contract/wire.ts';
import type { Api } from './api.ts';
import { toPush } from './decode.ts';
import { isReplying, type Replying } from './work-api.ts';
import { WampSocket, type SocketConstructor } from './wamp.ts';

/** live: pushed. polling: no socket, but asked every second. reconnecting: neither. offline: the browser says so. */
export type Connection = 'live' | 'polling' | 'reconnecting' | 'offline';

export interface FeedHandlers {
  rows(inboxId: number, rows: ChangedRows): void;
  /** The cursor could not be served: what is known of this Inbox is to be dropped and read afresh. */
  reset(inboxId: number): void;
  /** A colleague is writing, or no longer. */
  replying?(what: Replying): void;
  /** Also called on every success, with the time of it. */
  connection(state: Connection, heardAt: number): void;
}

/** All in ms. */
export interface Pace {
  pollMs: number;
  /** Silence after which a socket is given up: more than two heartbeats. */
  silenceMs: number;
  /** How long a socket may take from the ticket to the last SUBSCRIBED. */
  joinMs: number;
  retryFirstMs: number;
  retryCapMs: number;
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
}

/**
 * Keeps up with the Inboxes watched. Subscribe first, read second: overlap is possible, a gap is not. While there is no
 * socket it asks every second; a push whose number does not follow ours makes it ask too.
 */
export class Feed {
  #api: Api;
  #handlers: FeedHandlers;
  #Socket: SocketConstructor;
  #pace: Pace;
  #cursors = new Map<number, number>();
  #socket: WampSocket | undefined;
  #isLive = false;
  #isConnecting = false;
  #isClosed = false;
  #isOnline = true;
  #attempts = 0;
  #pulling = false;
  #pullAgain = false;
  #heardAt = 0;
  #pollFailed = true;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: FeedOptions) {
    this.#api = options.api;
    this.#handlers = options.handlers;
    this.#Socket = options.socket ?? WebSocket;
    this.#pace = { ...usual, ...options.pace };
  }

  /** Starts with an Inbox: everything after `cursor` will be told. */
  watch(inboxId: number, cursor: number): void {
    if (this.#isClosed || this.#cursors.has(inboxId)) return;
    this.#cursors.set(inboxId, cursor);
    if (this.#socket) {
      for (const topic of topicsOf(inboxId)) this.#socket.subscribe(topic);
      if (this.#isLive) this.#pull();
    } else {
      void this.#connect();
    }
  }

  unwatch(inboxId: number): void {
    this.#cursors.delete(inboxId);
  }

  /** The tab is seen again or the network is back: look now. */
  wake(): void {
    if (this.#isClosed || !this.#cursors.size) return;
    this.#attempts = 0;
    if (!this.#isLive) void this.#connect();
    this.#pull();
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline;
    this.#tell();
    if (isOnline) this.wake();
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of [this.#pollTimer, this.#retryTimer, this.#silenceTimer]) clearTimeout(timer);
    this.#socket?.close();
  }

  async #connect(): Promise<void> {
    if (this.#isClosed || this.#isConnecting || this.#socket) return;
    this.#isConnecting = true;
    clearTimeout(this.#retryTimer);
    this.#pollSoon();
    try {
      const ticket = await this.#api.ticket();
      if (this.#isClosed) return;
      const url = `${this.#api.http.host.replace(/^http/, 'ws')}/ws?ticket=${encodeURIComponent(ticket)}`;
      const socket: WampSocket = new WampSocket(
        url,
        Array.from(this.#cursors.keys()).flatMap(topicsOf),
        {
          ready: () => this.#joined(),
          event: (payload) => this.#pushed(payload),
          heard: () => this.#isLive && this.#listen(this.#pace.silenceMs),
          closed: () => this.#lost(socket),
        },
        this.#Socket,
      );
      this.#socket = socket;
      this.#listen(this.#pace.joinMs);
    } catch {
      this.#retryLater();
    } finally {
      this.#isConnecting = false;
    }
  }

  #joined(): void {
    this.#isLive = true;
    this.#attempts = 0;
    clearTimeout(this.#pollTimer);
    this.#pollTimer = undefined;
    this.#listen(this.#pace.silenceMs);
    this.#tell(true);
    this.#pull();
  }

  #lost(socket: WampSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#isLive = false;
    clearTimeout(this.#silenceTimer);
    if (this.#isClosed) return;
    this.#pollFailed = false;
    this.#tell();
    this.#pollSoon();
    this.#retryLater();
  }

  /** The socket must be heard again within `ms`, or it is dead. */
  #listen(ms: number): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#socket?.close(), ms);
  }

  /** Full jitter over the upper half, doubling up to the cap; never gives up. */
  #retryLater(): void {
    if (this.#isClosed) return;
    const longest = Math.min(this.#pace.retryCapMs, this.#pace.retryFirstMs * 2 ** this.#attempts++);
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#connect(), longest * (0.5 + Math.random() / 2));
  }

  #pushed(payload: unknown): void {
    if (isReplying(payload)) return this.#handlers.replying?.(payload);
    const push = toPush(payload);
    const cursor = push && this.#cursors.get(push.inboxId);
    if (!push || cursor === undefined) return;
    this.#tell(true);
    if (push.seq <= cursor) return;
    if (push.seq === cursor + 1 && push.rows) {
      this.#cursors.set(push.inboxId, push.seq);
      this.#handlers.rows(push.inboxId, push.rows);
    } else {
      this.#pull();
    }
  }

  /** The next look, `pollMs` from now. Under a living socket only when `isOwed`: a pull failed and is still missing. */
  #pollSoon(isOwed = false): void {
    if (this.#pollTimer || this.#isClosed || (this.#isLive && !isOwed)) return;
    this.#pollTimer = setTimeout(() => {
      this.#pollTimer = undefined;
      void this.#pull().then(() => this.#pollSoon());
    }, this.#pace.pollMs);
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
          if (changes.reset) {
            this.#cursors.set(changes.inboxId, changes.cursor);
            this.#handlers.reset(changes.inboxId);
          } else {
            // Pushes may have overtaken this answer: the rows sort themselves out, the cursor never goes back.
            this.#cursors.set(changes.inboxId, Math.max(cursor, changes.cursor));
            this.#handlers.rows(changes.inboxId, changes);
            if (changes.more) this.#pullAgain = true;
          }
        }
        this.#pollFailed = false;
        this.#tell(true);
      } while (this.#pullAgain);
    } catch {
      this.#pollFailed = true;
      this.#tell();
      if (this.#isLive) this.#pollSoon(true);
    } finally {
      this.#pulling = false;
    }
  }

  #tell(isHeard = false): void {
    if (this.#isClosed) return;
    if (isHeard) this.#heardAt = Date.now();
    const state: Connection = !this.#isOnline
      ? 'offline'
      : this.#isLive
        ? 'live'
        : this.#pollFailed
          ? 'reconnecting'
          : 'polling';
    this.#handlers.connection(state, this.#heardAt);
  }
}

const topicsOf = (inboxId: number): string[] => [inboxTopic(inboxId), replyingTopic(inboxId)];
