import { batch, signal } from '@preact/signals';
import type { Chat, Message } from '../../../server/contract/wire.ts';
import { isChat, isMessage } from '../link/decode.ts';
import type { MessageInfo, TalkApi } from '../link/talk-api.ts';
import type { Entry } from './entry.ts';
import { troubleOf, type Trouble } from './pairing.ts';

export type { MessageInfo } from '../link/talk-api.ts';
import type { Rows } from './rows.ts';

/** Own texts can be changed for so long, ms. */
export const editableFor = 15 * 60_000;
/** What "always" is as a date: the end of the year 9999. */
export const forEver = 253_402_300_799_000;

export interface DeedsOptions {
  api: TalkApi;
  messages(chatId: number): Rows<Message>;
  chats(chatId: number): Rows<Chat> | undefined;
  now(): number;
  newId(): string;
}

/** What one does to a Message or a Chat: shown at once, taken back with the reason where it is refused. */
export class Deeds {
  /** Why the last one was refused. */
  readonly refused = signal<{ chatId: number; trouble: Trouble } | null>(null);
  /** Groups come into from here, by Address: their Chats. */
  readonly joined = signal<ReadonlyMap<string, number>>(new Map());
  #options: DeedsOptions;
  #api: TalkApi;

  constructor(options: DeedsOptions) {
    this.#options = options;
    this.#api = options.api;
  }

  /** The same emoji again, or `''`, takes it back. */
  react(entry: Entry, emoji: string): Promise<boolean> {
    const own = entry.reactions.find((one) => one.fromUs)?.emoji;
    const wanted = own === emoji ? '' : emoji;
    const others = entry.reactions.filter((one) => !one.fromUs);
    const reactions = wanted
      ? [...others, { emoji: wanted, fromUs: true, name: '', contactId: null }]
      : others;
    return this.#message(entry, { reactions }, () => this.#api.react(entry.id, wanted));
  }

  /** Chooses exactly these options of a poll; none takes the choice back. */
  vote(entry: Entry, options: readonly string[]): Promise<boolean> {
    const us = { contactId: null, name: '', fromUs: true };
    const votes = (entry.votes ?? []).map(({ option, count, voters }) => {
      const others = voters.filter((one) => !one.fromUs);
      const rest = count - (voters.length - others.length);
      const isChosen = options.includes(option);
      return { option, count: rest + (isChosen ? 1 : 0), voters: isChosen ? [...others, us] : others };
    });
    return this.#message(entry, { votes }, () => this.#api.vote(entry.id, options));
  }

  /** Comes into the group a Message invites to. */
  join(entry: Entry, group: string): Promise<boolean> {
    return this.#do(
      entry.chatId,
      () => this.#api.join(entry.id),
      undefined,
      (chat) => {
        if (!isChat(chat)) return;
        // Of the same number, so it stands in the same list.
        this.#options.chats(entry.chatId)?.put([chat]);
        this.joined.value = new Map(this.joined.peek()).set(group, chat.id);
      },
    );
  }

  star(entry: Entry): Promise<boolean> {
    const starred = !entry.starred;
    return this.#message(entry, { starred }, () => this.#api.star(entry.id, starred));
  }

  edit(entry: Entry, body: string): Promise<boolean> {
    const change = { body, editedAt: this.#options.now() };
    return this.#message(entry, change, () => this.#api.edit(entry.id, body));
  }

  revoke(entry: Entry): Promise<boolean> {
    const change = { revokedAt: this.#options.now() };
    return this.#message(entry, change, () => this.#api.revoke(entry.id));
  }

  forward(entry: Entry, chatIds: readonly number[]): Promise<boolean> {
    const to = chatIds.map((chatId) => ({ chatId, clientId: this.#options.newId() }));
    return this.#do(entry.chatId, () => this.#api.forward(entry.id, to));
  }

  /** Has the file fetched that is not here yet, or again. */
  fetchMedia(entry: Entry): Promise<boolean> {
    if (!entry.media) return Promise.resolve(false);
    const change = { media: { ...entry.media, state: 'fetching' as const } };
    return this.#message(entry, change, () => this.#api.fetchMedia(entry.id));
  }

  info(entry: Entry): Promise<MessageInfo> {
    return this.#api.info(entry.id);
  }

  pin(chat: Chat): Promise<boolean> {
    const pinned = !chat.pinned;
    return this.#chat(chat, { pinned }, () => this.#api.pin(chat.id, pinned));
  }

  archive(chat: Chat): Promise<boolean> {
    const archived = !chat.archived;
    return this.#chat(chat, { archived }, () => this.#api.archive(chat.id, archived));
  }

  /** `until`: milliseconds since 1970, 0 = loud again. */
  mute(chat: Chat, until: number): Promise<boolean> {
    return this.#chat(chat, { mutedUntil: until }, () => this.#api.mute(chat.id, until));
  }

  markUnread(chat: Chat): Promise<boolean> {
    return this.#chat(chat, { unread: -1 }, () => this.#api.markUnread(chat.id));
  }

  /** What the customer has written so far needs no answer. */
  settle(chat: Chat): Promise<boolean> {
    const change = { waitingSince: null, settled: true };
    return this.#chat(chat, change, () => this.#api.settle(chat.id, true, chat.last?.at));
  }

  /** It does, after all. Since when the customer waits, the server tells. */
  unsettle(chat: Chat): Promise<boolean> {
    return this.#chat(chat, { settled: false }, () => this.#api.settle(chat.id, false));
  }

  #message(entry: Entry, change: Partial<Message>, act: () => Promise<unknown>): Promise<boolean> {
    const rows = this.#options.messages(entry.chatId);
    return this.#do(
      entry.chatId,
      act,
      rows.assume(entry.id, change),
      (row) => isMessage(row) && rows.put([row]),
    );
  }

  #chat(chat: Chat, change: Partial<Chat>, act: () => Promise<unknown>): Promise<boolean> {
    const rows = this.#options.chats(chat.id);
    return this.#do(chat.id, act, rows?.assume(chat.id, change), (row) => isChat(row) && rows?.put([row]));
  }

  async #do(
    chatId: number,
    act: () => Promise<unknown>,
    assumed?: { settle(): void; undo(): void },
    accept?: (answer: unknown) => void,
  ): Promise<boolean> {
    this.refused.value = null;
    try {
      const answer = await act();
      batch(() => {
        accept?.(answer);
        assumed?.settle();
      });
      return true;
    } catch (error) {
      assumed?.undo();
      this.refused.value = { chatId, trouble: troubleOf(error) };
      return false;
    }
  }
}
