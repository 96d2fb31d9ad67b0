import type { Api } from './api.ts';
import { WampSocket, type SocketConstructor } from './wamp.ts';

/** All in ms. */
export interface LinePace {
  /** Silence after which a socket is given up: more than two heartbeats. */
  silenceMs: number;
  /** How long a socket may take from the ticket to the last SUBSCRIBED. */
  joinMs: number;
  retryFirstMs: number;
  retryCapMs: number;
}

export interface LineHandlers {
  /** Every topic is subscribed: from now on nothing is missed. */
  live(): void;
  event(payload: unknown): void;
  lost(): void;
  /** There is no socket, and the next try is set. */
  waiting(): void;
}

export interface LineOptions {
  api: Pick<Api, 'ticket' | 'http'>;
  pace: LinePace;
  handlers: LineHandlers;
  Socket: SocketConstructor;
}

/** Keeps one socket up: ticket, HELLO, the topics; when it is lost it comes back, for ever, with jitter. */
export class Line implements Disposable {
  /** When the next try is, ms since 1970; 0: none is set. */
  retryAt = 0;
  #options: LineOptions;
  #topics: Set<string>;
  #socket: WampSocket | undefined;
  #isLive = false;
  #isConnecting = false;
  #isClosed = false;
  #attempts = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  /** When the socket counts as dead, and when that is looked at: by `performance.now()`. */
  #deadAt = 0;
  #lookAt = 0;

  constructor(topics: Iterable<string>, options: LineOptions) {
    this.#options = options;
    this.#topics = new Set(topics);
    void this.#connect();
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  subscribe(topic: string): void {
    this.#topics.add(topic);
    this.#socket?.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    this.#topics.delete(topic);
  }

  /** Tries now, if there is no socket. */
  wake(): void {
    this.#attempts = 0;
    if (!this.#isLive) void this.#connect();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#silenceTimer);
    this.#socket?.close();
  }

  async #connect(): Promise<void> {
    if (this.#isClosed || this.#isConnecting || this.#socket) return;
    this.#isConnecting = true;
    this.retryAt = 0;
    clearTimeout(this.#retryTimer);
    const { api, Socket, handlers, pace } = this.#options;
    try {
      const ticket = await api.ticket();
      if (this.#isClosed) return;
      const url = `${api.http.host.replace(/^http/, 'ws')}/ws?ticket=${encodeURIComponent(ticket)}`;
      const socket: WampSocket = new WampSocket(
        url,
        Array.from(this.#topics),
        {
          ready: () => this.#joined(),
          event: (payload) => handlers.event(payload),
          heard: () => this.#isLive && this.#listen(pace.silenceMs),
          closed: () => this.#lost(socket),
        },
        Socket,
      );
      this.#socket = socket;
      this.#listen(pace.joinMs);
    } catch {
      this.#retryLater();
    } finally {
      this.#isConnecting = false;
    }
  }

  #joined(): void {
    this.#isLive = true;
    this.#attempts = 0;
    this.#listen(this.#options.pace.silenceMs);
    this.#options.handlers.live();
  }

  #lost(socket: WampSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#isLive = false;
    this.#lookAt = 0;
    clearTimeout(this.#silenceTimer);
    if (this.#isClosed) return;
    this.#retryLater();
    this.#options.handlers.lost();
  }

  /** The socket must be heard again within `ms`, or it is dead. */
  #listen(ms: number): void {
    const now = performance.now();
    this.#deadAt = now + ms;
    // Heard a hundred times a second, it is no timer set a hundred times.
    if (this.#lookAt > now && this.#lookAt <= this.#deadAt) return;
    clearTimeout(this.#silenceTimer);
    this.#lookAt = this.#deadAt;
    this.#silenceTimer = setTimeout(() => {
      const left = this.#deadAt - performance.now();
      this.#lookAt = 0;
      if (left > 1) this.#listen(left);
      else this.#socket?.close();
    }, ms);
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    const ms = backOff(this.#attempts++, this.#options.pace);
    this.retryAt = Date.now() + ms;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#connect(), ms);
    this.#options.handlers.waiting();
  }
}

/** ms until the next try: doubling up to the cap, jitter over the upper half. */
export function backOff(attempts: number, pace: Pick<LinePace, 'retryFirstMs' | 'retryCapMs'>): number {
  const longest = Math.min(pace.retryCapMs, pace.retryFirstMs * 2 ** Math.min(attempts, 30));
  return longest * (0.5 + Math.random() / 2);
}
