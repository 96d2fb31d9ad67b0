import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Inbox } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import type { Feed } from '../link/feed.ts';
import type { ListFilter, ListSort } from './chat-list.ts';
import { SearchApi } from '../link/search-api.ts';
import { AllDesks } from './all-desks.ts';
import { Desk } from './desk.ts';
import { MessageSearch } from './message-search.ts';
import { Tally } from './tally.ts';

export interface DesksOptions {
  api: Api;
  feed(): Feed | undefined;
  /** The Agent's id. */
  me(): number | undefined;
}

/** The Inboxes of an Agent. */
export class Desks implements Disposable {
  readonly list: Signal<readonly Desk[]> = signal([]);
  readonly tally: Tally;
  /** All of them as one list. */
  readonly all: AllDesks;
  #options: DesksOptions;

  constructor(options: DesksOptions) {
    this.#options = options;
    this.tally = new Tally(options.api, options.me);
    const found = new MessageSearch(new SearchApi(options.api.http), null);
    this.all = new AllDesks(this.list, found, this.tally.all);
  }

  find(inboxId: number): Desk | undefined {
    return this.list.peek().find((desk) => desk.id === inboxId);
  }

  /** Reads the Inboxes again: new ones join, the Sessions of known ones are refreshed. `asked`: the question is under way. */
  async refresh(
    deskId: Signal<number>,
    desk: ReadonlySignal<Desk | undefined>,
    asked?: Promise<readonly Inbox[]>,
  ): Promise<void> {
    const { api, feed: feedNow, me } = this.#options;
    const inboxes = await (asked ?? api.inboxes());
    const feed = feedNow();
    batch(() => {
      const known = new Map(this.list.peek().map((one) => [one.id, one]));
      this.list.value = inboxes.map((inbox) => known.get(inbox.id) ?? new Desk(api, inbox, this.tally, me));
      for (const inbox of inboxes) {
        known.get(inbox.id)?.putSession(inbox.session);
        known.get(inbox.id)?.putName(inbox);
        feed?.watch(inbox.id, inbox.cursor, inbox.era);
        known.delete(inbox.id);
      }
      for (const gone of known.values()) {
        feed?.unwatch(gone.id);
        gone.close();
      }
      if (!desk.peek()) deskId.value = inboxes[0]?.id ?? 0;
    });
    void this.tally.read();
  }

  filter(filter: ListFilter): void {
    this.all.chats.filter.value = filter;
  }

  sort(sort: ListSort): void {
    this.all.chats.sort.value = sort;
  }

  [Symbol.dispose](): void {
    this.all[Symbol.dispose]();
    this.tally[Symbol.dispose]();
  }

  clear(): void {
    this.list.peek().forEach((desk) => desk.close());
    this.tally.clear();
    batch(() => {
      this.all.chats.label.value = 0;
      this.all.chats.search.value = '';
      this.all.found.clear();
    });
    this.list.value = [];
  }
}
