import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { ChangedRows, Chat, Inbox, Session } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import { ChatList } from './chat-list.ts';
import { ContactList } from './contact-list.ts';
import { SearchApi } from '../link/search-api.ts';
import { MessageSearch } from './message-search.ts';
import { PairingRoom } from './pairing.ts';
import { Rows } from './rows.ts';
import type { Counts, Tally } from './tally.ts';

/** One Inbox on the Agent's desk: its Session, Chats and people. */
export class Desk {
  readonly id: number;
  readonly session = signal<Session | undefined>(undefined);
  readonly chats: ChatList;
  readonly contacts: ContactList;
  /** Beside the Chats: people and Messages. */
  readonly found: MessageSearch;
  readonly pairing: PairingRoom;
  readonly counts: ReadonlySignal<Counts | null>;
  #tally: Tally;
  #named: Signal<Pick<Inbox, 'name' | 'seq'>>;

  constructor(api: Api, inbox: Inbox, tally: Tally, me?: () => number | undefined) {
    this.id = inbox.id;
    this.#named = signal(inbox);
    this.#tally = tally;
    this.counts = computed(() => tally.of(inbox.id));
    this.session.value = inbox.session;
    this.chats = new ChatList(api, inbox.id, new Rows<Chat>(), me);
    this.contacts = new ContactList(api, inbox.id);
    this.found = new MessageSearch(new SearchApi(api.http), inbox.id);
    this.pairing = new PairingRoom(api, inbox.id, () => this.session.value);
  }

  /** What colleagues call the number; an administrator may change it at any time. */
  get name(): string {
    return this.#named.value.name;
  }

  /** Messages; of the Chats known here alone while the server has not counted. */
  readonly unread = computed(
    () =>
      this.counts.value?.messages ??
      this.chats.rows.values().reduce((sum, chat) => sum + (chat.archived ? 0 : Math.abs(chat.unread)), 0),
  );

  put(rows: ChangedRows): void {
    batch(() => {
      this.chats.rows.put(rows.chats, (old, chat) => this.#tally.hear(this.id, old, chat));
      this.contacts.rows.put(rows.contacts);
      if (rows.session) this.putSession(rows.session);
      if (rows.inbox) this.putName(rows.inbox);
    });
  }

  putSession(session: Session): void {
    const known = this.session.peek();
    if (!known || session.seq > known.seq) this.session.value = session;
  }

  putName(inbox: Pick<Inbox, 'name' | 'seq'>): void {
    if (inbox.seq > this.#named.peek().seq) this.#named.value = inbox;
  }

  /** Drops the rows; what is asked for is read again by whoever shows it. */
  reset(): void {
    batch(() => {
      this.#named.value = { ...this.#named.peek(), seq: 0 };
      this.chats.rows.clear();
      this.chats.reset();
      this.contacts.reset();
    });
  }

  close(): void {
    this.found.clear();
    this.pairing.close();
  }
}
