import { Api } from './api.ts';
import { Feed, type FeedHandlers, type Pace } from './feed.ts';
import { Http, type HttpOptions } from './http.ts';
import type { SocketConstructor } from './wamp.ts';

export interface LinkOptions extends HttpOptions {
  socket?: SocketConstructor;
  pace?: Partial<Pace>;
}

/** Everything the widget knows of the server. No DOM, no signals. */
export class Link {
  readonly api: Api;
  #http: Http;
  #options: LinkOptions;
  #feed: Feed | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#http = new Http(options);
    this.api = new Api(this.#http);
  }

  set onSignedOut(handler: () => void) {
    this.#http.onSignedOut = handler;
  }

  /** Starts the feed of this sign-in, in place of an earlier one. */
  follow(handlers: FeedHandlers): Feed {
    this.#feed?.close();
    const { socket, pace } = this.#options;
    this.#feed = new Feed({
      api: this.api,
      handlers,
      ...(socket ? { socket } : {}),
      ...(pace ? { pace } : {}),
    });
    return this.#feed;
  }

  unfollow(): void {
    this.#feed?.close();
    this.#feed = undefined;
  }

  close(): void {
    this.unfollow();
    this.#http.close();
  }
}
