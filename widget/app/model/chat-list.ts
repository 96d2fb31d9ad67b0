import { batch, computed, signal } from '@preact/signals';
import type { Chat } from '../../../server/contract/wire.ts';
import type { Api, ChatFilter } from '../link/api.ts';
import type { Rows } from './rows.ts';

/** What the list is cut to; `mine` and `nobody` by who looks after the Chat. */
export type ListFilter = ChatFilter | 'mine' | 'nobody';
export const chatFilters: readonly ListFilter[] = [
  'all',
  'unread',
  'mentions',
  'mine',
  'nobody',
  'groups',
  'archived',
];

/** Pinned and newest first, or who waits longest for an answer. */
export type ListSort = 'newest' | 'waiting';

interface Query {
  next: string | null;
  state: 'idle' | 'loading' | 'ready' | 'failed';
  /** What the server found; it may know more words than the rows we hold. */
  found: Set<number>;
  /** The last Chat of the last page; what lies below may be incomplete. */
  edge: Chat | null;
}

/** The chats of one Inbox in order, as far as they have been scrolled, under a filter and a search. */
export class ChatList {
  readonly filter = signal<ListFilter>('all');
  /** Only Chats under this label; 0: whatever they carry. */
  readonly label = signal(0);
  readonly sort = signal<ListSort>('newest');
  readonly search = signal('');
  readonly rows: Rows<Chat>;
  #api: Api;
  #inboxId: number;
  #me: () => number | undefined;
  #queries = new Map<string, Query>();
  #version = signal(0);

  constructor(api: Api, inboxId: number, rows: Rows<Chat>, me: () => number | undefined = () => undefined) {
    this.#api = api;
    this.#inboxId = inboxId;
    this.rows = rows;
    this.#me = me;
  }

  readonly list = computed(() => {
    const { filter, search } = { filter: this.filter.value, search: this.search.value.trim() };
    const label = this.label.value;
    void this.#version.value;
    const found = this.#queries.get(this.#key())?.found;
    return this.rows
      .values()
      .filter((chat) => !label || chat.labels.some((one) => one.id === label))
      .filter(
        (chat) =>
          passes(chat, filter, this.#me()) && (!search || found?.has(chat.id) || answers(chat, search)),
      )
      .toSorted(orders[this.sort.value]);
  });

  readonly state = computed(() => {
    void this.#version.value;
    return this.#queries.get(this.#key())?.state ?? 'idle';
  });

  /** How far the list is complete; `null`: to its end, or nothing is known yet. */
  readonly edge = computed(() => {
    void this.#version.value;
    const query = this.#queries.get(this.#key());
    return query && query.next !== null ? query.edge : null;
  });

  /** Reads the next page of what is asked for now; nothing while one is under way or all is read. */
  async more(): Promise<void> {
    const key = this.#key();
    let query = this.#queries.get(key);
    if (query?.state === 'loading' || (query?.state === 'ready' && query.next === null)) return;
    if (!query) this.#queries.set(key, (query = { next: null, state: 'idle', found: new Set(), edge: null }));
    const asked = query;
    asked.state = 'loading';
    this.#version.value++;
    try {
      const page = await this.#api.chats(this.#inboxId, {
        ...toQuery(this.filter.peek()),
        label: this.label.peek() || null,
        sort: this.sort.peek(),
        search: this.search.peek().trim(),
        before: asked.next,
        limit: 50,
      });
      batch(() => {
        this.rows.put(page.list);
        page.list.forEach((chat) => asked.found.add(chat.id));
        asked.next = page.next;
        asked.edge = page.list.at(-1) ?? null;
        asked.state = 'ready';
        this.#version.value++;
      });
    } catch {
      asked.state = 'failed';
      this.#version.value++;
    }
  }

  /** Forgets the pages read, not what is asked for. */
  reset(): void {
    this.#queries.clear();
    this.#version.value++;
  }

  #key(): string {
    return `${this.filter.value}|${this.label.value}|${this.sort.value}|${this.search.value.trim()}`;
  }
}

function toQuery(filter: ListFilter): { filter?: ChatFilter; assignee?: 'me' | 'none' } {
  if (filter === 'mine') return { assignee: 'me' };
  if (filter === 'nobody') return { assignee: 'none' };
  return { filter };
}

function passes(chat: Chat, filter: ListFilter, me: number | undefined): boolean {
  if (filter === 'mine') return chat.assignee !== null && chat.assignee.id === me && !chat.archived;
  if (filter === 'nobody') return chat.assignee === null && !chat.archived;
  if (filter === 'archived') return chat.archived;
  if (filter === 'unread') return chat.unread !== 0 && !chat.archived;
  if (filter === 'mentions') return namesMe(chat, me) && !chat.archived;
  if (filter === 'groups') return chat.kind === 'group' && !chat.archived;
  return !chat.archived;
}

function answers(chat: Chat, search: string): boolean {
  const digits = search.replace(/\D/g, '');
  return (
    chat.name.toLocaleLowerCase().includes(search.toLocaleLowerCase()) ||
    (digits.length > 2 && digits.length > search.length / 2 && (chat.phone ?? '').includes(digits))
  );
}

/** What is not read yet names our number, or the Agent in a note. */
export const namesMe = (chat: Chat, me: number | undefined): boolean =>
  chat.mentioned || chat.notedFor?.includes(me ?? 0);

/** Pinned first, then the latest word; `id` makes the order total. */
export function order(a: Chat, b: Chat): number {
  return Number(b.pinned) - Number(a.pinned) || (b.last?.at ?? 0) - (a.last?.at ?? 0) || b.id - a.id;
}

/** Who waits longest; behind them, as usual, those who do not. */
function waitingFirst(a: Chat, b: Chat): number {
  return (
    (a.waitingSince ?? Infinity) - (b.waitingSince ?? Infinity) ||
    (a.waitingSince ? a.id - b.id : order(a, b))
  );
}
export const orders = { newest: order, waiting: waitingFirst };
