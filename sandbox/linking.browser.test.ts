import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemWorldClock, type WorldClock } from './clock.ts';
import { ManualWorldClock } from './manual-clock.ts';
import {
  clientOf,
  endEverythingAfterEachTest,
  folder,
  linkedClient,
  next,
  sandboxOf,
  worldEvent,
} from './testing-browser.ts';

endEverythingAfterEachTest();

test('a kept profile is ready again without a new QR, also after the world was restarted', async () => {
  const profile = await folder();
  const stateFile = join(await folder(), 'world.json');
  const first = await sandboxOf({ stateFile });
  const client = await linkedClient(first, profile);
  await client.destroy();
  await first[Symbol.asyncDispose]();

  const second = await sandboxOf({ stateFile });
  const again = clientOf(second, profile);
  const codes: string[] = [];
  again.on('qr', (qr) => codes.push(qr));
  const ready = once(again, 'ready');
  await again.initialize();
  await ready;
  expect(codes).toEqual([]);
});

test('no device links to a phone in airplane mode; a pairing code links like a scan; logging out on the device unlinks it on the phone', async () => {
  const sandbox = await sandboxOf();
  const client = clientOf(sandbox, await folder());
  const ready = once(client, 'ready');
  const shown = next<string>(client, 'qr');
  await client.initialize();
  const qr = await shown;
  sandbox.world.setPhoneOnline(false);
  expect(() => sandbox.world.scan(qr)).toThrow('no network');
  sandbox.world.setPhoneOnline(true);
  const code = await client.requestPairingCode('390659991234');
  sandbox.world.enterCode(code);
  await ready;
  expect(sandbox.world.state.devices).toHaveLength(1);
  const gone = worldEvent(sandbox, (event) => event.kind === 'unlinked');
  await client.pupPage?.evaluate('window.require("WAWebSocketModel").Socket.logout()');
  await gone;
  expect(sandbox.world.state.devices).toEqual([]);
});

const life = 54_321;
test('codes rotate, a used-up page idles, and asking again shows a new one', async () => {
  // Codes live by the test's hand: however slow the page is, it sees each.
  const hand = new ManualWorldClock();
  const clock: WorldClock = {
    now: () => Date.now(),
    after: (ms, act) => (ms === life ? hand : systemWorldClock).after(ms, act),
  };
  const sandbox = await sandboxOf({ clock, qrFirstTtlMs: life, qrTtlMs: life, qrCodes: 3 });
  const client = clientOf(sandbox, await folder());
  const codes: string[] = [];
  client.on('qr', (qr) => codes.push(String(qr).split(',')[0] ?? ''));
  const usedUp = worldEvent(
    sandbox,
    () => sandbox.world.waiting.list().length > 0 && sandbox.world.waiting.list().every((page) => !page.ref),
  );
  const first = once(client, 'qr');
  await client.initialize();
  await first;
  for (let turn = 0; turn < 2; turn++) {
    const another = once(client, 'qr');
    hand.advance(life);
    await another;
  }
  hand.advance(life);
  await usedUp;
  expect(new Set(codes).size).toBe(3);
  const fourth = next<string>(client, 'qr');
  await client.pupPage?.evaluate('window.require("WAWebCmd").Cmd.refreshQR()');
  sandbox.world.scan(await fourth);
  expect(sandbox.world.state.devices).toHaveLength(1);
});

test('unlinked by the phone: the device is told LOGOUT and shows a new code', async () => {
  const sandbox = await sandboxOf();
  const client = await linkedClient(sandbox, await folder());
  const told = next<string>(client, 'disconnected');
  const code = once(client, 'qr');
  sandbox.world.unlink();
  expect(await told).toBe('LOGOUT');
  await code;
});

test('unlinked while the device was away: the page forgets its credentials, and shows a code at the next start', async () => {
  const profile = await folder();
  const sandbox = await sandboxOf();
  const client = await linkedClient(sandbox, profile);
  await client.destroy();
  sandbox.world.unlink();
  // The page leaves for its log-out address while the library injects itself: that start may fail.
  const first = clientOf(sandbox, profile);
  const waits = worldEvent(sandbox, () => sandbox.world.waiting.list().length > 0);
  await first.initialize().catch(() => {});
  await waits;
  await first.destroy();
  const second = clientOf(sandbox, profile);
  const code = next<string>(second, 'qr');
  await second.initialize();
  expect(await code).toMatch(/^2@/);
});
