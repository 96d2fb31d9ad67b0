import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { shared } from '../../sandbox/testing-shared.ts';
import { giulia, Ground } from './testing-real.ts';

/** One linked number, and its life: each test goes on where the last one ended. */
const linked = shared(async (owned) => {
  const ground = owned.use(await Ground.make());
  await ground.process.link();
  return ground;
});

test('linked once: the next process works without a code and has what was written meanwhile, once', async () => {
  const ground = await linked();
  const { world } = ground.sandbox;
  expect(await ground.process.sessions.pairing(ground.inboxId)).toBeUndefined();
  world.inbound({ from: giulia, body: 'before' });
  await ground.process.until(async () => (await ground.bodies()).length === 1);

  await ground.restart(() => {
    for (let n = 0; n < 60; n++) world.inbound({ from: giulia, body: `away ${n}` });
  });
  await ground.process.reaches('working');
  await ground.process.until(async () => (await ground.bodies()).length === 61);
  expect(ground.process.states).not.toContain('pairing');
  world.inbound({ from: giulia, body: 'after' });
  await ground.process.until(async () => (await ground.bodies()).includes('after'));
  const away = Array.from({ length: 60 }, (_, n) => `away ${n}`);
  expect((await ground.bodies()).toSorted()).toEqual(['before', ...away, 'after'].toSorted());
  await vi.waitFor(async () => expect((await ground.row())!.caught_up_at).toBeGreaterThan(0), {
    timeout: 60_000,
  });
});

test('moved to a machine that has nothing but the database: it works there without a code', async () => {
  const ground = await linked();
  await ground.move();
  await ground.process.reaches('working');
  expect(ground.process.states).not.toContain('pairing');
  ground.sandbox.world.inbound({ from: giulia, body: 'found you' });
  await ground.process.until(async () => (await ground.bodies()).includes('found you'));
});

test('unlinked by an admin: WhatsApp is told, and nothing of the credentials is left', async () => {
  const ground = await linked();
  await ground.process.sessions.unlink(ground.inboxId);
  expect(ground.sandbox.world.state.devices).toEqual([]);
  expect(await readdir(join(ground.dataFolder, 'sessions'))).toEqual([]);
  expect(await ground.processes()).toEqual([]);
  expect(await ground.row()).toMatchObject({ state: 'logged-out', code: 'unlinked-by-agent', wanted: 0 });
});

test('the process ends while the browser is being started: nothing is left behind', async () => {
  await using ground = await Ground.make();
  await ground.process.sessions.link(ground.inboxId, { method: 'qr' });
  await ground.process.reaches('starting');
  await ground.process[Symbol.asyncDispose]();
  expect(await ground.processes()).toEqual([]);
  expect(await ground.row()).toMatchObject({ wanted: 1, lease_owner: null });
});
