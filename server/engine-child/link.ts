import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { z } from 'zod';
import type { ArgsOf, Calls, ValueOf } from './protocol.ts';
import { EngineUnavailable, type EngineLog } from '../engine/engine.ts';

/** All that a child needs to know of where it runs; no secret of ours is among it. */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'SYSTEMROOT', 'NODE_COMPILE_CACHE'];

interface Said {
  type: string;
}
/** What every child says of its own link, beside what is for the Session. */
type OfLink =
  | { type: 'answer'; call: number; value: unknown }
  | { type: 'failure'; call: number; message: string }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; text: string }
  | { type: 'alive' };

/** What is said to every child by its link. */
type OfParent =
  | { type: 'stop' }
  | { type: 'cancel'; call: number }
  | { type: 'call'; call: number; name: string; args: unknown };

export interface ChildLinkOptions<Says extends Said> {
  file: string;
  /** The argument by which its process is found again. */
  marker: string;
  execArgv: string[];
  /** What it prints may be read by operators; elsewhere it may be keys. */
  prints: boolean;
  /** It says something more often than this, ms; one that does not hangs. */
  silenceMs: number;
  /** For its last writes, ms. */
  graceMs: number;
  log: EngineLog;
  says: z.ZodType<Says | OfLink>;
  hear(said: Says): void;
  /** It ended without having been asked to, or is mute. Once. */
  gone(how: string): void;
}

/** One child process of a Session, from fork to its end: orders, questions with their answers, and whether it lives. */
export class ChildLink<Orders extends Said, Says extends Said> {
  #child: ChildProcess;
  #options: ChildLinkOptions<Says>;
  #asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #calls = 0;
  #silence: NodeJS.Timeout | undefined;
  #isStopping = false;
  /** It hangs: asking it to end is no use. */
  #isMute = false;
  #exited: Promise<unknown>;

  constructor(options: ChildLinkOptions<Says>, first: Orders) {
    this.#options = options;
    const { file, marker, execArgv, prints, log } = options;
    this.#child = fork(file, [marker], {
      // Its own process group: a Ctrl-C in the terminal reaches us alone, and we end it in order.
      detached: true,
      execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv],
      env: Object.fromEntries(passedOn.flatMap((name) => environmentOf(name))),
      stdio: ['ignore', prints ? 'pipe' : 'ignore', 'pipe', 'ipc'],
    });
    this.#exited = once(this.#child, 'exit').catch(() => {});
    this.#child.on('message', (raw) => this.#hear(raw));
    this.#child.on('exit', (code, signal) => this.#gone(`the child ended (${signal ?? code})`));
    this.#child.on('error', (error) => this.#gone(error.message));
    const text = (data: unknown): { text: string } => ({ text: String(data).slice(0, 500) });
    this.#child.stdout?.on('data', (data) => log.debug(text(data), 'child says'));
    this.#child.stderr?.on('data', (data) => log.warn(text(data), 'child says'));
    this.tell(first);
    this.#heard();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }
  get isStopping(): boolean {
    return this.#isStopping;
  }
  get #isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** False: there is nobody to hear it. */
  tell(order: Orders | OfParent): boolean {
    if (!this.#child.connected) return false;
    this.#child.send(order, () => {});
    return true;
  }
  #heard(): void {
    clearTimeout(this.#silence);
    if (this.#isStopping) return;
    this.#silence = setTimeout(() => {
      this.#isMute = true;
      this.#gone('the child is mute');
    }, this.#options.silenceMs).unref();
  }
  #gone(how: string): void {
    clearTimeout(this.#silence);
    for (const { reject } of this.#asked.values()) reject(new EngineUnavailable(how));
    this.#asked.clear();
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#options.gone(how);
  }
  #hear(raw: unknown): void {
    const { says, log, hear } = this.#options;
    const read = says.safeParse(raw);
    if (!read.success) return log.warn({ problem: read.error.message.slice(0, 300) }, 'unreadable');
    this.#heard();
    const said = read.data;
    if (!isOfLink(said)) return hear(said);
    if (said.type === 'log') return log[said.level]({}, said.text);
    if (said.type === 'alive') return;
    const asked = this.#asked.get(said.call);
    this.#asked.delete(said.call);
    if (said.type === 'answer') asked?.resolve(said.value);
    else asked?.reject(new EngineUnavailable(said.message));
  }

  /** Rejects with EngineUnavailable: no child, an answer too late or unreadable, or `signal` aborted. */
  async ask<All extends Calls, Name extends keyof All & string>(
    calls: All,
    name: Name,
    args: ArgsOf<All, Name>,
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<ValueOf<All, Name>> {
    const read = calls[name]!.value.safeParse(await this.#ask(name, args, limitMs, signal));
    if (!read.success) throw new EngineUnavailable(`unreadable answer to ${name}`);
    return read.data as ValueOf<All, Name>;
  }
  #ask(name: string, args: unknown, limitMs: number, signal: AbortSignal | undefined): Promise<unknown> {
    const call = ++this.#calls;
    const limit = AbortSignal.timeout(limitMs);
    const ends = signal ? AbortSignal.any([limit, signal]) : limit;
    return new Promise<unknown>((resolve, reject) => {
      if (ends.aborted) return reject(new EngineUnavailable('aborted'));
      this.#asked.set(call, { resolve, reject });
      const stop = (): void => {
        this.tell({ type: 'cancel', call });
        reject(new EngineUnavailable('no answer in time'));
      };
      // A question that has been answered is not asked off again by its time limit.
      ends.addEventListener('abort', () => this.#asked.has(call) && stop(), { once: true });
      if (!this.tell({ type: 'call', call, name, args })) reject(new EngineUnavailable('no child'));
    }).finally(() => this.#asked.delete(call));
  }

  /** That it ends is no news any more. */
  hush(): void {
    this.#isStopping = true;
    clearTimeout(this.#silence);
  }
  /** Asks it to end, then makes it. Its last writes are answered meanwhile. */
  async end(): Promise<void> {
    this.hush();
    if (this.#isRunning && !this.#isMute && this.tell({ type: 'stop' })) {
      let timer: NodeJS.Timeout | undefined;
      const grace = new Promise((resolve) => (timer = setTimeout(resolve, this.#options.graceMs)));
      await Promise.race([this.#exited, grace]);
      clearTimeout(timer);
    }
    if (this.#isRunning) {
      this.#child.kill('SIGKILL');
      await this.#exited;
    }
    this.#gone('stopped');
  }
}

function environmentOf(name: string): [string, string][] {
  const value = process.env[name];
  return value === undefined ? [] : [[name, value]];
}

const ofLink: readonly string[] = ['answer', 'failure', 'log', 'alive'];
const isOfLink = (said: Said): said is OfLink => ofLink.includes(said.type);
