import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Api } from '../link/api.ts';
import type { Feed } from '../link/feed.ts';
import type { ListFilter } from './chat-list.ts';
import { Desk } from './desk.ts';

export interface DesksOptions {
  api: Api;
  feed(): Feed | undefined;
  /** The Agent's id. */
  me(): number | undefined;
}

/** The Inboxes of an Agent. */
export class Desks {
  readonly list: Signal<readonly Desk[]> = signal([]);
  #options: DesksOptions;

  constructor(options: DesksOptions) {
    this.#options = options;
  }

  find(inboxId: number): Desk | undefined {
    return this.list.peek().find((desk) => desk.id === inboxId);
  }

  /** Reads the Inboxes again: new ones join, the Sessions of known ones are refreshed. */
  async refresh(deskId: Signal<number>, desk: ReadonlySignal<Desk | undefined>): Promise<void> {
    const { api, feed: feedNow, me } = this.#options;
    const inboxes = await api.inboxes();
    const feed = feedNow();
    batch(() => {
      const known = new Map(this.list.peek().map((one) => [one.id, one]));
      this.list.value = inboxes.map((inbox) => known.get(inbox.id) ?? new Desk(api, inbox, me));
      for (const inbox of inboxes) {
        known.get(inbox.id)?.putSession(inbox.session);
        feed?.watch(inbox.id, inbox.seq);
        known.delete(inbox.id);
      }
      for (const gone of known.values()) {
        feed?.unwatch(gone.id);
        gone.close();
      }
      if (!desk.peek()) deskId.value = inboxes[0]?.id ?? 0;
    });
  }

  filter(filter: ListFilter): void {
    for (const desk of this.list.peek()) desk.chats.filter.value = filter;
  }

  clear(): void {
    this.list.peek().forEach((desk) => desk.close());
    this.list.value = [];
  }
}
