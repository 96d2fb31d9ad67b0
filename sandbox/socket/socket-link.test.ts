import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ManualWorldClock } from '../manual-clock.ts';
import { demoSeed } from '../seed.ts';
import { certificate as makeCertificate } from '../web/certificate.ts';
import { World } from '../world.ts';
import { SocketServer } from './server.ts';

test('who is told of a trouble in the middle of the handshake is hung up on, and the world goes on', async () => {
  const clock = new ManualWorldClock();
  using world = new World({ clock, seed: demoSeed(clock.now() / 1000) });
  const certificate = await makeCertificate();
  await using server = await SocketServer.start({
    world,
    certificate,
    qrTimes: { firstMs: 60_000, nextMs: 20_000, codes: 6 },
    port: 0,
  });
  const socket = new WebSocket(server.door.url, { ca: certificate.cert });
  await once(socket, 'open');

  world.command({ do: 'stream-error', code: '428' });

  const [code] = (await once(socket, 'close')) as [number];
  expect(code).toBe(1006);
});
