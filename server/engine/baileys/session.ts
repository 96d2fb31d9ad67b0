import { rm } from 'node:fs/promises';
import { addressKind, type Address } from '../../contract/address.ts';
import type { MessageHandle } from '../../contract/content.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import type { Outcome, VerbOutcome } from '../../contract/outcome.ts';
import { canSend, type SessionReport, type SessionState } from '../../contract/session-state.ts';
import {
  EngineUnavailable,
  type EngineKeys,
  type EngineSession,
  type EngineSessionOptions,
  type HistoryRequest,
  type MediaAnswer,
  type MediaRequest,
  type SendRequest,
  type FoundNumber,
} from '../engine.ts';
import { killMarked, sessionMarker } from '../processes.ts';
import { firstLine, trouble } from '../trouble.ts';
import { known } from './bounds.ts';
import { SessionChild } from './child-process.ts';
import { readReference } from './decode-media.ts';
import {
  readMediaAnswer,
  readOutcome,
  readVerbOutcome,
  type AskName,
  type Asks,
  type CallArgs,
  type Deed,
} from './protocol.ts';

const maxTextLength = 65_536;
const historyPage = 100;
/** What a phone gives at once. */
const messagesPage = 50;
const deedLimitMs = 45_000;
const mediaLimitMs = 180_000;
const sendLimitMs = 110_000;
const uploadMs = (size: number): number => Math.ceil(size / 65_536) * 1_000;

/**
 * The parent's half of a Session. Starts and stops are done one after the other, whatever order they are wished in; a
 * report of an end is given when nothing of the ended life is left.
 */
export class BaileysSession implements EngineSession {
  #options: EngineSessionOptions;
  #child: SessionChild | undefined;
  #state: SessionState = 'stopped';
  #wanted = false;
  #disposed = false;
  #unlinking = false;
  #pairWith: string | undefined;
  #turns: Promise<void> = Promise.resolve();

  constructor(options: EngineSessionOptions) {
    this.#options = options;
  }

  connect(): void {
    if (this.#wanted || this.#disposed) return;
    this.#wanted = true;
    void this.#inTurn(() => this.#start());
  }

  async #start(): Promise<void> {
    if (this.#child || !this.#wanted || this.#disposed) return;
    this.#report({ state: 'starting', code: 'none', action: 'wait' });
    const { upstream, log, keys, keepAliveMs, directory } = this.#options;
    if (!keys) return this.#failed('nowhere to keep credentials');
    const pairWith = this.#pairWith === undefined ? {} : { pairWith: this.#pairWith };
    this.#pairWith = undefined;
    try {
      // One that hung when its server was killed could not notice it.
      const marker = sessionMarker(directory);
      const orphans = await killMarked(marker);
      if (orphans) log.warn({ orphans }, 'killed what an earlier run of this session had left');
      if (this.#disposed) return;
      const socket = upstream.socket ? { socket: upstream.socket } : {};
      const pace = keepAliveMs === undefined ? {} : { keepAliveMs };
      const child: SessionChild = new SessionChild(
        { type: 'start', ...socket, ...pairWith, ...pace },
        marker,
        log,
        {
          events: (events) => this.#options.emit(events),
          report: (report, final) => (final ? this.#finish(child, report) : this.#report(report)),
          gone: (how) => this.#finish(child, trouble('lost', 'engine-error', 'retry', how)),
          tell: (name, args) => this.#tell(keys, name, args),
        },
      );
      this.#child = child;
      log.info({ upstream: upstream.name, pid: child.pid }, 'Baileys is starting');
    } catch (error) {
      this.#failed(firstLine(error));
    }
  }
  #failed(detail: string): void {
    this.#wanted = false;
    this.#report(trouble('failed', 'engine-error', 'ask-operator', detail));
  }

  /** What the child asks: its rows, and the messages we have. */
  async #tell<Name extends AskName>(
    keys: EngineKeys,
    name: Name,
    args: Asks[Name]['args'],
  ): Promise<Asks[Name]['value']> {
    const { known: messages, stored } = this.#options;
    const answers: { [Each in AskName]: (args: Asks[Each]['args']) => Promise<Asks[Each]['value']> } = {
      read: async ({ kind, ids }) => [...(await keys.read(kind, ids))],
      write: async ({ changes }) => (await keys.write(changes), null),
      prune: async ({ kind, ageMs }) => (await keys.prune(kind, ageMs), null),
      stored: async () => (await stored?.(), null),
      find: async ({ messageId }) => (await messages?.find(messageId)) ?? null,
      newest: async ({ chat, before, limit }) => (await messages?.newest(chat, before, limit)) ?? [],
    };
    return (answers[name] as (args: Asks[Name]['args']) => Promise<Asks[Name]['value']>)(args);
  }

  /** The life of this child is over: clears it away, and only then says why. */
  #finish(child: SessionChild, report: SessionReport): void {
    if (this.#child !== child || this.#unlinking) return;
    this.#wanted = false;
    // Nothing can be sent any more, whatever is still on the way.
    this.#state = report.state;
    void this.#inTurn(async () => {
      if (this.#child !== child) return;
      await child[Symbol.asyncDispose]();
      this.#child = undefined;
      if (report.state === 'logged-out') await this.#options.keys?.clear();
      this.#report(report);
    });
  }

  async send(request: SendRequest): Promise<Outcome> {
    const child = this.#child;
    if (request.body.length > maxTextLength) return { kind: 'refused', reason: 'too-long' };
    if (!child || !canSend(this.#state)) return { kind: 'not-sent', reason: 'session-not-working' };
    if (request.signal.aborted) return { kind: 'not-sent', reason: 'timeout' };
    const { chat, body, clientId, quotedMessageId, mentions, media, forward, poll, signal } = request;
    const args = known<CallArgs<'send'>>({
      chat,
      body,
      clientId,
      quotedMessageId,
      mentions,
      media,
      forward,
      poll,
    });
    const limitMs = sendLimitMs + (media ? uploadMs(media.size) : 0);
    try {
      return readOutcome(await child.ask('send', args, limitMs, signal));
    } catch (error) {
      this.#options.log.warn({ problem: firstLine(error) }, 'a send has no answer');
      return { kind: 'uncertain', reason: this.#child === child ? 'timeout' : 'engine-stopped' };
    }
  }

  /**
   * What the phone has is pushed by itself after linking, and what was missed with every connection; asked for here are
   * the groups, and older messages of one Chat. Throws EngineUnavailable where it ends before the end.
   */
  async *history(request: HistoryRequest): AsyncIterable<EngineEvent[]> {
    const { chat, before, signal } = request;
    const child = this.#alive();
    if (!chat) {
      const { events } = await child.ask('groups', {}, 40_000, signal);
      return yield* pagesOf(events);
    }
    // Chats of channels and the like have no history of ours.
    if (addressKind(chat) === 'channel' || addressKind(chat) === 'broadcast') return;
    const limit = Math.min(request.messagesPerChat, messagesPage);
    const args = { chat, limit, ...(before === undefined ? {} : { before }) };
    const { events } = await child.ask('messages', args, 60_000, signal);
    yield* pagesOf(events);
  }

  async findNumber(
    digits: string,
    signal: AbortSignal,
  ): Promise<{ address: Address; lid?: Address } | undefined> {
    const { found } = await this.#alive().ask('find', { digits }, 45_000, signal);
    return found && { address: found.address, ...(found.lid ? { lid: found.lid } : {}) };
  }
  async findNumbers(digits: readonly string[], signal: AbortSignal): Promise<FoundNumber[]> {
    const { found } = await this.#alive().ask('findMany', { digits: [...digits] }, 60_000, signal);
    return found.map(({ lid, ...one }) => ({ ...one, ...(lid ? { lid } : {}) }));
  }
  async markRead(chat: Address): Promise<void> {
    if (!this.#child || !canSend(this.#state)) return;
    await this.#child.ask('markRead', { chat }, 40_000).catch(() => {});
  }
  async markUnread(chat: Address): Promise<void> {
    await this.#act({ do: 'mark-unread', chat }, AbortSignal.timeout(deedLimitMs));
  }
  async typing(chat: Address, what: 'typing' | 'recording' | 'paused'): Promise<void> {
    await this.#act({ do: 'typing', chat, what }, AbortSignal.timeout(deedLimitMs));
  }
  edit(message: MessageHandle, body: string, signal: AbortSignal): Promise<VerbOutcome> {
    if (body.length > maxTextLength) return Promise.resolve({ kind: 'refused', reason: 'too-long' });
    return this.#act({ do: 'edit', message, body }, signal);
  }
  revoke(message: MessageHandle, signal: AbortSignal): Promise<VerbOutcome> {
    return this.#act({ do: 'revoke', message }, signal);
  }
  react(message: MessageHandle, emoji: string, signal: AbortSignal): Promise<VerbOutcome> {
    return this.#act({ do: 'react', message, emoji }, signal);
  }
  vote(message: MessageHandle, options: readonly string[], signal: AbortSignal): Promise<VerbOutcome> {
    return this.#act({ do: 'vote', message, options: [...options] }, signal);
  }
  star(message: MessageHandle, starred: boolean, signal: AbortSignal): Promise<VerbOutcome> {
    return this.#act({ do: 'star', message, starred }, signal);
  }
  pin(chat: Address, pinned: boolean, signal: AbortSignal): Promise<VerbOutcome> {
    return this.#act({ do: 'pin', chat, pinned }, signal);
  }
  archive(chat: Address, archived: boolean, signal: AbortSignal): Promise<VerbOutcome> {
    return this.#act({ do: 'archive', chat, archived }, signal);
  }
  mute(chat: Address, until: number, signal: AbortSignal): Promise<VerbOutcome> {
    return this.#act({ do: 'mute', chat, until }, signal);
  }
  block(person: Address, blocked: boolean, signal: AbortSignal): Promise<VerbOutcome> {
    return this.#act({ do: 'block', person, blocked }, signal);
  }

  async #act(deed: Deed, signal: AbortSignal): Promise<VerbOutcome> {
    const child = this.#child;
    if (!child || !canSend(this.#state)) return { kind: 'not-done', reason: 'session-not-working' };
    if (signal.aborted) return { kind: 'not-done', reason: 'timeout' };
    try {
      return readVerbOutcome(await child.ask('act', deed, deedLimitMs, signal));
    } catch (error) {
      this.#options.log.warn({ problem: firstLine(error), deed: deed.do }, 'a deed has no answer');
      return { kind: 'not-done', reason: this.#child === child ? 'timeout' : 'engine-stopped' };
    }
  }

  async fetchMedia({ message, reference, file, largest, signal }: MediaRequest): Promise<MediaAnswer> {
    const child = this.#child;
    if (!child || !canSend(this.#state)) return { kind: 'later', reason: 'not-connected' };
    if (signal.aborted) return { kind: 'later', reason: 'timeout' };
    const args = { message: readReference(reference) ?? message, file, largest };
    try {
      return readMediaAnswer(await child.ask('media', args, mediaLimitMs, signal));
    } catch (error) {
      this.#options.log.warn({ problem: firstLine(error) }, 'a file has no answer');
      // A part may stand there, of a child that is no more.
      await rm(file, { force: true }).catch(() => {});
      return { kind: 'later', reason: this.#child === child ? 'timeout' : 'engine-stopped' };
    }
  }

  async pair(digits: string): Promise<void> {
    const number = digits.replace(/\D/g, '');
    if (this.#child && this.#state === 'pairing')
      // A refusal is reported as a state, too.
      return void (await this.#child.ask('pair', { digits: number }, 30_000).catch(() => {}));
    this.#pairWith = number;
    this.connect();
  }

  /** From here to WhatsApp and back. */
  async probe(signal: AbortSignal): Promise<{ memoryBytes?: number }> {
    return this.#alive().ask('probe', {}, 30_000, signal);
  }

  async unlink(): Promise<void> {
    const child = this.#child;
    this.#unlinking = true;
    if (child && canSend(this.#state)) await child.ask('unlink', {}, 20_000).catch(() => {});
    this.#wanted = false;
    await this.#inTurn(async () => {
      this.#unlinking = false;
      await this.#child?.[Symbol.asyncDispose]();
      this.#child = undefined;
      await this.#options.keys?.clear();
      this.#report(trouble('logged-out', 'unlinked-by-agent', 'pair-again'));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#wanted = false;
    await this.#inTurn(async () => {
      const child = this.#child;
      this.#child = undefined;
      await child?.[Symbol.asyncDispose]();
      if (child) this.#report({ state: 'stopped', code: 'none', action: 'none' });
    });
  }

  #alive(): SessionChild {
    if (!this.#child || !canSend(this.#state)) throw new EngineUnavailable('not connected');
    return this.#child;
  }
  /** Does things one after the other; a failure is logged and does not stop what follows. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turns = this.#turns.then(act).catch((error: unknown) => {
      this.#options.log.error({ problem: firstLine(error) }, 'a step of the session failed');
    });
    return this.#turns;
  }
  #report(report: SessionReport): void {
    this.#state = report.state;
    this.#options.emit([{ kind: 'session-state', report }]);
  }
}

function* pagesOf(events: EngineEvent[]): Iterable<EngineEvent[]> {
  for (let from = 0; from < events.length; from += historyPage) yield events.slice(from, from + historyPage);
}
