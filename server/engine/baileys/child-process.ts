import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { EngineEvent } from '../../contract/engine-event.ts';
import type { SessionReport } from '../../contract/session-state.ts';
import { EngineUnavailable, type EngineLog } from '../engine.ts';
import {
  calls,
  readReport,
  toParent,
  type AskName,
  type Asks,
  type CallArgs,
  type CallName,
  type CallValue,
  type StartOrder,
  type ToChild,
} from './protocol.ts';
import { firstLine } from './trouble.ts';

/** The child says something every 5 s; making a thousand keys on a busy machine takes a while. */
const silenceLimitMs = 30_000;
const graceMs = 8_000;
/** All that the library needs to know of where it runs; no secret of ours is among it. */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'SYSTEMROOT', 'NODE_COMPILE_CACHE'];
/** MiB: a child that grows beyond is ended by its own engine, and only that Session starts anew. */
const mostHeap = 384;

export interface ChildListener {
  events(events: EngineEvent[]): void;
  /** `final`: the child has nothing left to do and is to be stopped. */
  report(report: SessionReport, final: boolean): void;
  /** The child ended without having been asked to, or is mute. */
  gone(how: string): void;
  /** Rows and messages it asks for. */
  tell<Name extends AskName>(name: Name, args: Asks[Name]['args']): Promise<Asks[Name]['value']>;
}

/** One child process from fork to its end; hears what it says, asks it questions and answers its own. */
export class SessionChild implements AsyncDisposable {
  #child: ChildProcess;
  #log: EngineLog;
  #listener: ChildListener;
  #asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #calls = 0;
  #silence: NodeJS.Timeout | undefined;
  #stopping = false;
  /** It hangs: asking it to end is no use. */
  #isMute = false;
  #exited: Promise<unknown>;

  /** `marker`: the argument by which its process is found again. */
  constructor(order: StartOrder, marker: string, log: EngineLog, listener: ChildListener) {
    this.#log = log;
    this.#listener = listener;
    this.#child = fork(join(import.meta.dirname, 'child.ts'), [marker], {
      // Its own process group: a Ctrl-C in the terminal reaches us alone, and we end it in order.
      detached: true,
      // Little is young here for long: a small nursery keeps twenty children small.
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        `--max-old-space-size=${mostHeap}`,
        '--max-semi-space-size=2',
      ],
      env: Object.fromEntries(passedOn.flatMap((name) => environmentOf(name))),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#exited = once(this.#child, 'exit').catch(() => {});
    this.#child.on('message', (raw) => this.#hear(raw));
    this.#child.on('exit', (code, signal) => this.#gone(`the child ended (${signal ?? code})`));
    this.#child.on('error', (error) => this.#gone(error.message));
    this.#child.stderr?.on('data', (data) => log.warn({ text: String(data).slice(0, 500) }, 'child says'));
    this.#tell(order);
    this.#heard();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }
  #tell(order: ToChild): boolean {
    if (!this.#child.connected) return false;
    this.#child.send(order, () => {});
    return true;
  }
  #heard(): void {
    clearTimeout(this.#silence);
    if (this.#stopping) return;
    this.#silence = setTimeout(() => {
      this.#isMute = true;
      this.#gone('the child is mute');
    }, silenceLimitMs).unref();
  }
  #gone(how: string): void {
    clearTimeout(this.#silence);
    for (const { reject } of this.#asked.values()) reject(new EngineUnavailable(how));
    this.#asked.clear();
    if (this.#stopping) return;
    this.#stopping = true;
    this.#listener.gone(how);
  }

  #hear(raw: unknown): void {
    const read = toParent.safeParse(raw);
    if (!read.success) return this.#log.warn({ problem: read.error.message.slice(0, 300) }, 'unreadable');
    this.#heard();
    const said = read.data;
    switch (said.type) {
      case 'events':
        return this.#listener.events(said.events);
      case 'report':
        if (this.#stopping) return;
        return this.#listener.report(readReport(said.report), said.final);
      case 'ask':
        return void this.#answer(said.ask, said.name, said.args);
      case 'answer':
      case 'failure': {
        const asked = this.#asked.get(said.call);
        this.#asked.delete(said.call);
        if (said.type === 'answer') asked?.resolve(said.value);
        else asked?.reject(new EngineUnavailable(said.message));
        return;
      }
      case 'log':
        return this.#log[said.level]({}, said.text);
      case 'alive':
    }
  }
  async #answer(ask: number, name: AskName, args: unknown): Promise<void> {
    try {
      const value: unknown = await this.#listener.tell(name, args as Asks[typeof name]['args']);
      this.#tell({ type: 'told', ask, value });
    } catch (error) {
      this.#log.warn({ problem: firstLine(error), name }, 'a row could not be read or written');
      this.#tell({ type: 'told', ask, value: null, failure: firstLine(error) });
    }
  }

  /** Rejects with EngineUnavailable: no child, an answer too late or unreadable, or `signal` aborted. */
  ask<Name extends CallName>(
    name: Name,
    args: CallArgs<Name>,
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<CallValue<Name>> {
    const call = ++this.#calls;
    const limit = AbortSignal.timeout(limitMs);
    const ends = signal ? AbortSignal.any([limit, signal]) : limit;
    return new Promise<unknown>((resolve, reject) => {
      if (ends.aborted) return reject(new EngineUnavailable('aborted'));
      this.#asked.set(call, { resolve, reject });
      const stop = (): void => {
        this.#tell({ type: 'cancel', call });
        reject(new EngineUnavailable('no answer in time'));
      };
      ends.addEventListener('abort', () => this.#asked.has(call) && stop(), { once: true });
      if (!this.#tell({ type: 'call', call, name, args })) reject(new EngineUnavailable('no child'));
    })
      .finally(() => this.#asked.delete(call))
      .then((value) => {
        const read = calls[name].value.safeParse(value);
        if (!read.success) throw new EngineUnavailable(`unreadable answer to ${name}`);
        return read.data as CallValue<Name>;
      });
  }

  /** Asks it to end, then makes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const isRunning = this.#child.exitCode === null && this.#child.signalCode === null;
    if (isRunning && !this.#isMute && this.#tell({ type: 'stop' })) {
      let timer: NodeJS.Timeout | undefined;
      const grace = new Promise((resolve) => (timer = setTimeout(resolve, graceMs)));
      this.#stopping = true;
      // Its last writes are answered meanwhile.
      await Promise.race([this.#exited, grace]);
      clearTimeout(timer);
    }
    this.#stopping = true;
    clearTimeout(this.#silence);
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
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
