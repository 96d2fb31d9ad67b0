import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { EngineUnavailable, type EngineLog } from '../engine.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import type { SessionReport, SessionState } from '../../contract/session-state.ts';
import { readEvents } from './protocol-event.ts';
import { killMarked, rememberMarked, type Remembered } from '../processes.ts';
import {
  calls,
  readReport,
  toParent,
  type CallArgs,
  type CallName,
  type CallValue,
  type StartOrder,
  type ToChild,
} from './protocol.ts';

/** The child says something every 10 s. */
const silenceLimitMs = 60_000;
const graceMs = 12_000;
/** For a browser whose child process has ended: it writes its profile and follows. */
const browserGraceMs = 2_000;
/** All that the library and the browser need to know of where they run; no secret of ours is among it. */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'SYSTEMROOT', 'NODE_COMPILE_CACHE'];

export interface ChildListener {
  events(events: EngineEvent[]): void;
  /** `final`: the child has nothing left to do and is to be stopped. */
  report(report: SessionReport, final: boolean): void;
  /** The child ended without having been asked to, or is mute. */
  gone(how: string): void;
}

/** One child process from fork to the last of its descendants; hears what it says and asks it questions. */
export class SessionChild implements AsyncDisposable {
  #child: ChildProcess;
  #marker: string;
  #log: EngineLog;
  #listener: ChildListener;
  #asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #calls = 0;
  #silence: NodeJS.Timeout | undefined;
  #stopping = false;
  /** It hangs: asking it to end is no use. */
  #isMute = false;
  #state: SessionState | undefined;
  #family: Remembered = new Map();
  #exited: Promise<unknown>;

  constructor(order: StartOrder, log: EngineLog, listener: ChildListener) {
    this.#marker = order.marker;
    this.#log = log;
    this.#listener = listener;
    this.#child = fork(join(import.meta.dirname, 'child.ts'), [order.marker], {
      // Its own process group: a Ctrl-C in the terminal reaches us alone, and we end it in order.
      detached: true,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: Object.fromEntries(passedOn.flatMap((name) => environmentOf(name))),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#exited = once(this.#child, 'exit').catch(() => {});
    this.#child.on('message', (raw) => this.#hear(raw));
    this.#child.on('exit', (code, signal) => this.#gone(`the child ended (${signal ?? code})`));
    this.#child.on('error', (error) => this.#gone(error.message));
    this.#child.stdout?.on('data', (data) => log.debug({ text: String(data).slice(0, 500) }, 'child says'));
    this.#child.stderr?.on('data', (data) => log.warn({ text: String(data).slice(0, 500) }, 'child says'));
    this.#tell(order);
    this.#heard();
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
      case 'events': {
        const unreadable = (problem: string): void => this.#log.warn({ problem }, 'unreadable event');
        return this.#listener.events(readEvents(said.events, unreadable));
      }
      case 'report':
        if (this.#stopping) return;
        if (said.report.state !== this.#state) this.#remember();
        this.#state = said.report.state;
        return this.#listener.report(readReport(said.report), said.final);
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

  /** While the browser lives it can be seen which processes are its own. */
  #remember(): void {
    rememberMarked(this.#marker, this.#family).catch(() => {});
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
      // A question that has been answered is not asked off again by its time limit.
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

  /** Asks it to end, then makes it; afterwards no process with the marker is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#silence);
    await rememberMarked(this.#marker, this.#family).catch(() => {});
    const isRunning = this.#child.exitCode === null && this.#child.signalCode === null;
    if (isRunning && !this.#isMute && this.#tell({ type: 'stop' })) {
      const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
      await Promise.race([this.#exited, grace]);
    }
    this.#child.kill('SIGKILL');
    await killMarked(this.#marker, browserGraceMs, this.#family);
    this.#gone('stopped');
  }
}

function environmentOf(name: string): [string, string][] {
  const value = process.env[name];
  return value === undefined ? [] : [[name, value]];
}
