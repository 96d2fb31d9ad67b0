import type { Address } from '../contract/address.ts';
import type { MessageHandle } from '../contract/content.ts';
import type { EngineEvent, MessageType } from '../contract/engine-event.ts';
import type {
  ChatCounts,
  ChatFilter,
  ChatPage,
  ChatSort,
  ContactPage,
  ForwardMessage,
  MemberList,
  MessageInfo,
  MessagePage,
  SendMessage,
  SharedKind,
  SharedPage,
} from '../contract/api.ts';
import type { Changes, Chat, Contact, Inbox, Message, Position } from '../contract/wire.ts';
import type { SearchAnswer, SearchKind } from '../contract/search.ts';
import type { Tx } from '../../db/database.ts';
import type { SendReason } from '../contract/outcome.ts';
import type { SessionReport } from '../contract/session-state.ts';
import type { EngineSession } from '../engine/engine.ts';

/** Who asks. Everything an Agent reads or does is bounded by the Organisation: what is outside it is `not-found`. */
export interface Scope {
  organisationId: number;
  /** 0: a program (API key), to whom internal notes are closed, or the house itself. */
  agentId: number;
  /** Which of the Organisation's Inboxes the asker may see; absent: all (the house itself asks). */
  sees?: (inboxId: number) => boolean;
}

/** A Message that a verb is about. */
export interface Target {
  inboxId: number;
  chatId: number;
  handle: MessageHandle;
  type: MessageType;
  /** ms */
  at: number;
  /** WhatsApp has no id for it yet. */
  isUnsent: boolean;
  isRevoked: boolean;
}

export interface Page {
  /** The `next` of the page before. */
  before?: string | undefined;
  /** 1…100, default 50. */
  limit?: number | undefined;
}

export interface SearchRequest {
  text: string;
  /** All of them unless said otherwise. */
  kinds?: readonly SearchKind[] | undefined;
  inboxId?: number | undefined;
  /** Messages and notes of this Chat, and nothing else. */
  chatId?: number | undefined;
  /** The `next` of the page of Messages (or, of notes alone, of notes) before. */
  before?: string | undefined;
  /** Of each kind; 1…50, default 20. */
  limit?: number | undefined;
}

/** At most one of `before`, `after`, `around`. */
export interface MessagesPage extends Page {
  /** The `newer` of a page: what follows it. */
  after?: string | undefined;
  /** A Message of the Chat: it and its neighbours on both sides. */
  around?: number | undefined;
  /** A moment, ms: what was written from then on, with a little before it. */
  from?: number | undefined;
}

/**
 * The features of the heart, as the edges (HTTP, webhooks, sessions, realtime) call them. Expected refusals are thrown
 * as Problems.
 */
export interface ChatRoom extends AsyncDisposable {
  /**
   * The one door in. Resolves when the facts are committed; rejects with Problem `unavailable` when they could not be
   * stored. Facts that arrive together share one transaction. `session-state` reports from a webhook are taken only
   * for an Inbox without an engine.
   */
  receive(inboxId: number, events: EngineEvent[], source: 'engine' | 'webhook' | 'history'): Promise<void>;

  /** The one door out: Message and Delivery in one transaction. The same client id again is the same row. */
  send(scope: Scope, chatId: number, input: SendMessage): Promise<Message>;
  /** Sends a failed or uncertain Message again: the Agent has decided. */
  retry(scope: Scope, messageId: number): Promise<Message>;
  /** What waits to be sent has failed for this reason: the number can send nothing any more. */
  giveUp(inboxId: number, reason: SendReason): Promise<void>;
  /**
   * A report of the house itself, and what has to be so with it, in one transaction: open screens hear of it as of any
   * report, and whoever is killed in between has done neither.
   */
  reportWith(inboxId: number, report: SessionReport, also: (tx: Tx) => Promise<void>): Promise<void>;
  /** Leaves a failed or uncertain Message as it is and asks no more. */
  discard(scope: Scope, messageId: number): Promise<Message>;
  /** Passes a Message on to other Chats of its Inbox. */
  forward(scope: Scope, messageId: number, input: ForwardMessage): Promise<Message[]>;
  findTarget(scope: Scope, messageId: number): Promise<Target>;
  findMessage(scope: Scope, messageId: number): Promise<Message>;
  messageInfo(scope: Scope, messageId: number): Promise<MessageInfo>;

  /** The Chat of an Address, made if there is none. */
  openChat(scope: Scope, inboxId: number, address: Address, lid?: Address): Promise<Chat>;
  /** No answer is needed to what has been written so far: the customer waits no longer; or they do after all. */
  settleChat(
    scope: Scope,
    chatId: number,
    word: { settled: boolean; until?: number | undefined },
  ): Promise<Chat>;
  /** Nothing is unread up to a Message (by its row), or at all; what notes name the Agent in counts as seen. */
  markRead(scope: Scope, chatId: number, upTo?: number): Promise<Chat>;
  /** As on the phone: the list shows it as unread, whatever has been read. */
  markUnread(scope: Scope, chatId: number): Promise<Chat>;
  /** Who is in a group. */
  listMembers(scope: Scope, chatId: number): Promise<MemberList>;

  findInbox(scope: Scope, inboxId: number): Promise<Inbox>;
  listInboxes(scope: Scope): Promise<Inbox[]>;
  createInbox(
    organisationId: number,
    input: { name: string; engine: string; upstream: string },
  ): Promise<Inbox>;
  /** Open screens learn of it at once. */
  renameInbox(scope: Scope, inboxId: number, name: string): Promise<Inbox>;

  findChat(scope: Scope, chatId: number): Promise<Chat>;
  listChats(
    scope: Scope,
    inboxId: number,
    page: Page & {
      search?: string | undefined;
      filter?: ChatFilter | undefined;
      /** Who waits longest for an answer comes first, then the others as usual. */
      sort?: ChatSort | undefined;
      /** An Agent's, mine, or nobody's. */
      assignee?: number | 'me' | 'none' | undefined;
      label?: number | undefined;
    },
  ): Promise<ChatPage>;
  /** Of every Inbox the asker sees and that has Chats. */
  countChats(scope: Scope): Promise<ChatCounts[]>;
  /** Newest page first; `list` within a page is oldest first. */
  listMessages(scope: Scope, chatId: number, page: MessagesPage): Promise<MessagePage>;
  /** Photos and videos, documents or links of a Chat. A page may be short, or empty, before the end. */
  listShared(scope: Scope, chatId: number, page: Page & { kind: SharedKind }): Promise<SharedPage>;
  /** Chats and Contacts by name or number, Messages by their text. */
  search(scope: Scope, request: SearchRequest): Promise<SearchAnswer>;
  /** A person, and the Address by which WhatsApp knows them. */
  findContact(scope: Scope, contactId: number): Promise<{ contact: Contact; address: Address | undefined }>;
  /** The numbers of some Contacts of an Inbox, by Contact; those that are hidden are left out. */
  numbersOf(scope: Scope, inboxId: number, contactIds: readonly number[]): Promise<Map<number, string>>;
  listContacts(
    scope: Scope,
    inboxId: number,
    page: { after?: string | undefined; limit?: number | undefined; search?: string | undefined },
  ): Promise<ContactPage>;

  /**
   * Rows with `since < seq`, oldest change first, at most about `limit` (default 500) rows, never cut inside one seq. `era`:
   * the history that `since` is a number of; unknown to who has not been told.
   */
  changes(inboxId: number, since: number, limit?: number, era?: string): Promise<Changes>;
  /** The Inbox's counter as committed now; undefined when there is no such Inbox. */
  head(inboxId: number): Promise<number | undefined>;
  /** The same with the history it counts in. */
  position(inboxId: number): Promise<Position | undefined>;
  /** The Address to write to for a Chat: the phone if known, else the LID or group. */
  chatAddress(inboxId: number, chatId: number): Promise<Address | undefined>;
  /** The same for many Chats of one Inbox; who has none is left out. */
  chatAddresses(inboxId: number, chatIds: readonly number[]): Promise<Map<number, Address>>;
  /** The Chat of an Address in one Inbox; undefined if there is none. */
  chatOfAddress(inboxId: number, address: Address): Promise<number | undefined>;
}

/** Where the deliverer finds the live Session of an Inbox; undefined while this process does not run it or it is not working. */
export type LiveSession = (inboxId: number) => EngineSession | undefined;

/** Carries Deliveries to the engine. Owned by the process that runs the Sessions. */
export interface Deliverer extends AsyncDisposable {
  /** Looks for due Deliveries of an Inbox now: after a send, and when a Session starts working. */
  wake(inboxId: number): void;
}
