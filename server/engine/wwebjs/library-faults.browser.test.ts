import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { giulia, Trial } from './testing.ts';

// What the unmodified library gets wrong, one test each; the names say what it does when left alone. What ends a Session
// (CONFLICT, LOGOUT, UNPAIRED_IDLE while it works) is in the matrix, server/session/faults.

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
});
async function trialOf(...options: Parameters<typeof Trial.start>): Promise<Trial> {
  const trial = await Trial.start(...options);
  owned.push(trial);
  return trial;
}
async function linked(...options: Parameters<typeof Trial.start>): Promise<Trial> {
  const trial = await trialOf(...options);
  await trial.link();
  return trial;
}
/** Another life of the same Session, as after a restart of the server. */
async function again(trial: Trial): Promise<void> {
  await trial.session[Symbol.asyncDispose]();
  trial.session = trial.makeSession();
}
async function hearsOnce(trial: Trial): Promise<void> {
  const last = trial.next('message', (event) => event.body === 'last');
  trial.sandbox.world.inbound({ from: giulia, body: 'once' });
  trial.sandbox.world.inbound({ from: giulia, body: 'last' });
  await last;
  expect(trial.messages().filter((event) => event.body === 'once')).toHaveLength(1);
}

describe.each([1, 2, 3] as const)('page generation %i', (generation) => {
  test('`ready` never fires when the sync is over before the library listens', async () => {
    const trial = await linked({ generation });
    await again(trial);
    trial.sandbox.world.setFaults({ sync: 'instant' });
    const working = trial.nextState('working');
    trial.session.connect();
    await working;
    await hearsOnce(trial);
  });

  test('a page that loads itself again while working: everything is attached anew, once', async () => {
    const trial = await linked({ generation });
    const back = trial.nextState('working');
    const away = trial.nextState('syncing');
    trial.sandbox.world.command({ do: 'reload', times: 1, everyMs: 0 });
    await away;
    await back;
    await hearsOnce(trial);
    const sent = await trial.session.send({
      chat: giulia as never,
      body: 'ancora qui',
      clientId: 'c',
      signal: new AbortController().signal,
    });
    expect(sent.kind).toBe('accepted');
  });
});

test('`ready` and `authenticated` are told again whenever the page syncs again', async () => {
  const trial = await linked();
  trial.sandbox.world.command({ do: 'resync' });
  await hearsOnce(trial);
  expect(trial.reports.filter((report) => report.state === 'working')).toHaveLength(1);
});

test('frames that go somewhere at the QR stage make the library inject itself once for each', async () => {
  const trial = await trialOf();
  const shown = trial.nextState('pairing');
  const working = trial.nextState('working');
  trial.session.connect();
  const { pairing } = await shown;
  trial.sandbox.world.command({ do: 'iframes', count: 4 });
  trial.sandbox.world.scan(pairing?.value ?? '');
  await working;
  await hearsOnce(trial);
  expect(trial.reports.filter((report) => report.state === 'pairing')).toHaveLength(1);
});

test('UNPAIRED_IDLE: the library fails to ask for a new QR, so we do', async () => {
  const trial = await trialOf();
  const shown = trial.nextState('pairing');
  trial.session.connect();
  const first = await shown;
  const second = trial.nextState('pairing');
  trial.sandbox.world.command({ do: 'state', state: 'UNPAIRED_IDLE' });
  const { pairing } = await second;
  expect(pairing?.turn).toBe(2);
  expect(pairing?.value).not.toBe(first.pairing?.value);
  expect((pairing?.expiresAt ?? 0) - (pairing?.issuedAt ?? 0)).toBe(20_000);
  const working = trial.nextState('working');
  trial.sandbox.world.scan(pairing?.value ?? '');
  await working;
});

test('nobody scans: after the sixth code the browser is stopped', async () => {
  const trial = await trialOf({ qrTtlMs: 200, qrFirstTtlMs: 1500 });
  const failed = trial.nextState('failed');
  trial.session.connect();
  expect(await failed).toMatchObject({ code: 'qr-expired', action: 'retry' });
  expect(await trial.processes()).toEqual([]);
  const turns = trial.reports.flatMap((report) => report.pairing?.turn ?? []);
  expect(turns).toEqual([1, 2, 3, 4, 5, 6]);
});

test.each([
  ['TOS_BLOCK', 'restricted', 'open-phone'],
  ['DEPRECATED_VERSION', 'outdated', 'update'],
])('%s ends the Session as %s', async (state, code, action) => {
  const trial = await linked();
  const failed = trial.nextState('failed');
  trial.sandbox.world.command({ do: 'state', state });
  expect(await failed).toMatchObject({ code, action });
});

test('a connection that breaks is degraded until it is back', async () => {
  const trial = await linked();
  const degraded = trial.nextState('degraded');
  trial.sandbox.world.command({ do: 'drop-sockets' });
  expect(await degraded).toMatchObject({ code: 'no-internet', action: 'wait' });
  await trial.nextState('working');
  await hearsOnce(trial);
});

test('a profile locked by another host (a moved container) starts all the same', async () => {
  const trial = await trialOf();
  await mkdir(join(trial.directory, 'profile'), { recursive: true });
  await symlink('otherhost-4242', join(trial.directory, 'profile', 'SingletonLock'));
  await trial.link();
});
