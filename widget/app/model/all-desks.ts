import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Chat } from '../../../server/contract/wire.ts';
import { orders, type ChatList, type ListFilter, type ListSort } from './chat-list.ts';
import type { Desk } from './desk.ts';
import type { MessageSearch } from './message-search.ts';
import type { Counts } from './tally.ts';

/** What a list of Chats on the screen needs: those of one number, or of all. */
export type ChatSource = Pick<
  ChatList,
  'filter' | 'label' | 'sort' | 'search' | 'list' | 'state' | 'more'
> & {
  rows: Pick<ChatList['rows'], 'get'>;
};
export interface ListDesk {
  chats: ChatSource;
  /** Beside the Chats: people and Messages. */
  found: MessageSearch;
  counts: ReadonlySignal<Counts | null>;
}

/** The Chats of all numbers in one list. What it is cut to goes for the list of every number. */
export class AllDesks implements ListDesk, Disposable {
  readonly found: MessageSearch;
  readonly counts: ReadonlySignal<Counts | null>;
  readonly chats: ChatSource;
  #stop: () => void;

  constructor(desks: ReadonlySignal<readonly Desk[]>, found: MessageSearch, counts: AllDesks['counts']) {
    this.found = found;
    this.counts = counts;
    const lists = (): readonly ChatList[] => desks.value.map((desk) => desk.chats);
    const [filter, label, search] = [signal<ListFilter>('all'), signal(0), signal('')];
    const sort = signal<ListSort>('newest');
    this.chats = {
      filter,
      label,
      sort,
      search,
      rows: { get: (id) => first(desks.value.map((desk) => desk.chats.rows.get(id))) },
      list: computed(() => {
        const order = orders[sort.value];
        const edge = edgeOf(lists(), order);
        const all = lists()
          .flatMap((one) => one.list.value)
          .toSorted(order);
        // Below the place that one number has been read to, others would slide in between later.
        return edge ? all.filter((chat) => order(chat, edge) <= 0) : all;
      }),
      state: computed(() => {
        const states = lists().map((one) => one.state.value);
        return (
          first((['idle', 'loading', 'failed'] as const).filter((one) => states.includes(one))) ?? 'ready'
        );
      }),
      more: async () => {
        const edge = edgeOf(lists(), orders[sort.peek()]);
        const next = lists().filter(
          (one) => ['idle', 'failed'].includes(one.state.peek()) || (edge && one.edge.peek() === edge),
        );
        await Promise.all(next.map((one) => one.more()));
      },
    };
    this.#stop = effect(() => {
      const [by, under, text, how] = [filter.value, label.value, search.value, sort.value];
      batch(() => {
        for (const one of desks.value) {
          one.chats.filter.value = by;
          one.chats.label.value = under;
          one.chats.sort.value = how;
          one.chats.search.value = text;
        }
      });
    });
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}

/** The highest of the places down to which numbers have been read, of those that go on. */
function edgeOf(lists: readonly ChatList[], order: typeof orders.newest): Chat | undefined {
  return first(
    lists
      .map((one) => one.edge.value)
      .filter((edge) => edge !== null)
      .toSorted(order),
  );
}

function first<T>(list: readonly T[]): T | undefined {
  return list.find((one) => one !== undefined);
}
