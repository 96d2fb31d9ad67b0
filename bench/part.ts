import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A process of the bench: a limit, a rival or a generator. It says one message when it is ready, and one for each it gets. */
export interface Part<Ready> extends AsyncDisposable {
  pid: number;
  ready: Ready;
  ask<Answer>(question: unknown): Promise<Answer>;
}

/** `file` is relative to this folder. Rejects when the process ends before it is ready. */
export async function startPart<Ready>(file: string, ...parameters: string[]): Promise<Part<Ready>> {
  const child = fork(join(import.meta.dirname, file), parameters, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const ready = (await next(child, file)) as Ready;
  return {
    pid: child.pid!,
    ready,
    ask: async <Answer>(question: unknown) => {
      const answer = next(child, file);
      child.send(question as object);
      return (await answer) as Answer;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function next(child: ChildProcess, file: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`${file} ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

/** In a part: tells that it is ready, and answers each question of the bench. */
export function answer<Question>(ready: unknown, reply?: (question: Question) => Promise<unknown>): void {
  process.on('message', (question) => {
    void reply?.(question as Question).then(
      (result) => process.send?.(result as object),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.send?.(ready as object);
}
