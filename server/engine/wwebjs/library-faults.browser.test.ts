import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { giulia, type Trial } from './testing.ts';
import { linkedNumber, trialsOfATest } from './testing-linked.ts';

// What the unmodified library gets wrong, one test each; the names say what it does when left alone. What ends a Session
// (CONFLICT, LOGOUT, UNPAIRED_IDLE while it works) is in the matrix, server/session/faults.

const trialOf = trialsOfATest();
/** Another life of the same Session, as after a restart of the server. */
async function again(trial: Trial): Promise<void> {
  await trial.session[Symbol.asyncDispose]();
  trial.session = trial.makeSession();
}
let turns = 0;
async function hearsOnce(trial: Trial): Promise<void> {
  const [once, last] = [`once ${++turns}`, `last ${turns}`];
  const heard = trial.next('message', (event) => event.body === last);
  trial.sandbox.world.inbound({ from: giulia, body: once });
  trial.sandbox.world.inbound({ from: giulia, body: last });
  await heard;
  expect(trial.messages().filter((event) => event.body === once)).toHaveLength(1);
}

describe.each([1, 2, 3] as const)('page generation %i', (generation) => {
  const number = linkedNumber({ generation });

  test('`ready` never fires when the sync is over before the library listens', async () => {
    const trial = await number();
    await again(trial);
    trial.sandbox.world.setFaults({ sync: 'instant' });
    await trial.link();
    await hearsOnce(trial);
  });

  test('a page that loads itself again while working: everything is attached anew, once', async () => {
    const trial = await number();
    const back = trial.nextState('working');
    const away = trial.nextState('syncing');
    trial.sandbox.world.command({ do: 'reload', times: 1, everyMs: 0 });
    await away;
    await back;
    await hearsOnce(trial);
    const sent = await trial.session.send({
      chat: giulia as never,
      body: 'ancora qui',
      clientId: `c${turns}`,
      signal: new AbortController().signal,
    });
    expect(sent.kind).toBe('accepted');
  });

  test('`ready` and `authenticated` are told again whenever the page syncs again', async () => {
    const trial = await number();
    const before = trial.reports.length;
    trial.sandbox.world.command({ do: 'resync' });
    await hearsOnce(trial);
    expect(trial.reports.slice(before).filter((report) => report.state === 'working')).toEqual([]);
  });

  test('a connection that breaks is degraded until it is back', async () => {
    const trial = await number();
    // Both may be told in one breath.
    const [degraded, back] = [trial.nextState('degraded'), trial.nextState('working')];
    trial.sandbox.world.command({ do: 'drop-sockets' });
    expect(await degraded).toMatchObject({ code: 'no-internet', action: 'wait' });
    await back;
    await hearsOnce(trial);
  });
});

test('frames that go somewhere at the QR stage make the library inject itself once for each; UNPAIRED_IDLE: it fails to ask for a new QR, so we do', async () => {
  const trial = await trialOf();
  const shown = trial.nextState('pairing');
  trial.session.connect();
  const first = await shown;
  const second = trial.nextState('pairing');
  trial.sandbox.world.command({ do: 'iframes', count: 4 });
  trial.sandbox.world.command({ do: 'state', state: 'UNPAIRED_IDLE' });
  const { pairing } = await second;
  expect(pairing?.turn).toBe(2);
  expect(pairing?.value).not.toBe(first.pairing?.value);
  expect((pairing?.expiresAt ?? 0) - (pairing?.issuedAt ?? 0)).toBe(20_000);
  const working = trial.nextState('working');
  trial.sandbox.world.scan(pairing?.value ?? '');
  await working;
  await hearsOnce(trial);
  expect(trial.reports.filter((report) => report.state === 'pairing')).toHaveLength(2);
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
])(
  '%s ends the Session as %s, also one whose profile was locked by another host (a moved container)',
  async (state, code, action) => {
    const trial = await trialOf();
    await mkdir(join(trial.directory, 'profile'), { recursive: true });
    await symlink('otherhost-4242', join(trial.directory, 'profile', 'SingletonLock'));
    await trial.link();
    const failed = trial.nextState('failed');
    trial.sandbox.world.command({ do: 'state', state });
    expect(await failed).toMatchObject({ code, action });
  },
);
