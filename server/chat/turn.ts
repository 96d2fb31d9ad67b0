import type { Tx } from '../../db/database.ts';
import { readAddresses, type AddressRow } from '../../db/query/address.ts';
import { chatsOfContacts, readChats, type ChatRow } from '../../db/query/chat.ts';
import { readContacts, type ContactRow } from '../../db/query/contact.ts';
import { readDeliveries, type DeliveryRow } from '../../db/query/delivery.ts';
import type { EarlyRow } from '../../db/query/early.ts';
import { stepSeq } from '../../db/query/inbox.ts';
import { readMessages, type MessageRow, type ReactionRow } from '../../db/query/message.ts';
import type { MediaFacts } from '../contract/content.ts';
import type { ReceiptEvent, VoteEvent } from '../contract/engine-event.ts';
import type { Rules } from './merge.ts';
import { PromisedIds } from './promised-ids.ts';
import type { Remembered } from './remembered.ts';
import { messageKey } from './message-key.ts';
import type { AheadRows } from './ahead.ts';
import { tracked, type Tracked } from './tracked.ts';
import type { Carried, OutgoingFile, ToldText } from './to-write.ts';
import type { MessageState } from './message-state.ts';

/**
 * One transaction on one Inbox: rows are read into memory, changed there by the features, and written by {@link flush}
 * with the Inbox's new `seq`. Nobody else writes to the Inbox meanwhile.
 */
export class Turn {
  readonly tx: Tx;
  readonly inboxId: number;
  readonly now: number;
  readonly rules: Rules;
  /** Whose ids will be known after the commit. */
  readonly promised: PromisedIds | undefined;
  seq: number;
  readonly addresses = new Map<string, AddressRow>();
  readonly contacts = new Map<number, Tracked<ContactRow>>();
  readonly chats = new Map<number, Tracked<ChatRow>>();
  readonly messages = new Set<MessageState>();
  readonly deliveries = new Map<number, Tracked<DeliveryRow>>();
  readonly insertedDeliveries: { message: MessageState; row: DeliveryRow }[] = [];
  readonly deletedDeliveries = new Set<number>();
  readonly newEarly: Omit<EarlyRow, 'id'>[] = [];
  readonly usedEarly = new Set<number>();
  /** Told of our Messages and one member each. */
  readonly receipts: { message: MessageState; contact: number; fact: ReceiptEvent }[] = [];
  /** Told of polls and one voter each. */
  readonly votes: { message: MessageState; contact: number; fact: VoteEvent }[] = [];
  /** Texts told of edited Messages. */
  readonly versions: ({ message: MessageState } & ToldText)[] = [];
  /** The files Messages came with. */
  readonly media: { message: MessageState; facts: MediaFacts }[] = [];
  /** The files of Messages that we send. */
  readonly outgoingFiles: { message: MessageState; file: OutgoingFile }[] = [];
  /** Rows that turned out to be one Message: what else hangs on them follows. */
  readonly foldedMessages: { kept: MessageState; gone: MessageState }[] = [];
  /** What follows a WhatsApp id to another Message. */
  readonly carried: Carried[] = [];
  /** Chats whose unread count or preview cannot be carried on from what changed: read afresh. */
  readonly recount = new Set<number>();
  readonly repreview = new Set<number>();
  /** Our own number, or one more Address of it, has become known: who is named by it must be looked at again. */
  learntOwn = false;
  /** Rows written past the memory, with a seq of this turn. */
  visible = false;
  /** Anything written at all. */
  wrote = false;
  /** The Session's row has changed. */
  reported = false;
  /** Rows have been written past the memory (joins): what has changed must be read from the database. */
  bulk = false;
  /** Contacts whose Addresses lead to another Chat now, those the turn has not read among them. */
  readonly repointed = new Set<number>();
  /** What was read when the turn was taken. */
  readonly ahead: AheadRows | undefined;
  /** What need not be read. */
  #remembered: Remembered | undefined;
  #byId = new Map<number, MessageState>();
  #byMessageId = new Map<string, Set<MessageState>>();

  constructor(options: {
    tx: Tx;
    inboxId: number;
    seq: number;
    now: number;
    rules: Rules;
    idStep?: number | undefined;
    remembered?: Remembered | undefined;
    ahead?: AheadRows | undefined;
  }) {
    this.tx = options.tx;
    this.inboxId = options.inboxId;
    this.seq = options.seq;
    this.now = options.now;
    this.rules = options.rules;
    this.promised = options.idStep === undefined ? undefined : new PromisedIds(options.idStep);
    this.#remembered = options.remembered;
    this.ahead = options.ahead;
  }

  /** A further number for this turn: what is written in bulk is cut into several. */
  async step(): Promise<void> {
    const seq = await stepSeq(this.tx, this.inboxId);
    if (seq !== undefined) this.seq = seq;
  }

  async loadAddresses(values: Iterable<string>): Promise<void> {
    const wanted = [...new Set(values)].filter((value) => !this.addresses.has(value));
    const { known, missing } = recallRows(this.#remembered?.addresses, wanted);
    const rows = [...known, ...(await readAddresses(this.tx, this.inboxId, missing.toSorted()))];
    for (const row of rows) this.addresses.set(row.value, { ...row });
    await this.loadChats(rows.flatMap((row) => row.chat_id ?? []));
    await this.loadContacts(rows.flatMap((row) => row.contact_id ?? []));
  }

  async loadContacts(ids: Iterable<number>): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => !this.contacts.has(id));
    const { known, missing } = recallRows(this.#remembered?.contacts, wanted);
    const rows = [...known, ...(await readContacts(this.tx, missing))];
    for (const row of rows) this.contacts.set(row.id, tracked(row));
  }

  /** Chats with their Contacts. */
  async loadChats(ids: Iterable<number>): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => !this.chats.has(id));
    const { known, missing } = recallRows(this.#remembered?.chats, wanted);
    const rows = [...known, ...(await readChats(this.tx, missing))];
    for (const row of rows) this.chats.set(row.id, tracked(row));
    await this.loadContacts(rows.flatMap((row) => row.contact_id ?? []));
  }

  /** The Chats of people, which show what is known of them. */
  async loadChatsOf(contacts: readonly Tracked<ContactRow>[]): Promise<void> {
    const rows = await chatsOfContacts(
      this.tx,
      contacts.map(({ now }) => now.id),
    );
    await this.loadChats(rows.map((row) => row.id));
  }

  async loadMessages(ids: readonly number[]): Promise<void> {
    const missing = ids.filter((id) => !this.#byId.has(id));
    this.addMessages(await readMessages(this.tx, missing));
  }

  async loadDeliveries(messages: readonly number[]): Promise<void> {
    const missing = messages.filter((id) => !this.deliveries.has(id));
    this.addDeliveries(await readDeliveries(this.tx, missing));
  }

  addDeliveries(rows: readonly DeliveryRow[]): void {
    for (const row of rows) {
      if (!this.deliveries.has(row.message)) this.deliveries.set(row.message, tracked(row));
    }
  }

  addMessages(rows: readonly MessageRow[]): void {
    for (const row of rows) {
      if (this.#byId.has(row.id)) continue;
      const state = {
        ...tracked(row),
        reactions: undefined,
        reactionsChanged: false,
        touched: false,
      };
      this.#byId.set(row.id, state);
      this.#index(state);
    }
  }

  addNewMessage(row: Omit<MessageRow, 'id'>): MessageState {
    const state: MessageState = {
      now: { ...row, id: 0 },
      before: undefined,
      reactions: new Map(),
      reactionsChanged: false,
      touched: false,
    };
    this.#index(state);
    return state;
  }

  #index(state: MessageState): void {
    this.messages.add(state);
    const set = this.#byMessageId.get(state.now.message_id);
    if (set) set.add(state);
    else this.#byMessageId.set(state.now.message_id, new Set([state]));
  }

  message(id: number): MessageState | undefined {
    return this.#byId.get(id);
  }

  /** Loaded Messages under exactly this id, in whatever Chat and direction. */
  messagesUnder(messageId: string): MessageState[] {
    return [...(this.#byMessageId.get(messageId) ?? [])];
  }

  messageAt(chatId: number, fromMe: number, messageId: string): MessageState | undefined {
    const key = messageKey(chatId, fromMe, messageId);
    return this.messagesUnder(messageId).find(
      ({ now }) => messageKey(now.chat_id, now.from_me, now.message_id) === key,
    );
  }

  /** Gives a Message another WhatsApp id. */
  rename(state: MessageState, messageId: string): void {
    this.#byMessageId.get(state.now.message_id)?.delete(state);
    state.now.message_id = messageId;
    this.#index(state);
  }

  chat(id: number): Tracked<ChatRow> {
    const chat = this.chats.get(id);
    if (!chat) throw new Error(`chat ${id} has not been loaded`);
    return chat;
  }

  contact(id: number): Tracked<ContactRow> {
    const contact = this.contacts.get(id);
    if (!contact) throw new Error(`contact ${id} has not been loaded`);
    return contact;
  }

  /** The rows this turn has stamped with its number; undefined when they are not all in memory. */
  written(): WrittenRows | undefined {
    if (this.bulk) return undefined;
    const stamped = <T extends { seq: number }>(rows: Iterable<Tracked<T>>): T[] =>
      [...rows].map(({ now }) => now).filter((row) => row.seq === this.seq);
    const states = [...this.messages].filter(({ now }) => now.seq === this.seq);
    return {
      messages: states.map(({ now }) => now),
      reactions: new Map(
        states.flatMap(({ now: { id }, reactions }) =>
          reactions ? [[id, [...reactions.values()].map((row) => ({ ...row, message: id }))]] : [],
        ),
      ),
      chats: stamped(this.chats.values()),
      contacts: stamped(this.contacts.values()),
      people: new Map([...this.contacts].map(([id, { now }]) => [id, now])),
      reported: this.reported,
    };
  }

  deleteDelivery(state: MessageState): void {
    if (!this.deliveries.delete(state.now.id)) return;
    this.deletedDeliveries.add(state.now.id);
    state.touched = true;
  }
}

function recallRows<K, T>(
  remembered: ReadonlyMap<K, T> | undefined,
  wanted: readonly K[],
): { known: T[]; missing: K[] } {
  const known: T[] = [];
  const missing = wanted.filter((key) => {
    const row = remembered?.get(key);
    if (row !== undefined) known.push(row);
    return row === undefined;
  });
  return { known, missing };
}

/** What a turn has written, as it stands in the database. */
export interface WrittenRows {
  messages: MessageRow[];
  /** By message; of the others they are in the database. */
  reactions: ReadonlyMap<number, readonly ReactionRow[]>;
  chats: ChatRow[];
  contacts: ContactRow[];
  /** All Contacts the turn has read. */
  people: ReadonlyMap<number, ContactRow>;
  reported: boolean;
}
