import { join } from 'node:path';
import type { SessionState } from '../../contract/session-state.ts';
import { ChildLink } from '../../engine-child/link.ts';
import { readReport } from '../../engine-child/protocol.ts';
import type { ChildWords } from '../../engine-child/session.ts';
import type { EngineLog } from '../engine.ts';
import { killMarked, rememberMarked, type Remembered } from '../processes.ts';
import { readEvents } from './protocol-event.ts';
import {
  calls,
  toParent,
  type CallArgs,
  type CallName,
  type CallValue,
  type StartOrder,
  type ToChild,
  type ToParent,
} from './protocol.ts';

/** The child says something every 10 s. */
const silenceMs = 60_000;
const graceMs = 12_000;
/** For a browser whose child process has ended: it writes its profile and follows. */
const browserGraceMs = 2_000;

/** One child process from fork to the last of its descendants; hears what it says and asks it questions. */
export class SessionChild implements AsyncDisposable {
  #link: ChildLink<ToChild, ToParent>;
  #log: EngineLog;
  #listener: ChildWords;
  #marker: string;
  #state: SessionState | undefined;
  #family: Remembered = new Map();

  constructor(order: StartOrder, log: EngineLog, listener: ChildWords) {
    const { marker } = order;
    this.#marker = marker;
    this.#log = log;
    this.#listener = listener;
    const file = join(import.meta.dirname, 'child.ts');
    const heard = {
      prints: true,
      says: toParent,
      hear: (said: ToParent): void => this.#hear(said),
      gone: (how: string): void => listener.gone(how),
    };
    this.#link = new ChildLink({ file, marker, execArgv: [], silenceMs, graceMs, log, ...heard }, order);
  }

  #hear(said: ToParent): void {
    switch (said.type) {
      case 'events': {
        const unreadable = (problem: string): void => this.#log.warn({ problem }, 'unreadable event');
        return this.#listener.events(readEvents(said.events, unreadable));
      }
      case 'report':
        if (this.#link.isStopping) return;
        if (said.report.state !== this.#state) this.#remember();
        this.#state = said.report.state;
        return this.#listener.report(readReport(said.report), said.final);
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
    return this.#link.ask(calls, name, args, limitMs, signal);
  }

  /** Asks it to end, then makes it; afterwards no process with the marker is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#link.hush();
    await rememberMarked(this.#marker, this.#family).catch(() => {});
    await this.#link.end();
    await killMarked(this.#marker, browserGraceMs, this.#family);
  }
}
