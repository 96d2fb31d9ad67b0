import { batch, signal, type Signal } from '@preact/signals';
import type { GivenLink } from '../../../server/contract/content.ts';
import type { Message } from '../../../server/contract/wire.ts';
import type { SearchApi } from '../link/search-api.ts';
import type { Group, Member, TalkApi } from '../link/talk-api.ts';

export type { Group, Member } from '../link/talk-api.ts';
import { ChatSearch, type Goal } from './chat-search.ts';
import { Deeds, type DeedsOptions } from './deeds.ts';
import type { Entry } from './entry.ts';
import { MediaShelf } from './media.ts';
import type { OutgoingFile } from './outbox.ts';

/** "Typing" is told at most this often, ms. */
const typingEvery = 4_000;

/** What stands above the text being written. */
export type Beside = { what: 'reply'; entry: Entry } | { what: 'edit'; entry: Entry; draft: string };

/** The parts of a conversation beside its texts: files, deeds, groups, what is being answered or changed. */
export class Talk {
  readonly media: MediaShelf;
  readonly deeds: Deeds;
  /** Texts half written, by Chat. */
  readonly drafts = signal<ReadonlyMap<number, string>>(new Map());
  /** What of a page goes with them, by Chat; `link-watch.ts` sees to it that it is that of the text as it stands. */
  declare links: Map<number, GivenLink> | undefined;
  /** By Chat. */
  readonly beside = signal<ReadonlyMap<number, Beside>>(new Map());
  /** Files chosen and not sent yet, by Chat; never none. */
  readonly staged = signal<ReadonlyMap<number, readonly OutgoingFile[]>>(new Map());
  /** What is to stand under them. */
  readonly captions = signal<ReadonlyMap<number, string>>(new Map());
  /** A Message to be gone to; whoever shows the Chat goes there and clears it. */
  readonly goal = signal<Goal | null>(null);
  readonly search: ChatSearch;
  readonly groups = signal<ReadonlyMap<number, Group | 'failed'>>(new Map());
  #api: TalkApi;
  #now: () => number;
  #isHeard: () => boolean;
  #tellsTyping: () => boolean;
  /** People picked while writing, by Chat: they stand in the text by name. */
  #picked = new Map<number, Map<string, Member>>();
  #typedAt = new Map<number, number>();

  constructor(options: DeedsOptions & { search: SearchApi; isHeard(): boolean; tellsTyping(): boolean }) {
    this.#api = options.api;
    this.#now = () => options.now();
    this.#isHeard = () => options.isHeard();
    this.#tellsTyping = () => options.tellsTyping();
    this.media = new MediaShelf(options.api, this.#now);
    this.deeds = new Deeds(options);
    this.search = new ChatSearch(options.search, (goal) => (this.goal.value = goal));
  }

  setDraft(chatId: number, text: string): void {
    put(this.drafts, chatId, text);
  }

  setBeside(chatId: number, beside: Beside | null): void {
    put(this.beside, chatId, beside);
  }

  /** None: they were sent, or given up, and their caption with them. */
  setStaged(chatId: number, files: readonly OutgoingFile[]): void {
    batch(() => {
      put(this.staged, chatId, files.length ? files : null);
      if (!files.length) put(this.captions, chatId, '');
    });
  }

  setCaption(chatId: number, caption: string): void {
    put(this.captions, chatId, caption);
  }

  /** Reads who is in a group; again when asked again. */
  async readGroup(chatId: number): Promise<void> {
    let group: Group | 'failed';
    try {
      group = await this.#api.group(chatId);
    } catch {
      group = 'failed';
    }
    const known = this.groups.peek().get(chatId);
    if (group === 'failed' && known) return;
    this.groups.value = new Map(this.groups.peek()).set(chatId, group);
  }

  /** The link into a group, asked of WhatsApp; `undefined` where it is not told. */
  async inviteLink(chatId: number): Promise<string | undefined> {
    return (await this.#api.inviteLink(chatId).catch(() => '')) || undefined;
  }

  /** A member was picked from the list while writing. */
  pick(chatId: number, member: Member): void {
    const picked = this.#picked.get(chatId) ?? new Map<string, Member>();
    this.#picked.set(chatId, picked.set(member.name || `+${member.phone}`, member));
  }

  /** Who was picked while the text of this Chat was written. */
  picked(chatId: number): Member[] {
    return Array.from(this.#picked.get(chatId)?.values() ?? []);
  }

  /** The text as WhatsApp wants it, `@digits` in place of the names picked, and who they are. */
  name(chatId: number, text: string): { body: string; mentions: Message['mentions'] } {
    const mentions: Message['mentions'] = [];
    let body = text;
    // Longer names first: "Anna" must not eat the beginning of "Anna Bianchi".
    for (const [name, { phone, mention, contactId }] of Array.from(this.#picked.get(chatId) ?? []).toSorted(
      ([a], [b]) => b.length - a.length,
    )) {
      const digits = mention ?? phone;
      if (!digits || !body.includes(`@${name}`)) continue;
      body = body.replaceAll(`@${name}`, `@${digits}`);
      mentions.push({ digits, name, contactId });
    }
    this.#picked.delete(chatId);
    return { body, mentions };
  }

  /** The Agent is writing; tells WhatsApp once in a while, where the Agent wants that. */
  typing(chatId: number, what: 'typing' | 'recording'): void {
    if (!this.#tellsTyping()) return;
    const now = this.#now();
    // A courtesy of the moment: nobody is told afterwards.
    if (!this.#isHeard() || now - (this.#typedAt.get(chatId) ?? 0) < typingEvery) return;
    this.#typedAt.set(chatId, now);
    this.#api.typing(chatId, what).catch(() => undefined);
  }

  /** The Agent has stopped without sending, or has sent. */
  stopTyping(chatId: number): void {
    if (!this.#typedAt.delete(chatId) || !this.#isHeard()) return;
    this.#api.typing(chatId, 'paused').catch(() => undefined);
  }

  /** Leaves what stands above the text: the answer, or the change. */
  leaveBeside(chatId: number): void {
    const beside = this.beside.peek().get(chatId);
    if (!beside) return;
    batch(() => {
      this.setBeside(chatId, null);
      if (beside.what === 'edit') this.setDraft(chatId, beside.draft);
    });
  }

  /** Changes a Message sent; a refused change is back in the composer, unless something else is there by then. */
  async edit(chatId: number, beside: Beside & { what: 'edit' }, text: string): Promise<void> {
    this.leaveBeside(chatId);
    if (text === beside.entry.body || (await this.deeds.edit(beside.entry, text))) return;
    if (this.beside.peek().has(chatId)) return;
    const draft = this.drafts.peek().get(chatId) ?? '';
    batch(() => {
      this.setBeside(chatId, { ...beside, draft });
      this.setDraft(chatId, text);
    });
  }

  /** A Chat was joined into another: neither half-written text is lost; the one on the screen keeps its place. */
  move(from: number, to: number, isOpen: boolean): void {
    const [moved, kept] = [from, to].map((id) => this.drafts.peek().get(id));
    if (moved !== undefined) {
      const both = isOpen ? [moved, kept] : [kept, moved];
      this.setDraft(from, '');
      this.setDraft(to, Array.from(new Set(both.filter((text) => text !== undefined))).join('\n'));
    }
    if (this.search.chatId.peek() === from) this.search.close();
    const files = this.staged.peek().get(from);
    if (files) {
      const caption = this.captions.peek().get(to) || (this.captions.peek().get(from) ?? '');
      this.setStaged(from, []);
      this.setStaged(to, [...(this.staged.peek().get(to) ?? []), ...files]);
      this.setCaption(to, caption);
    }
    const beside = this.beside.peek().get(from);
    if (!beside) return;
    this.setBeside(from, null);
    if (!this.beside.peek().has(to)) this.setBeside(to, beside);
  }

  clear(): void {
    this.media.clear();
    for (const all of [this.drafts, this.beside, this.staged, this.captions, this.groups, this.deeds.joined])
      all.value = new Map<never, never>();
    this.goal.value = null;
    this.search.close();
    this.#typedAt.clear();
    this.#picked.clear();
    this.deeds.refused.value = null;
  }
}

/** Takes what is empty out. */
function put<T>(all: Signal<ReadonlyMap<number, T>>, chatId: number, value: T | null): void {
  const next = new Map(all.peek());
  if (value) next.set(chatId, value);
  else next.delete(chatId);
  all.value = next;
}
