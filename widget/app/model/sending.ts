import { batch, signal } from '@preact/signals';
import type { Api } from '../link/api.ts';
import { toQuoted, type Entry } from './entry.ts';
import type { Outbox, OutgoingExtras } from './outbox.ts';
import { troubleOf, type Trouble } from './pairing.ts';
import { nextTask } from './next-task.ts';
import type { ReplyGuard } from './reply-guard.ts';
import type { Talk } from './talk.ts';
import type { Timeline } from './timeline.ts';
import type { Work } from './work.ts';

export interface SendingOptions {
  api: Api;
  outbox: Outbox;
  talk: Talk;
  work: Work;
  guard: ReplyGuard;
  timeline(chatId: number): Timeline;
}

/** From the composer to the Outbox, and what can be done about what did not leave. */
export class Sending {
  /** Why the last try of a Message that the server has was refused. */
  readonly trouble = signal<Trouble | null>(null);
  #options: SendingOptions;

  constructor(options: SendingOptions) {
    this.#options = options;
  }

  /** A text alone, or as a file's caption; as the answer to, or the change of, what stands above it. */
  send(chatId: number, body: string, extras: OutgoingExtras): void {
    const { talk, work, guard, outbox } = this.#options;
    // What is being written, and what stands above it, stay.
    if (extras.poll) return outbox.send(chatId, '', { poll: extras.poll });
    const text = body.trim();
    if (!text && !extras.file) return;
    batch(() => {
      const beside = talk.beside.peek().get(chatId);
      if (beside?.what === 'edit' && !extras.file) return void talk.edit(chatId, beside, text);
      const quoted = beside?.what === 'reply' ? toQuoted(beside.entry) : undefined;
      const named = talk.name(chatId, text);
      if (!extras.file) talk.setDraft(chatId, '');
      if (beside?.what === 'reply') talk.setBeside(chatId, null);
      nextTask(() => {
        talk.stopTyping(chatId);
        work.here.stopTyping(chatId);
      });
      guard.end(chatId);
      outbox.send(chatId, named.body, {
        ...extras,
        ...(quoted && { quoted }),
        ...(named.mentions.length && { mentions: named.mentions }),
        // Of a file it is left out by the server.
        link: talk.links?.get(chatId),
      });
    });
  }

  /** Sends again what failed, or what may not have been sent. */
  async retry(entry: Entry): Promise<void> {
    if (entry.outgoing) this.#options.outbox.retry(entry.outgoing.clientId);
    else await this.#act(() => this.#options.api.retry(entry.id));
  }

  /** Gives up on it. */
  async discard(entry: Entry): Promise<void> {
    if (entry.outgoing) this.#options.outbox.discard(entry.outgoing.clientId);
    else await this.#act(() => this.#options.api.discard(entry.id));
  }

  /** Takes an unsent text back into the composer, before what stands there, with what it answers. */
  async rewrite(entry: Entry): Promise<void> {
    const { talk, timeline } = this.#options;
    const { chatId, quotedMessageId } = entry;
    await this.discard(entry);
    if (this.trouble.peek()) return;
    const draft = talk.drafts.peek().get(chatId) ?? '';
    const answered = quotedMessageId === null ? undefined : timeline(chatId).find(quotedMessageId);
    batch(() => {
      talk.setDraft(chatId, [entry.body, draft].filter(Boolean).join('\n'));
      if (answered && !talk.beside.peek().has(chatId))
        talk.setBeside(chatId, { what: 'reply', entry: answered });
    });
  }

  async #act(action: () => Promise<unknown>): Promise<void> {
    this.trouble.value = null;
    try {
      await action();
    } catch (error) {
      this.trouble.value = troubleOf(error);
    }
  }
}
