import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startSandbox } from '../../../sandbox/index.ts';
import { markedProcesses, sessionMarker } from '../../engine/processes.ts';
import { Ground, type EngineName, type Numbered } from './testing-ground.ts';
import { firstWords, hanging, matrix, processWith, slackMs, tryOut } from './testing-matrix.ts';

/** The fault matrix for one engine: one start of everything, and every row on it. */
export function describeMatrix(engine: EngineName): void {
  describe(`what goes wrong with ${engine}`, { timeout: 240_000 }, () => {
    let ground: Ground;
    let struckAt = 0;
    let hung = 0;
    const whom = (name: string): Numbered => ground.numbers[name]!;
    beforeAll(async () => {
      ground = await Ground.start(engine, ['victim', 'neighbour', 'sleeper']);
      const [victim, neighbour, sleeper] = [whom('victim'), whom('neighbour'), whom('sleeper')];
      await Promise.all([victim, neighbour, sleeper].map((one) => ground.link(one)));
      await ground.hears(victim, firstWords);
      // A browser writes credentials to disk some seconds after it got them, or when it ends in order.
      await Promise.all(
        [victim, sleeper].map(async (one) => {
          await ground.sessions.stop(one.inboxId);
          await ground.link(one);
        }),
      );
      hung = await processWith(sleeper, hanging[engine].process);
      struckAt = Date.now();
      process.kill(hung, 'SIGSTOP');
    }, 240_000);
    afterAll(() => ground?.[Symbol.asyncDispose](), 180_000);

    for (const row of matrix) {
      const cell = row[engine];
      if (typeof cell === 'string') continue;
      test(`${row.fault}: ${cell.ends?.state ?? 'still working'}, and it ${cell.follows}`, () =>
        tryOut(ground, cell, whom('victim'), [whom('neighbour')]));
    }

    test('what hangs is found in time, killed, and started again', async () => {
      const sleeper = whom('sleeper');
      const { ends, withinMs } = hanging[engine];
      const { at } = await ground.told(sleeper, ends, 0);
      expect(at - struckAt).toBeLessThan(withinMs + slackMs);
      expect(() => process.kill(hung, 0)).toThrow();
      // The rows have moved the clock meanwhile.
      await ground.passPause(1_000, () => sleeper.state !== ends.state);
      await ground.told(
        sleeper,
        { state: 'working' },
        sleeper.reports.findIndex(({ at: when }) => when >= at),
      );
      await ground.hears(sleeper, 'awake');
    });
  });

  describe(`kill -9 of a server that runs ${engine}`, () => {
    let parts: AsyncDisposableStack;
    let directory: string;
    let upstream: string;
    beforeAll(async () => {
      parts = new AsyncDisposableStack();
      const { browserArguments, socket } = parts.use(await startSandbox());
      upstream = JSON.stringify({ name: 'sandbox', browserArguments, socket });
      directory = await mkdtemp(join(tmpdir(), 'chatdock-host-'));
      parts.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
    });
    afterAll(() => parts.disposeAsync());
    const host = async () => {
      const child = fork(join(import.meta.dirname, 'testing-host.ts'), [engine, directory, upstream], {
        execArgv: ['--disable-warning=ExperimentalWarning'],
      });
      await once(child, 'message');
      return child;
    };
    const processes = () => markedProcesses(sessionMarker(directory));

    test('the child notices, and all that it started goes with it', async () => {
      const server = await host();
      expect((await processes()).length).toBeGreaterThan(0);
      server.kill('SIGKILL');
      await vi.waitFor(async () => expect(await processes()).toEqual([]), { timeout: 60_000, interval: 50 });
    });

    test('a child that hangs cannot notice: the next start of the Session ends it', async () => {
      const server = await host();
      const left = await processes();
      for (const pid of left) process.kill(pid, 'SIGSTOP');
      const gone = once(server, 'exit');
      server.kill('SIGKILL');
      await gone;
      expect(await processes()).toEqual(left);
      const next = await host();
      expect((await processes()).filter((pid) => left.includes(pid))).toEqual([]);
      next.kill('SIGKILL');
      await vi.waitFor(async () => expect(await processes()).toEqual([]), { timeout: 60_000, interval: 50 });
    });
  });
}
