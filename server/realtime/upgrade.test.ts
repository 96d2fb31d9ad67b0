import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { House, ownOrigin } from './testing/house.ts';

let house: House;
beforeEach(async () => {
  house = await House.open({ sockets: { open: 3, rate: { perSecond: 1, burst: 20 } } });
});
afterEach(() => house[Symbol.asyncDispose]());

describe('before the 101', () => {
  test.for([
    ['no ticket', () => '/ws', {}, 401],
    ['an empty ticket', () => '/ws?ticket=', {}, 401],
    ['a guessed ticket', () => '/ws?ticket=guess', {}, 401],
    ['a ticket of absurd length', () => `/ws?ticket=${'x'.repeat(600)}`, {}, 401],
    ['own origin', (h: House) => `/ws?ticket=${h.ticket()}`, { origin: ownOrigin }, 101],
    ['no origin: not a browser', (h: House) => `/ws?ticket=${h.ticket()}`, {}, 101],
    ['a foreign origin', (h: House) => `/ws?ticket=${h.ticket()}`, { origin: 'https://evil.test' }, 403],
    ['the origin null', (h: House) => `/ws?ticket=${h.ticket()}`, { origin: 'null' }, 403],
    [
      'own origin as a prefix',
      (h: House) => `/ws?ticket=${h.ticket()}`,
      { origin: `${ownOrigin}.evil.test` },
      403,
    ],
    [
      'a foreign sub-protocol',
      (h: House) => `/ws?ticket=${h.ticket()}`,
      { 'sec-websocket-protocol': 'mqtt' },
      400,
    ],
    [
      'only binary WAMP',
      (h: House) => `/ws?ticket=${h.ticket()}`,
      { 'sec-websocket-protocol': 'wamp.2.msgpack' },
      400,
    ],
    ['another path', (h: House) => `/elsewhere?ticket=${h.ticket()}`, {}, 404],
    ['a path that only begins alike', (h: House) => `/ws/x?ticket=${h.ticket()}`, {}, 404],
  ] as const)('%s', async ([, path, headers, status]) => {
    expect(await house.knock(path(house), headers)).toBe(status);
    if (status !== 101) expect(house.realtime.counters()).toMatchObject({ sockets: 0, refused: 1 });
  });

  test('a client that names no sub-protocol is refused, but on EspoCRM’s path it speaks v1', async () => {
    const bare = (path: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(house.port, '127.0.0.1', () =>
          socket.write(
            `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
              'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
          ),
        );
        socket.on('error', reject);
        socket.once('data', (data) => {
          socket.destroy();
          resolve(String(data).split('\r\n')[0] ?? '');
        });
      });
    expect(await bare(`/ws?ticket=${house.ticket()}`)).toContain('400');
    expect(await bare(`/wss?authToken=${house.ticket()}&userId=1`)).toContain('101');
  });

  test('a path that another part of the server answers is left to it', async () => {
    house.server.on('upgrade', (request, socket) => {
      if (request.url !== '/elsewhere') return;
      socket.once('finish', () => socket.destroy());
      socket.end('HTTP/1.1 418 Teapot\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
    expect(await house.knock('/elsewhere')).toBe(418);
    expect(await house.knock('/ws')).toBe(401);
  });

  test('a ticket is good for one socket', async () => {
    const ticket = house.ticket();
    expect(await house.knock(`/ws?ticket=${ticket}`)).toBe(101);
    expect(await house.knock(`/ws?ticket=${ticket}`)).toBe(401);
  });

  test('a ticket that came from a foreign origin is burnt', async () => {
    const ticket = house.ticket();
    expect(await house.knock(`/ws?ticket=${ticket}`, { origin: 'https://evil.test' })).toBe(403);
    expect(await house.knock(`/ws?ticket=${ticket}`)).toBe(401);
  });

  test('a sign-out while the ticket is being redeemed', async () => {
    const redeeming = Promise.withResolvers<void>();
    house.redeeming = redeeming.promise;
    const answer = house.knock(`/ws?ticket=${house.ticket()}`);
    await house.looked();
    house.signOut({ agentSessionId: 'sign-in-of-1' });
    await Promise.resolve();
    redeeming.resolve();
    expect(await answer).toBe(401);
  });

  test('a gate that hangs, and a gate that fails', async () => {
    house.redeeming = new Promise(() => {});
    const answer = house.knock(`/ws?ticket=${house.ticket()}`);
    await house.looked();
    await house.clock.advance(5_000);
    expect(await answer).toBe(503);

    const broken = Promise.reject(new Error('no database'));
    broken.catch(() => {});
    house.redeeming = broken;
    expect(await house.knock(`/ws?ticket=${house.ticket()}`)).toBe(503);
    expect(house.lines.join()).toContain('the gate failed');
  });

  test('a caller that hangs up while the gate thinks takes no place for good', async () => {
    const redeeming = Promise.withResolvers<void>();
    house.redeeming = redeeming.promise;
    const taken = once(house.server, 'connection') as Promise<[Socket]>;
    const socket = connect(house.port, '127.0.0.1', () =>
      socket.write(
        `GET /ws?ticket=${house.ticket()} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
          'Sec-WebSocket-Protocol: wamp.2.json\r\n\r\n',
      ),
    );
    const [taker] = await taken;
    await house.looked();
    const closed = new Promise<void>((resolve) => taker.once('close', () => resolve()));
    socket.resetAndDestroy();
    await closed;
    redeeming.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(house.realtime.counters()).toMatchObject({ sockets: 0, sessions: 0 });
  });

  test('a ticket never reaches the log', async () => {
    const ticket = house.ticket();
    await house.knock(`/ws?ticket=${ticket}`);
    await house.knock(`/ws?ticket=${ticket}`);
    expect(house.lines.join()).not.toContain(ticket);
  });
});

describe('one address', () => {
  test('has only so many upgrades at once, and more as time passes', async () => {
    const answers = [];
    for (let n = 0; n < 21; n++) answers.push(await house.knock('/ws'));
    expect(answers.filter((status) => status === 401)).toHaveLength(20);
    expect(answers.at(-1)).toBe(429);
    await house.clock.advance(1_000);
    expect(await house.knock('/ws')).toBe(401);
  });

  test('has only so many places, taken from the first byte on; a refused caller gives its place back', async () => {
    const redeeming = Promise.withResolvers<void>();
    house.redeeming = redeeming.promise;
    const held = [1, 2, 3].map(() => house.knock('/ws?ticket=slow'));
    await house.looked(3);
    expect(await house.knock('/ws?ticket=fourth')).toBe(429);
    redeeming.resolve();
    expect(await Promise.all(held)).toEqual([401, 401, 401]);
    expect(await house.knock(`/ws?ticket=${house.ticket()}`)).toBe(101);
  });
});
