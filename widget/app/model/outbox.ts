import { signal, type Signal } from '@preact/signals';
import type { GivenLink, NewPoll } from '../../../server/contract/content.ts';
import type { ProblemCode } from '../../../server/contract/problem.ts';
import type { Message, Quoted } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import type { FileKind, SendExtras } from '../link/talk-api.ts';
import { ServerProblem } from '../link/http.ts';
import { nextTask } from './next-task.ts';

/** A file on its way to the server. */
export interface OutgoingFile {
  blob: Blob;
  name: string;
  mime: string;
  as: FileKind;
  seconds: number | null;
  width: number | null;
  height: number | null;
  /** base64 of 64 bytes, each 0 to 100. */
  waveform: string | null;
  /** How much of it the server has, 0…1. */
  progress: Signal<number>;
}

/** What goes with a text. */
export interface OutgoingExtras {
  quoted?: Quoted;
  mentions?: Message['mentions'];
  file?: OutgoingFile;
  /** In place of a text. */
  poll?: NewPoll;
  /** Shown of a page the text leads to. */
  link?: GivenLink | undefined;
}

/** A text on its way to the server: shown at once, gone when the row with its client id is here. */
export interface Outgoing {
  clientId: string;
  chatId: number;
  body: string;
  at: number;
  /** `waiting`: the server cannot be reached; it goes by itself when it can. */
  state: 'sending' | 'waiting' | 'failed';
  code: ProblemCode | 'too-old' | null;
  extras: OutgoingExtras;
  /** It does not go before, and can be thought better of; ms since 1970. */
  heldUntil?: number;
}

/** What became of unsent Messages, for whoever keeps them and for other tabs. */
export interface OutboxNews {
  put?: readonly Outgoing[];
  drop?: readonly string[];
  /** Their rows have come: every tab sees that for itself. */
  settled?: readonly string[];
  /** What the server made of the one dropped. */
  row?: Message;
  progress?: { clientId: string; part: number };
}

export interface OutboxOptions {
  api: Api;
  /** Takes the row the server answered with. */
  accept(row: Message): void;
  now(): number;
  newId(): string;
  /** ms until an unreachable server is tried again. */
  retryMs?: number;
  /** How long, ms, each waits for the Agent to think better of it. */
  holdMs?(): number;
}

/** Nothing is held longer, ms, whatever a clock that was put back says. */
const mostHeld = 60_000;
/** Files kept after they were sent. */
const filesKept = 20;

/**
 * Sends one text at a time per Chat, in the order they were written. The client id is made once, so trying again can
 * never send twice.
 */
export class Outbox {
  readonly pending = signal<readonly Outgoing[]>([]);
  /** Hears what this tab does; not what it was told by `take` and `forget`. */
  news: ((news: OutboxNews) => void) | undefined;
  /** Whether this tab is the one that sends. */
  mayWork = true;
  #options: OutboxOptions;
  #busy = new Set<number>();
  /** The last files sent, by client id: shown until the stored one has come. */
  #files = new Map<string, OutgoingFile>();
  /** Uploads under way, and the ids of those done: a second try does not carry the bytes again. */
  #uploads = new Map<string, AbortController | string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** By Chat: when the next is let go. */
  #holds = new Map<number, ReturnType<typeof setTimeout>>();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  send(chatId: number, body: string, extras: OutgoingExtras = {}): void {
    const { now, newId, holdMs } = this.#options;
    const hold = holdMs?.() ?? 0;
    const outgoing: Outgoing = {
      clientId: newId(),
      chatId,
      body,
      // No two at the same moment: the order is the same in every tab.
      at: Math.max(now(), (this.pending.peek().at(-1)?.at ?? 0) + 1),
      state: 'sending',
      code: null,
      extras,
      ...(hold && { heldUntil: now() + hold }),
    };
    this.#add([outgoing]);
    this.news?.({ put: [outgoing] });
    // Shown and kept first: a request costs as much of this thread as drawing the bubble does.
    nextTask(() => void this.#work(chatId));
  }

  /** Told by another tab, or found in what was kept: shown here, in the order they were written, and sent if it is on us. */
  take(told: readonly Outgoing[]): void {
    if (!told.length) return;
    const known = new Map(this.pending.peek().map((one) => [one.clientId, one]));
    // The file that is here already goes on showing how far it is.
    const merged = told.map((one) => {
      const file = known.get(one.clientId)?.extras.file;
      return file ? { ...one, extras: { ...one.extras, file } } : one;
    });
    this.#add(merged);
    for (const chatId of new Set(merged.map((one) => one.chatId))) void this.#work(chatId);
  }

  /** Told by another tab: these are sent, or given up. */
  forget(clientIds: readonly string[]): void {
    clientIds.forEach((clientId) => this.#remove(clientId));
  }

  /** A row that the server answered another tab with. */
  accept(row: Message): void {
    this.#options.accept(row);
  }

  /** The file this page sent with a Message, while it is kept. */
  fileOf(clientId: string | null): OutgoingFile | undefined {
    return clientId === null ? undefined : this.#files.get(clientId);
  }

  /** Tries a failed one again. */
  retry(clientId: string): void {
    const outgoing = this.#change(clientId, { state: 'sending', code: null });
    if (outgoing) void this.#work(outgoing.chatId);
  }

  /** Tries all that failed again, of one Chat or of all. */
  retryAll(chatId?: number): void {
    for (const one of this.pending.peek())
      if (one.state === 'failed' && (chatId === undefined || one.chatId === chatId)) this.retry(one.clientId);
  }

  /** Takes it away; an upload under way ends. */
  discard(clientId: string): void {
    const chatId = this.pending.peek().find((one) => one.clientId === clientId)?.chatId;
    this.#remove(clientId);
    this.news?.({ drop: [clientId] });
    // What waited behind it need not wait for it.
    if (chatId !== undefined) void this.#work(chatId);
  }

  #add(added: readonly Outgoing[]): void {
    const ids = new Set(added.map((one) => one.clientId));
    const others = this.pending.peek().filter((one) => !ids.has(one.clientId));
    this.pending.value = [...others, ...added].toSorted((a, b) => a.at - b.at);
    for (const { clientId, extras } of added) if (extras.file) this.#files.set(clientId, extras.file);
    for (const clientId of this.#files.keys()) {
      if (this.#files.size <= filesKept) break;
      this.#files.delete(clientId);
    }
  }

  #remove(clientId: string): void {
    const upload = this.#uploads.get(clientId);
    this.#uploads.delete(clientId);
    if (upload instanceof AbortController) upload.abort();
    this.pending.value = this.pending.peek().filter((one) => one.clientId !== clientId);
  }

  /** Rows have come in: those that are ours need no pending bubble any more. */
  settle(rows: readonly Message[]): void {
    const seen = new Set(rows.map((row) => row.clientId));
    const left = this.pending.peek().filter((one) => !seen.has(one.clientId));
    if (left.length === this.pending.peek().length) return;
    const settled = this.pending.peek().flatMap((one) => (left.includes(one) ? [] : [one.clientId]));
    this.pending.value = left;
    this.news?.({ settled });
  }

  /** The chat was joined into another one. */
  move(from: number, to: number): void {
    if (!this.pending.peek().some((one) => one.chatId === from)) return;
    this.pending.value = this.pending
      .peek()
      .map((one) => (one.chatId === from ? { ...one, chatId: to } : one));
    this.news?.({ put: this.pending.peek().filter((one) => one.chatId === to) });
    // Whoever was sending for the old chat finds nothing left there. What is under way goes twice under one client id.
    void this.#work(to);
  }

  /** The connection is back. */
  resume(): void {
    clearTimeout(this.#timer);
    for (const chatId of new Set(this.pending.peek().map((one) => one.chatId))) void this.#work(chatId);
  }

  /** Forgets them here; what is kept elsewhere stays there. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#holds.forEach((timer) => clearTimeout(timer));
    this.#holds.clear();
    this.pending.peek().forEach((one) => this.#remove(one.clientId));
    this.#files.clear();
  }

  async #work(chatId: number): Promise<void> {
    if (!this.mayWork || this.#busy.has(chatId)) return;
    this.#busy.add(chatId);
    try {
      for (let next = this.#next(chatId); next && this.mayWork; next = this.#next(chatId)) {
        if (this.#isHeld(chatId, next)) return;
        try {
          const extras = await this.#extras(next);
          // It may have been taken back while its file was carried.
          if (!this.pending.peek().some((one) => one.clientId === next!.clientId)) continue;
          const row = await this.#options.api.send(chatId, next.clientId, next.body, extras);
          this.#options.accept(row);
          this.#remove(next.clientId);
          this.news?.({ drop: [next.clientId], row });
        } catch (error) {
          if (!this.pending.peek().some((one) => one.clientId === next!.clientId)) continue;
          if (
            error instanceof ServerProblem &&
            error.code !== 'unavailable' &&
            error.code !== 'too-many-requests'
          ) {
            this.#change(next.clientId, { state: 'failed', code: error.code });
          } else {
            this.#change(next.clientId, { state: 'waiting' });
            clearTimeout(this.#timer);
            this.#timer = setTimeout(() => this.resume(), this.#options.retryMs ?? 3_000);
            return;
          }
        }
      }
    } finally {
      this.#busy.delete(chatId);
    }
  }

  /** What was written after it waits behind it: the order stays. */
  #isHeld(chatId: number, { heldUntil }: Outgoing): boolean {
    const left = (heldUntil ?? 0) - this.#options.now();
    clearTimeout(this.#holds.get(chatId));
    this.#holds.delete(chatId);
    if (left <= 0 || left > mostHeld) return false;
    this.#holds.set(
      chatId,
      setTimeout(() => void this.#work(chatId), left),
    );
    return true;
  }

  /** Carries the file, if there is one and the server does not have it yet. */
  async #extras({ clientId, extras }: Outgoing): Promise<SendExtras> {
    const { quoted, mentions, file, poll, link } = extras;
    const people = mentions?.flatMap(({ contactId }) => contactId ?? []);
    const sent: SendExtras = {
      quotedMessageId: quoted?.messageId,
      // Undefined says nothing in JSON.
      mentions: people?.length ? people : undefined,
      poll,
      link,
    };
    if (!file) return sent;
    let uploadId = this.#uploads.get(clientId);
    if (typeof uploadId !== 'string') {
      const life = new AbortController();
      this.#uploads.set(clientId, life);
      const tell = (part: number): void => {
        file.progress.value = part;
        this.news?.({ progress: { clientId, part } });
      };
      const { talk } = this.#options.api;
      uploadId = (await talk.upload(file.blob, file.name, file.mime, file.as, tell, life.signal)).uploadId;
      if (this.#uploads.has(clientId)) this.#uploads.set(clientId, uploadId);
    }
    return { ...sent, uploadId, as: file.as };
  }

  #next(chatId: number): Outgoing | undefined {
    return this.pending.peek().find((one) => one.chatId === chatId && one.state !== 'failed');
  }

  #change(clientId: string, change: Partial<Outgoing>): Outgoing | undefined {
    const known = this.pending.peek().find((one) => one.clientId === clientId);
    if (!known || (known.state === change.state && known.code === (change.code ?? known.code))) return known;
    const changed = { ...known, ...change };
    this.#add([changed]);
    this.news?.({ put: [changed] });
    return changed;
  }
}
