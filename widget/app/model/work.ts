import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Chat } from '../../../server/contract/wire.ts';
import { isChat, isNote } from '../link/decode.ts';
import type { AdminList, CannedReply, Colleague, Label, Note, WorkApi } from '../link/work-api.ts';
import type { Entry } from './entry.ts';
import { Here } from './here.ts';
import { noteEntry, type NoteRow } from './note-entry.ts';
import { namedIn, NoteNews } from './note-mentions.ts';
import { troubleOf, type Trouble } from './pairing.ts';
import { Rows } from './rows.ts';
import type { Timeline } from './timeline.ts';

export type { CannedReply, Colleague, Label, Note } from '../link/work-api.ts';

const mostNotePages = 20;
/** Notes that could not be read are asked for again no sooner than this, ms. */
const notesAgainMs = 5_000;

export interface WorkOptions {
  api: WorkApi;
  rows(chatId: number): Rows<Chat> | undefined;
  me(): Colleague | undefined;
  /** Whether the server can be reached. */
  isHeard(): boolean;
  now(): number;
  newId(): string;
}

/** Why the last thing was refused. `who`: somebody else has the Chat. */
export interface WorkRefusal {
  chatId: number;
  trouble: Trouble;
  who?: string;
}

/** Who looks after a Chat, its labels and notes, canned replies, and what colleagues do there now. */
export class Work {
  readonly colleagues = signal<readonly Colleague[]>([]);
  readonly labels = signal<readonly Label[]>([]);
  readonly replies = signal<readonly CannedReply[]>([]);
  readonly refused = signal<WorkRefusal | null>(null);
  /** Variables of the canned replies put in that had nothing to say. */
  readonly missing = signal<{ chatId: number; names: string[] } | null>(null);
  /** Chats whose composer writes an internal note. */
  readonly noting = signal<ReadonlySet<number>>(new Set());
  readonly noteDrafts = signal<ReadonlyMap<number, string>>(new Map());
  /** The note being changed, by Chat. */
  readonly editing = signal<ReadonlyMap<number, number>>(new Map());
  readonly news: NoteNews;
  /** What colleagues are doing now. */
  readonly here: Here;
  readonly #notes = new Map<number, Rows<NoteRow>>();
  readonly #between = new Map<number, ReadonlySignal<readonly Entry[]>>();
  /** Chats whose notes could not be read, and from when on they are asked for again. */
  readonly #unreadNotes = new Map<number, number>();
  #options: WorkOptions;

  constructor(options: WorkOptions) {
    this.#options = options;
    this.news = new NoteNews(options);
    this.here = new Here(options);
  }

  /** The rows of a Chat with the notes of their time between them. */
  between(chatId: number, timeline: Timeline): readonly Entry[] {
    let list = this.#between.get(chatId);
    if (!list) {
      const notes = this.#rowsOf(chatId);
      list = computed(() => {
        const rows = timeline.list.value;
        const found = notes.values();
        if (!found.length) return rows;
        // Notes from before the first Message read wait until that stretch is read.
        const from = timeline.isAtStart.value ? -Infinity : (rows[0]?.at ?? Infinity);
        const entries = found.filter((note) => note.at >= from).map(noteEntry);
        return [...rows, ...entries].toSorted((a, b) => a.at - b.at || a.id - b.id);
      });
      this.#between.set(chatId, list);
      void this.#readNotes(chatId);
    } else if (this.#options.now() >= (this.#unreadNotes.get(chatId) ?? Infinity)) {
      void this.#readNotes(chatId);
    }
    return list.value;
  }

  putNotes(rows: readonly Note[]): void {
    for (const note of rows) {
      for (const [chatId, known] of this.#notes) {
        const moved = chatId !== note.chatId;
        // A note moves along when its Chat is joined into another.
        if (moved && !known.get(note.id)) continue;
        known.put([{ ...note, mergedInto: note.deleted || moved ? note.id : null }]);
      }
    }
  }

  /** Lists that several Chats need; again when they are about to be shown. Whether it is what the server has. */
  async refresh(what: 'colleagues' | 'labels' | 'replies'): Promise<boolean> {
    const { api } = this.#options;
    try {
      if (what === 'colleagues') this.colleagues.value = await api.colleagues();
      else if (what === 'labels') this.labels.value = await api.labels();
      else this.replies.value = await api.cannedReplies();
      return true;
    } catch {
      // What was known before is shown; the next look asks again.
      return false;
    }
  }

  claim(chat: Chat): Promise<boolean> {
    const me = this.#options.me();
    return this.#chat(chat, me ? { assignee: me } : {}, () => this.#options.api.claim(chat.id));
  }

  /** Only if it is still with whom it was on the screen. */
  assign(chat: Chat, to: Colleague | null): Promise<boolean> {
    return this.#chat(chat, { assignee: to }, () =>
      this.#options.api.assign(chat.id, to?.id ?? null, chat.assignee?.id ?? null),
    );
  }

  label(chat: Chat, label: Label, isOn: boolean): Promise<boolean> {
    const rest = chat.labels.filter((one) => one.id !== label.id);
    return this.#chat(chat, { labels: isOn ? [...rest, label] : rest }, () =>
      this.#options.api.label(chat.id, label.id, isOn),
    );
  }

  setNoting(chatId: number, isNoting: boolean): void {
    const next = new Set(this.noting.peek());
    if (isNoting) next.add(chatId);
    else next.delete(chatId);
    this.noting.value = next;
  }

  setNoteDraft(chatId: number, text: string): void {
    const next = new Map(this.noteDrafts.peek());
    if (text) next.set(chatId, text);
    else next.delete(chatId);
    this.noteDrafts.value = next;
  }

  beginEdit(note: Note): void {
    batch(() => {
      this.setNoting(note.chatId, true);
      this.editing.value = new Map(this.editing.peek()).set(note.chatId, note.id);
      this.setNoteDraft(note.chatId, note.body);
    });
  }

  leaveEdit(chatId: number): void {
    if (!this.editing.peek().has(chatId)) return;
    const next = new Map(this.editing.peek());
    next.delete(chatId);
    batch(() => {
      this.editing.value = next;
      this.setNoteDraft(chatId, '');
    });
  }

  /** Keeps the note written; a refused one is back in the composer. */
  async saveNote(chatId: number): Promise<boolean> {
    const { api, newId } = this.#options;
    const body = (this.noteDrafts.peek().get(chatId) ?? '').trim();
    if (!body) return false;
    const editing = this.editing.peek().get(chatId);
    const note = { body, mentions: namedIn(body, this.colleagues.peek()), clientId: newId() };
    this.leaveEdit(chatId);
    this.setNoteDraft(chatId, '');
    const done = await this.#do(
      chatId,
      () => (editing === undefined ? api.addNote(chatId, note) : api.editNote(editing, note)),
      (answer) => isNote(answer) && this.putNotes([answer]),
    );
    if (!done && !this.noteDrafts.peek().get(chatId)) this.setNoteDraft(chatId, body);
    return done;
  }

  deleteNote(note: Note): Promise<boolean> {
    return this.#do(
      note.chatId,
      () => this.#options.api.deleteNote(note.id),
      () => this.putNotes([{ ...note, deleted: true, body: '', seq: note.seq + 0.5 }]),
    );
  }

  /** Author, or an admin. */
  mayChange(note: Note, isAdmin: boolean): boolean {
    return isAdmin || note.author.id === this.#options.me()?.id;
  }

  /** What of a canned reply put in here is still to be filled in by hand; such a text is not sent. */
  gaps(chatId: number, text: string): string[] {
    const missing = this.missing.value;
    return missing?.chatId === chatId ? missing.names.filter((name) => text.includes(`{{${name}}}`)) : [];
  }

  add(list: AdminList, body: object): Promise<Trouble | undefined> {
    return this.#manage(list, () => this.#options.api.add(list, body));
  }
  change(list: AdminList, id: number, body: object): Promise<Trouble | undefined> {
    return this.#manage(list, () => this.#options.api.change(list, id, body));
  }
  /** Renames a category of canned replies; '' dissolves it. */
  moveCategory(from: string, to: string): Promise<Trouble | undefined> {
    return this.#manage('canned-replies', () => this.#options.api.moveCategory(from, to));
  }
  remove(list: AdminList, id: number): Promise<Trouble | undefined> {
    return this.#manage(list, () => this.#options.api.remove(list, id));
  }

  exported(chatId: number, format: 'json' | 'text', withNotes: boolean): Promise<Blob | undefined> {
    let file: Blob | undefined;
    return this.#do(chatId, async () => {
      file = await this.#options.api.exported(chatId, format, withNotes);
    }).then(() => file);
  }

  move(from: number, to: number): void {
    const draft = this.noteDrafts.peek().get(from);
    batch(() => {
      if (draft) {
        this.setNoteDraft(from, '');
        this.setNoteDraft(to, [this.noteDrafts.peek().get(to), draft].filter(Boolean).join('\n'));
      }
      if (this.noting.peek().has(from)) {
        this.setNoting(from, false);
        this.setNoting(to, true);
      }
    });
    this.#forgetChat(from);
  }

  /** What was read is read again by whoever shows it. */
  forget(chatIds: Iterable<number>): void {
    for (const chatId of chatIds) this.#forgetChat(chatId);
  }

  clear(): void {
    this.here.clear();
    this.#notes.clear();
    this.#between.clear();
    this.#unreadNotes.clear();
    batch(() => {
      this.colleagues.value = [];
      this.labels.value = [];
      this.replies.value = [];
      this.noting.value = new Set();
      this.noteDrafts.value = new Map();
      this.editing.value = new Map();
      this.refused.value = this.missing.value = null;
    });
  }

  #forgetChat(chatId: number): void {
    this.#notes.delete(chatId);
    this.#between.delete(chatId);
    this.#unreadNotes.delete(chatId);
  }

  #rowsOf(chatId: number): Rows<NoteRow> {
    let rows = this.#notes.get(chatId);
    if (!rows) this.#notes.set(chatId, (rows = new Rows<NoteRow>()));
    return rows;
  }

  async #readNotes(chatId: number): Promise<void> {
    this.#unreadNotes.delete(chatId);
    try {
      let before: string | null = null;
      for (let pages = 0; pages < mostNotePages; pages++) {
        const page: { list: Note[]; next: string | null } = await this.#options.api.notes(chatId, before);
        this.putNotes(page.list);
        before = page.next;
        if (before === null) break;
      }
    } catch {
      // Whoever looks at the Chat later asks again; not each of its drawings.
      this.#unreadNotes.set(chatId, this.#options.now() + notesAgainMs);
    }
  }

  async #manage(list: AdminList, act: () => Promise<unknown>): Promise<Trouble | undefined> {
    try {
      await act();
      await this.refresh(list === 'labels' ? 'labels' : 'replies');
      return undefined;
    } catch (error) {
      return troubleOf(error);
    }
  }

  async #chat(chat: Chat, change: Partial<Chat>, act: () => Promise<unknown>): Promise<boolean> {
    const rows = this.#options.rows(chat.id);
    const assumed = rows?.assume(chat.id, change);
    const done = await this.#do(chat.id, act, (answer) => {
      if (isChat(answer)) rows?.put([answer]);
      assumed?.settle();
    });
    if (!done) assumed?.undo();
    if (done || this.refused.peek()?.trouble !== 'conflict') return done;
    // Somebody was faster: the row says who.
    const now = await this.#options.api.chat(chat.id).catch(() => undefined);
    if (!isChat(now)) return false;
    batch(() => {
      rows?.put([now]);
      this.refused.value = { chatId: chat.id, trouble: 'conflict', who: now.assignee?.name ?? '' };
    });
    return false;
  }

  async #do(
    chatId: number,
    act: () => Promise<unknown>,
    accept?: (answer: unknown) => void,
  ): Promise<boolean> {
    this.refused.value = null;
    try {
      const answer = await act();
      batch(() => accept?.(answer));
      return true;
    } catch (error) {
      this.refused.value = { chatId, trouble: troubleOf(error) };
      return false;
    }
  }
}
