import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { Shrunk } from './shrink.ts';

/** The decoder's own limit is 15 s; a child that says nothing for longer is beyond asking. */
const longestMs = 30_000;
/** A child that is not needed ends. */
const idleMs = 30_000;

const answer = z.union([
  z.object({ width: z.int().positive(), height: z.int().positive(), isMade: z.boolean() }),
  z.object({ problem: z.string() }),
]);

interface Wish {
  file: string;
  target: string;
  /** Of a profile picture: where the square one goes. */
  face?: string;
}

/** The picture cannot be read: again later is no use. */
export class Unreadable extends Error {
  override name = 'Unreadable';
}

/** Makes small pictures in a child process, one after the other. The child is there while it is needed. */
export class Shrinker implements AsyncDisposable {
  readonly #script: string;
  readonly #longestMs: number;
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #turns: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** For tests: another script, less patience. */
  constructor(options: { script?: string; longestMs?: number } = {}) {
    this.#script = options.script ?? join(import.meta.dirname, 'shrink-child.ts');
    this.#longestMs = options.longestMs ?? longestMs;
  }

  /**
   * See `shrink`. Rejects with {@link Unreadable} for a picture that cannot be read, with another error when the child
   * has died or was too slow: then it is gone, and the next picture gets a new one.
   */
  shrink(file: string, target: string): Promise<Shrunk> {
    return this.#inTurn({ file, target });
  }

  /** See `makePortrait`; rejects likewise. */
  portrait(file: string, target: string, face: string): Promise<Shrunk> {
    return this.#inTurn({ file, target, face });
  }

  #inTurn(wish: Wish): Promise<Shrunk> {
    const turn = this.#turns.then(() => this.#ask(wish));
    this.#turns = turn.catch(() => undefined);
    return turn;
  }

  async #ask(wish: Wish): Promise<Shrunk> {
    if (this.#isClosed) throw new Error('closed');
    clearTimeout(this.#idle);
    const child = (this.#child ??= this.#start());
    const ended = new AbortController();
    const late = setTimeout(() => this.#drop(child), this.#longestMs);
    try {
      const said = Promise.race([
        once(child, 'message', { signal: ended.signal }),
        once(child, 'exit', { signal: ended.signal }).then(() => {
          throw new Error('the child that makes small pictures has ended');
        }),
      ]);
      child.send(wish);
      const [raw] = (await said) as [unknown];
      const read = answer.parse(raw);
      if ('problem' in read) throw new Unreadable(read.problem);
      return read;
    } finally {
      ended.abort();
      clearTimeout(late);
      this.#idle = setTimeout(() => this.#drop(this.#child), idleMs).unref();
    }
  }

  #start(): ChildProcess {
    const child = fork(this.#script, [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // Nothing of ours is passed on.
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'json',
    });
    child.on('error', () => this.#drop(child));
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    return child;
  }

  #drop(child: ChildProcess | undefined): void {
    if (!child) return;
    if (this.#child === child) this.#child = undefined;
    child.kill('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    const child = this.#child;
    this.#drop(child);
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await this.#turns;
  }
}
