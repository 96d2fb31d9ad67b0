import { WebSocket } from 'ws';

/** Codes that AutobahnJS 0.x hands to `onclose`: only after 1 and 2 does EspoCRM connect again. */
export const v1Close = { closed: 0, lost: 1, unreachable: 2 } as const;

/** A WAMP v1 client that behaves as `ab.Session` does in EspoCRM. Own code: the original is not on the registry. */
export class WampV1Client {
  /** The session id of WELCOME. Rejects when the socket closes before. */
  readonly welcome: Promise<string>;
  readonly closed: Promise<number>;
  readonly socket: WebSocket;
  readonly answers: unknown[][] = [];
  #handlers = new Map<string, (event: unknown) => void>();

  constructor(url: string, options: { origin?: string; protocols?: string[] } = {}) {
    const { origin, protocols = ['wamp'] } = options;
    this.socket = new WebSocket(url, protocols, origin === undefined ? {} : { origin });
    const welcome = Promise.withResolvers<string>();
    const closed = Promise.withResolvers<number>();
    this.welcome = welcome.promise;
    this.closed = closed.promise;
    // Nobody need wait for a welcome that does not come.
    this.welcome.catch(() => {});
    let isOpened = false;
    this.socket.on('open', () => (isOpened = true));
    this.socket.on('error', () => {});
    this.socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as unknown[];
      if (message[0] === 0) welcome.resolve(String(message[1]));
      else if (message[0] === 8) this.#handlers.get(String(message[1]))?.(message[2]);
      else this.answers.push(message);
    });
    this.socket.on('close', (code) => {
      welcome.reject(new Error('closed before WELCOME'));
      const isClean = code !== 1006;
      closed.resolve(!isOpened ? v1Close.unreachable : isClean ? v1Close.closed : v1Close.lost);
    });
  }

  subscribe(topic: string, handler: (event: unknown) => void): void {
    this.#handlers.set(topic, handler);
    this.send([5, topic]);
  }
  unsubscribe(topic: string): void {
    this.send([6, topic]);
  }
  publish(topic: string, event: unknown): void {
    this.send([7, topic, event]);
  }
  /** What EspoCRM does every minute. */
  keepAlive(): void {
    this.publish('', '');
  }
  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }
  /** Resolves when the server has dealt with all that was sent before: pongs keep their place in the stream. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.once('pong', () => resolve());
      this.socket.ping();
    });
  }
}
