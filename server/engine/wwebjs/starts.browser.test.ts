import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import type { SessionState } from '../../contract/session-state.ts';
import { sessionMarker } from '../processes.ts';
import type { Trial } from './testing.ts';
import { trialsOfATest } from './testing-linked.ts';

const trialOf = trialsOfATest();
async function processWith(trial: Trial, text: string): Promise<number> {
  for (const pid of await trial.processes()) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(text)) return pid;
  }
  throw new Error(`no process with ${text}`);
}
/** Nothing is left, and the next start works. */
async function recovers(trial: Trial): Promise<void> {
  expect(await trial.processes()).toEqual([]);
  await trial.link();
}

test.each(['at once', 'when the child is there', 'when the browser is there'])(
  'stopping %s during a start leaks no browser',
  async (when) => {
    const trial = await trialOf();
    trial.session.connect();
    if (when === 'when the child is there') await vi.waitFor(() => processWith(trial, 'child.ts'), waiting);
    if (when === 'when the browser is there') await vi.waitFor(() => trial.browserProcess(), waiting);
    await trial.session[Symbol.asyncDispose]();
    expect(await trial.processes()).toEqual([]);
    expect(trial.reports.at(-1)?.state).not.toBe('pairing');
  },
);
const waiting = { timeout: 60_000, interval: 20 };

test('without a browser the operator is asked', async () => {
  const trial = await trialOf();
  trial.session = trial.makeSession('/nowhere/chromium');
  const failed = trial.nextState('failed');
  trial.session.connect();
  expect(await failed).toMatchObject({ code: 'no-browser', action: 'ask-operator' });
});

test('a start ends what an earlier run of the same Session left behind, and connecting twice starts once; the page loads itself again while the server is down: no unhandled rejection ends anything', async () => {
  const trial = await trialOf();
  const marker = sessionMarker(trial.directory);
  const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', marker], {
    stdio: 'ignore',
  });
  const ended = once(orphan, 'exit');
  trial.session.connect();
  await trial.link();
  expect((await ended)[1]).toBe('SIGKILL');
  trial.session.connect();
  const given = (state: SessionState): number => trial.reports.filter((one) => one.state === state).length;
  expect(given('starting')).toBe(1 + given('lost') + given('failed'));

  const lost = trial.nextState('lost');
  trial.sandbox.world.command({ do: 'reload', times: 1, everyMs: 0 });
  trial.sandbox.world.setFaults({ serverDown: true });
  expect(await lost).toMatchObject({ code: 'no-internet', action: 'retry' });
  trial.sandbox.world.setFaults({ serverDown: false });
  await recovers(trial);
});
