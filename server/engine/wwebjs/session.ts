import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addressKind, chatKindOf, type Address } from '../../contract/address.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import type { SessionReport } from '../../contract/session-state.ts';
import { ChildSession, pagesOf, type ChildWords } from '../../engine-child/session.ts';
import type { HistoryRequest } from '../engine.ts';
import { memoryOf } from '../processes.ts';
import { firstLine, trouble } from '../../engine-child/trouble.ts';
import { findBrowser } from './browser.ts';
import { SessionChild } from './child-process.ts';
import { uploadMs } from './upload.ts';

const contactsPage = 50;
const messagesPage = 50;
const contactsMost = 20_000;
/** 2,000 messages of one Chat in one absence. */
const sincePages = 40;
const mostInOneSecond = 800;
/** A group may have a thousand members. */
const groupsPage = 10;

/** Its child is the library with a browser; its credentials are the browser's profile. */
export class WwebjsSession extends ChildSession<SessionChild> {
  protected override readonly limits = {
    send: 75_000,
    upload: uploadMs,
    media: 185_000,
    markRead: 15_000,
    pair: 40_000,
  };

  protected override async prepare(): Promise<SessionReport | undefined> {
    const { browser } = this.options;
    if (!findBrowser(browser))
      return trouble('failed', 'no-browser', 'ask-operator', browser ?? 'none found');
    await removeStaleLocks(await this.#profile());
    return undefined;
  }

  protected override begin(pairWith: { pairWith?: string }, words: ChildWords): SessionChild {
    const { browser: given, directory, upstream, log } = this.options;
    const { marker } = this;
    const profile = join(directory, 'profile');
    const browser = findBrowser(given)!;
    log.info({ directory, upstream: upstream.name }, 'whatsapp-web.js is starting');
    return new SessionChild(
      { type: 'start', profile, marker, browser, arguments: upstream.browserArguments, ...pairWith },
      log,
      words,
    );
  }

  /** Throws EngineUnavailable where it ends before the end, so that nobody takes a part for the whole. */
  override async *history(request: HistoryRequest): AsyncIterable<EngineEvent[]> {
    const { signal } = request;
    const limit = Math.min(request.messagesPerChat, messagesPage);
    if (request.chat) return yield* this.#messages(request.chat, request.before, limit, signal);
    for (let skip = 0; skip < contactsMost; skip += contactsPage) {
      const page = await this.alive().ask('contacts', { skip, limit: contactsPage }, 40_000, signal);
      yield page.events as EngineEvent[];
      if (!page.more) break;
    }
    const listed = await this.alive().ask('chats', { limit: request.chats }, 40_000, signal);
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
      const child = this.alive();
      try {
        const part = groups.slice(from, from + groupsPage);
        const { events } = await child.ask('groups', { chats: part }, 40_000, signal);
        yield events as EngineEvent[];
      } catch (error) {
        if (signal.aborted || !this.isAlive(child)) throw error;
        this.options.log.warn({ problem: firstLine(error) }, 'the members of groups cannot be read');
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
    const child = this.alive();
    try {
      const args = { chat, limit, ...(before === undefined ? {} : { before }) };
      const { events } = await child.ask('messages', args, 40_000, signal);
      yield* pagesOf(events as EngineEvent[]);
    } catch (error) {
      if (signal.aborted || !this.isAlive(child)) throw error;
      this.options.log.warn({ problem: firstLine(error) }, 'the messages of a chat cannot be read');
    }
  }

  override async probe(signal: AbortSignal): Promise<{ memoryBytes?: number }> {
    await this.alive().ask('probe', {}, 25_000, signal);
    const memoryBytes = await memoryOf(this.marker).catch(() => undefined);
    return memoryBytes === undefined ? {} : { memoryBytes };
  }

  async #profile(): Promise<string> {
    const { directory } = this.options;
    const profile = join(directory, 'profile');
    await mkdir(profile, { recursive: true, mode: 0o700 });
    // They may have been there before, with wider rights.
    for (const path of [directory, profile]) await chmod(path, 0o700);
    return profile;
  }

  /** Empties the Session's folder; the browser has ended, its last writes may not have. */
  protected override async forget(): Promise<void> {
    const { directory } = this.options;
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
