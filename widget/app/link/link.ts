import { Api } from './api.ts';
import { Feed, type FeedHandlers, type Pace } from './feed.ts';
import { Http, type HttpOptions } from './http.ts';
import type { TabPace, TabPlatform, Tabs } from './tabs.ts';
import { Vouched, type VouchOptions } from './vouched.ts';
import type { SocketConstructor } from './wamp.ts';

export interface LinkOptions extends HttpOptions {
  socket?: SocketConstructor;
  pace?: Partial<Pace & TabPace>;
  /** What the page has for tabs to find each other. */
  platform?: TabPlatform;
  vouch?: VouchOptions;
}

/** Everything the widget knows of the server. No DOM, no signals. */
export class Link {
  readonly api: Api;
  /** The host page's word for its user. */
  readonly vouched: Vouched;
  #http: Http;
  #options: LinkOptions;
  #feed: Feed | undefined;
  #tabs: Tabs | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#http = new Http(options);
    this.vouched = new Vouched(this.#http, options.vouch);
    this.api = new Api(this.#http, this.vouched);
  }

  set onSignedOut(handler: () => void) {
    this.#http.onSignedOut = handler;
  }

  /** The tabs of this Agent, from `join` to `unfollow`. */
  get tabs(): Tabs | undefined {
    return this.#tabs;
  }

  /**
   * Finds the other tabs of this Agent. They are not joined before `Tabs.join`, so nothing is missed meanwhile. The class
   * is brought by the caller: its code comes after the first open.
   */
  meet(OurTabs: typeof Tabs, account: string): Tabs {
    this.unfollow();
    const { platform, pace } = this.#options;
    this.#tabs = new OurTabs({
      name: account,
      ...(platform ? { platform } : {}),
      ...(pace ? { pace } : {}),
    });
    return this.#tabs;
  }

  /** Starts the feed of this sign-in, in place of an earlier one; with the tabs met, shared by them. */
  follow(handlers: FeedHandlers): Feed {
    this.#feed?.[Symbol.dispose]();
    const { socket, pace } = this.#options;
    this.#feed = new Feed({
      api: this.api,
      handlers,
      tabs: this.#tabs,
      ...(socket ? { socket } : {}),
      ...(pace ? { pace } : {}),
    });
    return this.#feed;
  }

  unfollow(): void {
    this.#feed?.[Symbol.dispose]();
    this.#feed = undefined;
    this.#tabs?.[Symbol.dispose]();
    this.#tabs = undefined;
  }

  close(): void {
    this.unfollow();
    this.vouched.close();
    this.#http.close();
  }
}
