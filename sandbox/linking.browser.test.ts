import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientOf, folder, linkedClient, next, sandboxOf, times, worldEvent } from './testing-browser.ts';

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

test('a pairing code links like a scan', async () => {
  const sandbox = await sandboxOf();
  const client = clientOf(sandbox, await folder());
  const ready = once(client, 'ready');
  const shown = once(client, 'qr');
  await client.initialize();
  await shown;
  const code = await client.requestPairingCode('390659991234');
  sandbox.world.enterCode(code);
  await ready;
  expect(sandbox.world.state.devices).toHaveLength(1);
});

test('codes rotate, a used-up page idles, and asking again shows a new one', async () => {
  const sandbox = await sandboxOf({ qrFirstTtlMs: 300, qrTtlMs: 300, qrCodes: 3 });
  const client = clientOf(sandbox, await folder());
  const codes: string[] = [];
  client.on('qr', (qr) => codes.push(String(qr).split(',')[0] ?? ''));
  const three = times(client, 'qr', 3);
  const usedUp = worldEvent(
    sandbox,
    () => sandbox.world.waiting.list().length > 0 && sandbox.world.waiting.list().every((page) => !page.ref),
  );
  await client.initialize();
  await three;
  await usedUp;
  expect(new Set(codes).size).toBe(codes.length);
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

test('logging out on the device unlinks it on the phone', async () => {
  const sandbox = await sandboxOf();
  const client = await linkedClient(sandbox, await folder());
  const gone = worldEvent(sandbox, (event) => event.kind === 'unlinked');
  await client.pupPage?.evaluate('window.require("WAWebSocketModel").Socket.logout()');
  await gone;
  expect(sandbox.world.state.devices).toEqual([]);
});

test('no device links to a phone in airplane mode', async () => {
  const sandbox = await sandboxOf();
  const client = clientOf(sandbox, await folder());
  const shown = next<string>(client, 'qr');
  await client.initialize();
  const qr = await shown;
  sandbox.world.setPhoneOnline(false);
  expect(() => sandbox.world.scan(qr)).toThrow('no network');
  sandbox.world.setPhoneOnline(true);
  const ready = once(client, 'ready');
  sandbox.world.scan(qr);
  await ready;
});
