import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addressKind, chatKindOf, type Address } from '../../contract/address.ts';
import type { MessageHandle } from '../../contract/content.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import type { Outcome, VerbOutcome } from '../../contract/outcome.ts';
import { canSend, type SessionReport, type SessionState } from '../../contract/session-state.ts';
import {
  EngineUnavailable,
  type EngineSession,
  type EngineSessionOptions,
  type HistoryRequest,
  type MediaAnswer,
  type MediaRequest,
  type SendRequest,
  type FoundNumber,
} from '../engine.ts';
import { killMarked, memoryOf, sessionMarker } from '../processes.ts';
import { firstLine, trouble } from '../trouble.ts';
import { known } from './bounds.ts';
import { findBrowser } from './browser.ts';
import { SessionChild } from './child-process.ts';
import { readReference } from './decode-media.ts';
import { readMediaAnswer, readOutcome, readVerbOutcome, type CallArgs, type Deed } from './protocol.ts';
import { uploadMs } from './upload.ts';

const maxTextLength = 65_536;
const historyPage = 100;
const messagesPage = 50;
const contactsMost = 20_000;
/** 2,000 messages of one Chat in one absence. */
const sincePages = 40;
const mostInOneSecond = 800;
/** A group may have a thousand members. */
const groupsPage = 10;
const deedLimitMs = 45_000;
const mediaLimitMs = 180_000;

/**
 * The parent's half of a Session. Starts and stops are done one after the other, whatever order they are wished
 * in; a report of an end is given when nothing of the ended life is left.
 */
export class WwebjsSession implements EngineSession {
  #options: EngineSessionOptions;
  #marker: string;
  #child: SessionChild | undefined;
  #state: SessionState = 'stopped';
  #wanted = false;
  #disposed = false;
  #unlinking = false;
  #pairWith: string | undefined;
  #turns: Promise<void> = Promise.resolve();

  constructor(options: EngineSessionOptions) {
    this.#options = options;
    this.#marker = sessionMarker(options.directory);
  }

  connect(): void {
    if (this.#wanted || this.#disposed) return;
    this.#wanted = true;
    void this.#inTurn(() => this.#start());
  }

  async #start(): Promise<void> {
    if (this.#child || !this.#wanted || this.#disposed) return;
    this.#report({ state: 'starting', code: 'none', action: 'wait' });
    const { browser: given, directory, upstream, log } = this.#options;
    const browser = findBrowser(given);
    if (!browser) return this.#failed(trouble('failed', 'no-browser', 'ask-operator', given ?? 'none found'));
    try {
      const profile = await this.#profile();
      const orphans = await killMarked(this.#marker);
      if (orphans) log.warn({ orphans }, 'killed what an earlier run of this session had left');
      await removeStaleLocks(profile);
      if (this.#disposed) return;
      const pairWith = this.#pairWith === undefined ? {} : { pairWith: this.#pairWith };
      this.#pairWith = undefined;
      const marker = this.#marker;
      const child: SessionChild = new SessionChild(
        { type: 'start', profile, marker, browser, arguments: upstream.browserArguments, ...pairWith },
        log,
        {
          events: (events) => this.#options.emit(events),
          report: (report, final) => (final ? this.#finish(child, report) : this.#report(report)),
          gone: (how) => this.#finish(child, trouble('lost', 'engine-error', 'retry', how)),
        },
      );
      this.#child = child;
      log.info({ directory, upstream: upstream.name }, 'whatsapp-web.js is starting');
    } catch (error) {
      this.#failed(trouble('failed', 'engine-error', 'ask-operator', firstLine(error)));
    }
  }

  #failed(report: SessionReport): void {
    this.#wanted = false;
    this.#report(report);
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
      if (report.state === 'logged-out') await this.#forget();
      this.#report(report);
    });
  }

  async send(request: SendRequest): Promise<Outcome> {
    const child = this.#child;
    if (request.body.length > maxTextLength) return { kind: 'refused', reason: 'too-long' };
    if (!child || !canSend(this.#state)) return { kind: 'not-sent', reason: 'session-not-working' };
    if (request.signal.aborted) return { kind: 'not-sent', reason: 'timeout' };
    const { chat, body, quotedMessageId, mentions, media, forward, poll, signal } = request;
    const args = known<CallArgs<'send'>>({ chat, body, quotedMessageId, mentions, media, forward, poll });
    const limitMs = 75_000 + (media ? uploadMs(media.size) : 0);
    try {
      return readOutcome(await child.ask('send', args, limitMs, signal));
    } catch (error) {
      this.#options.log.warn({ problem: firstLine(error) }, 'a send has no answer');
      return { kind: 'uncertain', reason: this.#child === child ? 'timeout' : 'engine-stopped' };
    }
  }

  /** Throws EngineUnavailable where it ends before the end, so that nobody takes a part for the whole. */
  async *history(request: HistoryRequest): AsyncIterable<EngineEvent[]> {
    const { signal } = request;
    const limit = Math.min(request.messagesPerChat, messagesPage);
    if (request.chat) return yield* this.#messages(request.chat, request.before, limit, signal);
    for (let skip = 0; skip < contactsMost; skip += historyPage / 2) {
      const page = await this.#alive().ask('contacts', { skip, limit: historyPage / 2 }, 40_000, signal);
      yield page.events as EngineEvent[];
      if (!page.more) break;
    }
    const listed = await this.#alive().ask('chats', { limit: request.chats }, 40_000, signal);
    const events = listed.events as EngineEvent[];
    yield* pagesOf(events);
    yield* this.#groups(listed.chats, signal);
    for (const { chat, at } of events.filter((event) => event.kind === 'chat')) {
      // What is told to everybody is told as it comes.
      if (chatKindOf(chat) === 'channel') continue;
      if (limit > 0) yield* this.#messages(chat, undefined, limit, signal);
      else if (request.since !== undefined && (at ?? Infinity) >= request.since)
        yield* this.#messagesSince(chat, request.since, signal);
    }
  }

  /** Who is in the groups; a page of them at a time. Groups that cannot be read do not end the history. */
  async *#groups(chats: readonly Address[], signal: AbortSignal): AsyncIterable<EngineEvent[]> {
    const groups = chats.filter((chat) => addressKind(chat) === 'group');
    for (let from = 0; from < groups.length; from += groupsPage) {
      const child = this.#alive();
      try {
        const part = groups.slice(from, from + groupsPage);
        const { events } = await child.ask('groups', { chats: part }, 40_000, signal);
        yield events as EngineEvent[];
      } catch (error) {
        if (signal.aborted || this.#child !== child || !canSend(this.#state)) throw error;
        this.#options.log.warn({ problem: firstLine(error) }, 'the members of groups cannot be read');
      }
    }
  }

  /** Page by page backwards until there is something older than `since`, so that an absence leaves no hole. */
  async *#messagesSince(chat: Address, since: number, signal: AbortSignal): AsyncIterable<EngineEvent[]> {
    let before: number | undefined;
    let limit = messagesPage;
    for (let page = 0; page < sincePages; page++) {
      let oldest = Infinity;
      for await (const events of this.#messages(chat, before, limit, signal)) {
        for (const event of events) if (event.kind === 'message') oldest = Math.min(oldest, event.at);
        yield events;
      }
      if (oldest < since || oldest === Infinity) return;
      // The second of `before` is told once more; a page of nothing else is the end, or too small for that second.
      limit = oldest === before ? limit * 4 : messagesPage;
      if (limit > mostInOneSecond) return;
      before = oldest;
    }
  }

  /** One chat that cannot be read does not end the history of the others. */
  async *#messages(
    chat: Address,
    before: number | undefined,
    limit: number,
    signal: AbortSignal,
  ): AsyncIterable<EngineEvent[]> {
    const child = this.#alive();
    try {
      const args = { chat, limit, ...(before === undefined ? {} : { before }) };
      const { events } = await child.ask('messages', args, 40_000, signal);
      yield* pagesOf(events as EngineEvent[]);
    } catch (error) {
      if (signal.aborted || this.#child !== child || !canSend(this.#state)) throw error;
      this.#options.log.warn({ problem: firstLine(error) }, 'the messages of a chat cannot be read');
    }
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
    await this.#child.ask('markRead', { chat }, 15_000).catch(() => {});
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
  star(message: MessageHandle, starred: boolean, signal: AbortSignal): Promise<VerbOutcome> {
    return this.#act({ do: 'star', message, starred }, signal);
  }
  vote(message: MessageHandle, options: readonly string[], signal: AbortSignal): Promise<VerbOutcome> {
    return this.#act({ do: 'vote', message, options: [...options] }, signal);
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
    // The page knows a message by the address it came under, which may have become another's since.
    const args = { message: readReference(reference) ?? message, file, largest, patience: mediaLimitMs };
    try {
      return readMediaAnswer(await child.ask('media', args, mediaLimitMs + 5_000, signal));
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
      return void (await this.#child.ask('pair', { digits: number }, 40_000).catch(() => {}));
    this.#pairWith = number;
    this.connect();
  }

  async probe(signal: AbortSignal): Promise<{ memoryBytes?: number }> {
    await this.#alive().ask('probe', {}, 25_000, signal);
    const memoryBytes = await memoryOf(this.#marker).catch(() => undefined);
    return memoryBytes === undefined ? {} : { memoryBytes };
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
      await this.#forget();
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

  async #profile(): Promise<string> {
    const { directory } = this.#options;
    const profile = join(directory, 'profile');
    await mkdir(profile, { recursive: true, mode: 0o700 });
    // They may have been there before, with wider rights.
    for (const path of [directory, profile]) await chmod(path, 0o700);
    return profile;
  }

  /** Empties the Session's folder; the browser has ended, its last writes may not have. */
  async #forget(): Promise<void> {
    const { directory } = this.#options;
    const names = await readdir(directory).catch(() => []);
    for (const name of names)
      await rm(join(directory, name), { recursive: true, force: true, maxRetries: 8, retryDelay: 150 });
  }
}

/** Chromium's lock names the host that wrote it; after a move to another container it would refuse for ever. */
async function removeStaleLocks(profile: string): Promise<void> {
  for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie'])
    await rm(join(profile, name), { force: true });
}

function* pagesOf(events: EngineEvent[]): Iterable<EngineEvent[]> {
  for (let from = 0; from < events.length; from += historyPage) yield events.slice(from, from + historyPage);
}
