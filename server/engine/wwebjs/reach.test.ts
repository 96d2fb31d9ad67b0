import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { canReach } from './reach.ts';

test('a server that takes connections is reached, also when it never answers; where nobody listens nothing is', async () => {
  const server = createServer(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await canReach(`https://127.0.0.1:${port}/`, 20_000)).toBe(true);
  server.close();
  await once(server, 'close');
  expect(await canReach(`https://127.0.0.1:${port}/`, 20_000)).toBe(false);
});
