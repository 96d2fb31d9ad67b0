import { spawn, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { sessionMarker } from '../processes.ts';
import { Trial } from './testing.ts';

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
});
async function trialOf(...options: Parameters<typeof Trial.start>): Promise<Trial> {
  const trial = await Trial.start(...options);
  owned.push(trial);
  return trial;
}
async function linked(): Promise<Trial> {
  const trial = await trialOf();
  await trial.link();
  return trial;
}
async function processWith(trial: Trial, text: string): Promise<number> {
  for (const pid of await trial.processes()) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(text)) return pid;
  }
  throw new Error(`no process with ${text}`);
}
/** Also one that only waits to be forgotten by its parent is dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
/** Nothing is left, and the next start works. */
async function recovers(trial: Trial): Promise<void> {
  expect(await trial.processes()).toEqual([]);
  const working = trial.nextState('working');
  trial.session.connect();
  await working;
}

test('kill -9 of the browser: the library says nothing; reported within seconds', async () => {
  const trial = await linked();
  // A browser writes credentials to disk some seconds after it got them, or when it closes in order.
  await trial.session[Symbol.asyncDispose]();
  trial.session = trial.makeSession();
  const working = trial.nextState('working');
  trial.session.connect();
  await working;
  const lost = trial.nextState('lost');
  const at = Date.now();
  process.kill(await trial.browserProcess(), 'SIGKILL');
  expect(await lost).toMatchObject({ code: 'browser-crashed', action: 'retry' });
  expect(Date.now() - at).toBeLessThan(15_000);
  await recovers(trial);
});

test('a crash of the page: getState would hang for minutes; reported within seconds', async () => {
  const trial = await linked();
  const lost = trial.nextState('lost');
  const at = Date.now();
  process.kill(await processWith(trial, '--type=renderer'), 'SIGKILL');
  expect(await lost).toMatchObject({ code: 'page-crashed', action: 'retry' });
  expect(Date.now() - at).toBeLessThan(15_000);
  await recovers(trial);
});

test('a page that hangs is found by the heartbeat', async () => {
  const trial = await linked();
  const lost = trial.nextState('lost');
  const hung = await processWith(trial, '--type=renderer');
  process.kill(hung, 'SIGSTOP');
  expect(await lost).toMatchObject({ code: 'not-responding', action: 'retry' });
  expect(isAlive(hung)).toBe(false);
  await recovers(trial);
});

test('a page that hangs while its browser is killed: it outlives the browser, not the Session', async () => {
  const trial = await linked();
  const lost = trial.nextState('lost');
  const hung = await processWith(trial, '--type=renderer');
  process.kill(hung, 'SIGSTOP');
  process.kill(await trial.browserProcess(), 'SIGKILL');
  await lost;
  expect(isAlive(hung)).toBe(false);
});

test('kill -9 of our own child takes its browser along', async () => {
  const trial = await linked();
  const lost = trial.nextState('lost');
  process.kill(await processWith(trial, 'child.ts'), 'SIGKILL');
  expect(await lost).toMatchObject({ code: 'engine-error', action: 'retry' });
  await recovers(trial);
});

test('without a network: reported within 30 s, and no browser is left', async () => {
  const trial = await trialOf();
  trial.sandbox.world.setFaults({ serverDown: true });
  const lost = trial.nextState('lost', 'failed');
  const at = Date.now();
  trial.session.connect();
  expect(await lost).toMatchObject({ code: 'no-internet', action: 'retry' });
  expect(Date.now() - at).toBeLessThan(30_000);
  expect(await trial.processes()).toEqual([]);
});

test('the page loads itself again while the server is down: no unhandled rejection ends anything', async () => {
  const trial = await linked();
  const lost = trial.nextState('lost');
  trial.sandbox.world.command({ do: 'reload', times: 1, everyMs: 0 });
  trial.sandbox.world.setFaults({ serverDown: true });
  expect(await lost).toMatchObject({ code: 'no-internet', action: 'retry' });
  trial.sandbox.world.setFaults({ serverDown: false });
  await recovers(trial);
});

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
const waiting = { timeout: 20_000, interval: 5 };

test('connecting twice starts once', async () => {
  const trial = await trialOf();
  trial.session.connect();
  await trial.link();
  trial.session.connect();
  expect(trial.reports.filter((report) => report.state === 'starting')).toHaveLength(1);
});

test('without a browser the operator is asked', async () => {
  const trial = await trialOf();
  trial.session = trial.makeSession('/nowhere/chromium');
  const failed = trial.nextState('failed');
  trial.session.connect();
  expect(await failed).toMatchObject({ code: 'no-browser', action: 'ask-operator' });
});

test('a start ends what an earlier run of the same Session left behind', async () => {
  const trial = await trialOf();
  const marker = sessionMarker(trial.directory);
  const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', marker], {
    stdio: 'ignore',
  });
  const ended = once(orphan, 'exit');
  await trial.link();
  expect((await ended)[1]).toBe('SIGKILL');
});

test('kill -9 of the server: the child notices, and its browser goes with it', async () => {
  const trial = await trialOf();
  const host = fork(join(import.meta.dirname, 'testing-host.ts'), [
    trial.directory,
    ...trial.sandbox.browserArguments,
  ]);
  await once(host, 'message');
  expect((await trial.processes()).length).toBeGreaterThan(2);
  host.kill('SIGKILL');
  await vi.waitFor(async () => expect(await trial.processes()).toEqual([]), {
    timeout: 20_000,
    interval: 50,
  });
});
