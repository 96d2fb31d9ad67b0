import { realm, subprotocols } from '../../../server/contract/topic.ts';

export interface WampHandlers {
  /** Every topic asked for before WELCOME is subscribed: from now on nothing is missed. */
  ready(): void;
  event(payload: unknown): void;
  /** Anything was heard: the line is alive. */
  heard(): void;
  /** Once, after `ready` or instead of it. */
  closed(): void;
}

/** The part of `WebSocket` that is used. */
export type SocketConstructor = new (url: string, protocol: string) => WebSocket;

/** A WAMP v2 subscriber over one socket: HELLO, SUBSCRIBE, EVENT, GOODBYE. It does not come back by itself. */
export class WampSocket {
  #socket: WebSocket;
  #handlers: WampHandlers;
  #topics: string[];
  #request = 0;
  #awaited = new Set<number>();
  #isJoined = false;
  #isReady = false;
  #isClosed = false;
  #listening = new AbortController();

  constructor(url: string, topics: string[], handlers: WampHandlers, Socket: SocketConstructor) {
    this.#handlers = handlers;
    this.#topics = topics;
    this.#socket = new Socket(url, subprotocols.v2);
    const { signal } = this.#listening;
    this.#socket.addEventListener('open', () => this.#say([1, realm, { roles: { subscriber: {} } }]), {
      signal,
    });
    this.#socket.addEventListener('message', ({ data }: MessageEvent) => this.#hear(data), { signal });
    this.#socket.addEventListener('close', () => this.close(), { signal });
    this.#socket.addEventListener('error', () => this.close(), { signal });
  }

  /** Subscribes one more topic. */
  subscribe(topic: string): void {
    this.#topics.push(topic);
    if (this.#isJoined) this.#subscribe(topic);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listening.abort();
    this.#socket.close();
    this.#handlers.closed();
  }

  #hear(data: unknown): void {
    let frame: unknown;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return this.close();
    }
    if (!Array.isArray(frame)) return this.close();
    this.#handlers.heard();
    const [type, first, , , fourth] = frame as unknown[];
    if (type === 2) {
      this.#isJoined = true;
      this.#topics.forEach((topic) => this.#subscribe(topic));
      this.#readyWhenAll();
    } else if (type === 33) {
      this.#awaited.delete(first as number);
      this.#readyWhenAll();
    } else if (type === 36) {
      this.#handlers.event(Array.isArray(fourth) ? fourth[0] : undefined);
    } else if (type === 8) {
      // [ERROR, SUBSCRIBE, request, …]: an Inbox taken from us meanwhile. The others go on.
      this.#awaited.delete(frame[2] as number);
      this.#readyWhenAll();
    } else if (type === 3 || type === 6) {
      this.close();
    }
  }

  #subscribe(topic: string): void {
    const request = ++this.#request;
    this.#awaited.add(request);
    this.#say([32, request, {}, topic]);
  }

  #readyWhenAll(): void {
    if (this.#isReady || this.#isClosed || this.#awaited.size) return;
    this.#isReady = true;
    this.#handlers.ready();
  }

  #say(frame: unknown[]): void {
    this.#socket.send(JSON.stringify(frame));
  }
}
