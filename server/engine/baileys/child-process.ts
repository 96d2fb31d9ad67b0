import { join } from 'node:path';
import { ChildLink } from '../../engine-child/link.ts';
import { readReport } from '../../engine-child/protocol.ts';
import type { ChildWords } from '../../engine-child/session.ts';
import type { EngineLog } from '../engine.ts';
import { firstLine } from '../../engine-child/trouble.ts';
import {
  calls,
  toParent,
  type AskName,
  type Asks,
  type CallArgs,
  type CallName,
  type CallValue,
  type StartOrder,
  type ToChild,
  type ToParent,
} from './protocol.ts';

/** The child says something every 5 s; making a thousand keys on a busy machine takes a while. */
const silenceMs = 30_000;
const graceMs = 8_000;
/** MiB: a child that grows beyond is ended by its own engine, and only that Session starts anew. */
const mostHeap = 384;

export interface ChildListener extends ChildWords {
  /** Rows and messages it asks for. */
  tell<Name extends AskName>(name: Name, args: Asks[Name]['args']): Promise<Asks[Name]['value']>;
}

/** One child process from fork to its end; hears what it says, asks it questions and answers its own. */
export class SessionChild implements AsyncDisposable {
  #link: ChildLink<ToChild, ToParent>;
  #log: EngineLog;
  #listener: ChildListener;

  /** `marker`: the argument by which its process is found again. */
  constructor(order: StartOrder, marker: string, log: EngineLog, listener: ChildListener) {
    this.#log = log;
    this.#listener = listener;
    const file = join(import.meta.dirname, 'child.ts');
    // Little is young here for long: a small nursery keeps twenty children small.
    const execArgv = [`--max-old-space-size=${mostHeap}`, '--max-semi-space-size=2'];
    const heard = {
      prints: false,
      says: toParent,
      hear: (said: ToParent): void => this.#hear(said),
      gone: (how: string): void => listener.gone(how),
    };
    this.#link = new ChildLink({ file, marker, execArgv, silenceMs, graceMs, log, ...heard }, order);
  }

  get pid(): number | undefined {
    return this.#link.pid;
  }

  #hear(said: ToParent): void {
    switch (said.type) {
      case 'events':
        return this.#listener.events(said.events);
      case 'report':
        if (this.#link.isStopping) return;
        return this.#listener.report(readReport(said.report), said.final);
      case 'ask':
        return void this.#answer(said.ask, said.name, said.args);
    }
  }
  async #answer(ask: number, name: AskName, args: unknown): Promise<void> {
    try {
      const value: unknown = await this.#listener.tell(name, args as Asks[typeof name]['args']);
      this.#link.tell({ type: 'told', ask, value });
    } catch (error) {
      this.#log.warn({ problem: firstLine(error), name }, 'a row could not be read or written');
      this.#link.tell({ type: 'told', ask, value: null, failure: firstLine(error) });
    }
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

  /** Asks it to end, then makes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#link.end();
  }
}
