import { rm } from 'node:fs/promises';
import type { Address } from '../contract/address.ts';
import type { MessageHandle } from '../contract/content.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { InviteLinkOutcome, Outcome, VerbOutcome } from '../contract/outcome.ts';
import { canSend, type SessionReport, type SessionState } from '../contract/session-state.ts';
import {
  readMediaAnswer,
  readOutcome,
  readVerbOutcome,
  withoutUndefined,
  type ArgsOf,
  type commonCalls,
  type Deed,
  type ValueOf,
} from './protocol.ts';
import {
  EngineUnavailable,
  type EngineSession,
  type EngineSessionOptions,
  type FoundNumber,
  type HistoryRequest,
  type MediaAnswer,
  type MediaRequest,
  type PictureAnswer,
  type PictureRequest,
  type SendRequest,
} from '../engine/engine.ts';
import { readReference } from './media-reference.ts';
import { killMarked, sessionMarker } from '../engine/processes.ts';
import { firstLine, trouble } from './trouble.ts';

const maxTextLength = 65_536;
const eventsPage = 100;
const deedLimitMs = 45_000;
const pictureLimitMs = 45_000;

type Common = typeof commonCalls;
type Ask = <Name extends keyof Common>(
  name: Name,
  args: ArgsOf<Common, Name>,
  limitMs: number,
  signal?: AbortSignal,
) => Promise<ValueOf<Common, Name>>;

/** What a child tells by itself. */
export interface ChildWords {
  events(events: EngineEvent[]): void;
  /** `final`: the child has nothing left to do and is to be stopped. */
  report(report: SessionReport, final: boolean): void;
  /** It ended without having been asked to, or is mute. */
  gone(how: string): void;
}

/** How long the engine's child may take, ms. */
export interface ChildLimits {
  send: number;
  /** More for a file of so many bytes. */
  upload(bytes: number): number;
  media: number;
  markRead: number;
  pair: number;
}

/**
 * The parent's half of a Session whose engine runs in a child process. Starts and stops are done one after the other,
 * whatever order they are wished in; a report of an end is given when nothing of the ended life is left.
 */
export abstract class ChildSession<Child extends AsyncDisposable> implements EngineSession {
  protected readonly options: EngineSessionOptions;
  /** By which all processes of this Session are found. */
  protected readonly marker: string;
  #child: Child | undefined;
  #state: SessionState = 'stopped';
  #wanted = false;
  #disposed = false;
  #unlinking = false;
  #pairWith: string | undefined;
  #turns: Promise<void> = Promise.resolve();

  constructor(options: EngineSessionOptions) {
    this.options = options;
    this.marker = sessionMarker(options.directory);
  }

  protected abstract readonly limits: ChildLimits;
  /** Makes ready for a start, when nothing of an earlier run is left; a report: it cannot be. */
  protected abstract prepare(): Promise<SessionReport | undefined>;
  /** `pairWith`: ask for a pairing code for this number in place of showing QR codes. */
  protected abstract begin(pairWith: { pairWith?: string }, words: ChildWords): Child;
  /** Forgets the credentials; the child has ended. */
  protected abstract forget(): Promise<void>;
  abstract history(request: HistoryRequest): AsyncIterable<EngineEvent[]>;
  abstract probe(signal: AbortSignal): Promise<{ memoryBytes?: number }>;

  connect(): void {
    if (this.#wanted || this.#disposed) return;
    this.#wanted = true;
    void this.#inTurn(() => this.#start());
  }

  async #start(): Promise<void> {
    if (this.#child || !this.#wanted || this.#disposed) return;
    this.#report({ state: 'starting', code: 'none', action: 'wait' });
    const { log } = this.options;
    try {
      // One that hung when its server was killed could not notice it.
      const orphans = await killMarked(this.marker);
      if (orphans) log.warn({ orphans }, 'killed what an earlier run of this session had left');
      const report = await this.prepare();
      if (report) return this.#failed(report);
      if (this.#disposed) return;
      const pairWith = this.#pairWith === undefined ? {} : { pairWith: this.#pairWith };
      this.#pairWith = undefined;
      const child: Child = this.begin(pairWith, {
        events: (events) => this.options.emit(events),
        report: (told, final) => (final ? this.#finish(child, told) : this.#report(told)),
        gone: (how) => this.#finish(child, trouble('lost', 'engine-error', 'retry', how)),
      });
      this.#child = child;
    } catch (error) {
      this.#failed(trouble('failed', 'engine-error', 'ask-operator', firstLine(error)));
    }
  }
  #failed(report: SessionReport): void {
    this.#wanted = false;
    this.#report(report);
  }

  /** The life of this child is over: clears it away, and only then says why. */
  #finish(child: Child, report: SessionReport): void {
    if (this.#child !== child || this.#unlinking) return;
    this.#wanted = false;
    // Nothing can be sent any more, whatever is still on the way.
    this.#state = report.state;
    void this.#inTurn(async () => {
      if (this.#child !== child) return;
      await child[Symbol.asyncDispose]();
      this.#child = undefined;
      if (report.state === 'logged-out') await this.forget();
      this.#report(report);
    });
  }

  async send(request: SendRequest): Promise<Outcome> {
    const { signal, ...asked } = request;
    const child = this.#child;
    if (asked.body.length > maxTextLength) return { kind: 'refused', reason: 'too-long' };
    if (!child || !canSend(this.#state)) return { kind: 'not-sent', reason: 'session-not-working' };
    if (signal.aborted) return { kind: 'not-sent', reason: 'timeout' };
    const { send, upload } = this.limits;
    const limitMs = send + (asked.media ? upload(asked.media.size) : 0);
    try {
      const args = withoutUndefined(asked) as ArgsOf<Common, 'send'>;
      return readOutcome(await asking(child)('send', args, limitMs, signal));
    } catch (error) {
      this.options.log.warn({ problem: firstLine(error) }, 'a send has no answer');
      return { kind: 'uncertain', reason: this.#whyUnanswered(child) };
    }
  }

  async findNumber(
    digits: string,
    signal: AbortSignal,
  ): Promise<{ address: Address; lid?: Address } | undefined> {
    const { found } = await asking(this.alive())('find', { digits }, 45_000, signal);
    return found && { address: found.address, ...(found.lid ? { lid: found.lid } : {}) };
  }
  async findNumbers(digits: readonly string[], signal: AbortSignal): Promise<FoundNumber[]> {
    const { found } = await asking(this.alive())('findMany', { digits: [...digits] }, 60_000, signal);
    return found.map(({ lid, ...one }) => ({ ...one, ...(lid ? { lid } : {}) }));
  }

  async markRead(chat: Address): Promise<void> {
    if (!this.#child || !canSend(this.#state)) return;
    await asking(this.#child)('markRead', { chat }, this.limits.markRead).catch(() => {});
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
  join(message: MessageHandle, signal: AbortSignal): Promise<VerbOutcome> {
    return this.#act({ do: 'join', message }, signal);
  }
  inviteLink(group: Address, signal: AbortSignal): Promise<InviteLinkOutcome> {
    return this.#verb<InviteLinkOutcome>('inviteLink', signal, (child) =>
      asking(child)('inviteLink', { group }, deedLimitMs, signal),
    );
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

  #act(deed: Deed, signal: AbortSignal): Promise<VerbOutcome> {
    return this.#verb<VerbOutcome>(deed.do, signal, async (child) =>
      readVerbOutcome(await asking(child)('act', deed, deedLimitMs, signal)),
    );
  }

  /** Asks the child, if there is one that can be asked; that there is no answer is an answer. */
  async #verb<Told extends { kind: string }>(
    deed: string,
    signal: AbortSignal,
    ask: (child: Child) => Promise<Told>,
  ): Promise<Told | Extract<VerbOutcome, { kind: 'not-done' }>> {
    const child = this.#child;
    if (!child || !canSend(this.#state)) return { kind: 'not-done', reason: 'session-not-working' };
    if (signal.aborted) return { kind: 'not-done', reason: 'timeout' };
    try {
      return await ask(child);
    } catch (error) {
      this.options.log.warn({ problem: firstLine(error), deed }, 'a deed has no answer');
      return { kind: 'not-done', reason: this.#whyUnanswered(child) };
    }
  }

  async fetchMedia({ message, reference, file, largest, signal }: MediaRequest): Promise<MediaAnswer> {
    const child = this.#child;
    if (!child || !canSend(this.#state)) return { kind: 'later', reason: 'not-connected' };
    if (signal.aborted) return { kind: 'later', reason: 'timeout' };
    // An engine knows a message by the address it came under, which may have become another's since.
    const args = { message: readReference(reference) ?? message, file, largest };
    try {
      return readMediaAnswer(await asking(child)('media', args, this.limits.media, signal));
    } catch (error) {
      this.options.log.warn({ problem: firstLine(error) }, 'a file has no answer');
      // A part may stand there, of a child that is no more.
      await rm(file, { force: true }).catch(() => {});
      return { kind: 'later', reason: this.#whyUnanswered(child) };
    }
  }

  async fetchPicture({ signal, ...args }: PictureRequest): Promise<PictureAnswer> {
    const child = this.#child;
    if (!child || !canSend(this.#state)) return { kind: 'later', reason: 'not-connected' };
    if (signal.aborted) return { kind: 'later', reason: 'engine-error' };
    try {
      return await asking(child)('picture', args, pictureLimitMs, signal);
    } catch (error) {
      this.options.log.warn({ problem: firstLine(error) }, 'a profile picture has no answer');
      await rm(args.file, { force: true }).catch(() => {});
      return { kind: 'later', reason: 'engine-error' };
    }
  }

  async pair(digits: string): Promise<void> {
    const number = digits.replace(/\D/g, '');
    if (this.#child && this.#state === 'pairing')
      // A refusal is reported as a state, too.
      return void (await asking(this.#child)('pair', { digits: number }, this.limits.pair).catch(() => {}));
    this.#pairWith = number;
    this.connect();
  }

  async unlink(): Promise<void> {
    const child = this.#child;
    this.#unlinking = true;
    if (child && canSend(this.#state)) await asking(child)('unlink', {}, 20_000).catch(() => {});
    this.#wanted = false;
    await this.#inTurn(async () => {
      this.#unlinking = false;
      await this.#child?.[Symbol.asyncDispose]();
      this.#child = undefined;
      await this.forget();
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

  /** Throws EngineUnavailable. */
  protected alive(): Child {
    if (!this.#child || !canSend(this.#state)) throw new EngineUnavailable('not connected');
    return this.#child;
  }
  /** Whether this child can be asked more. */
  protected isAlive(child: Child): boolean {
    return this.#child === child && canSend(this.#state);
  }
  #whyUnanswered(child: Child): 'timeout' | 'engine-stopped' {
    return this.#child === child ? 'timeout' : 'engine-stopped';
  }
  /** Does things one after the other; a failure is logged and does not stop what follows. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turns = this.#turns.then(act).catch((error: unknown) => {
      this.options.log.error({ problem: firstLine(error) }, 'a step of the session failed');
    });
    return this.#turns;
  }
  #report(report: SessionReport): void {
    this.#state = report.state;
    this.options.emit([{ kind: 'session-state', report }]);
  }
}

/** Every child answers the common calls; of what else it answers nothing is known here. */
const asking = (child: object): Ask => (child as { ask: Ask }).ask.bind(child);

export function* pagesOf(events: EngineEvent[]): Iterable<EngineEvent[]> {
  for (let from = 0; from < events.length; from += eventsPage) yield events.slice(from, from + eventsPage);
}
