import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { largestBody } from './body.ts';
import { bodies, head, mac, path, raw, signed } from './testing-attacks.ts';
import { openDoor, wahaMessage } from './testing.ts';

describeDatabases('attacks on the webhook: what bodies may be', (database) => {
  test('49: only plain UTF-8 JSON is read', async () => {
    await using door = await openDoor(database().db);
    const raw = JSON.stringify(wahaMessage());
    const bomb = gzipSync(Buffer.alloc(10_000_000, 0x20));
    expect((await signed(door, bomb, { 'content-encoding': 'gzip' })).status).toBe(415);
    for (const encoding of ['gzip', 'br', 'deflate', 'x']) {
      expect((await signed(door, raw, { 'content-encoding': encoding })).status).toBe(415);
    }
    for (const type of [
      'text/plain',
      'application/json; charset=utf-7',
      'application/json; charset=utf-16',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
      '',
    ]) {
      expect((await signed(door, raw, { 'content-type': type })).status).toBe(415);
    }
    for (const type of ['application/json', 'Application/JSON', 'application/json; charset="UTF-8"']) {
      expect((await signed(door, raw, { 'content-type': type })).status).toBe(200);
    }
    const broken = Buffer.from(raw.replace('text', 'te?t'));
    broken[broken.indexOf('?')] = 0xff;
    expect((await signed(door, broken)).status).toBe(400);
    expect((await signed(door, raw.slice(0, -1))).status).toBe(400);
    expect((await signed(door, '')).status).toBe(400);
    expect(await bodies(door)).toHaveLength(1);
  });

  test('49: a body over one mebibyte is refused, announced or not; one below it is taken', async () => {
    await using door = await openDoor(database().db);
    const start = raw(door.port);
    start.write(`${head(largestBody + 1)}`);
    expect(await start.answer).toContain('413');
    const chunked = raw(door.port);
    chunked.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const piece = 'x'.repeat(65_536);
    for (let sent = 0; sent <= largestBody; sent += piece.length) chunked.write(`10000\r\n${piece}\r\n`);
    expect(await chunked.answer).toContain('413');
    const text = 'x'.repeat(largestBody - 1_000);
    const body = JSON.stringify(wahaMessage({ body: text }));
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(largestBody);
    expect((await signed(door, body)).status).toBe(200);
  });

  test('49: a body that is cut off leaves nothing behind', async () => {
    await using door = await openDoor(database().db);
    const body = JSON.stringify(wahaMessage());
    const cut = raw(door.port);
    cut.write(`${head(body.length, mac(body))}${body.slice(0, 40)}`);
    cut.socket.end();
    await cut.closed;
    // The next one is not disturbed.
    expect((await signed(door, body)).status).toBe(200);
    expect(await bodies(door)).toHaveLength(1);
  });

  test('49: a body that takes too long is given up after ten seconds; others do not wait for it', async () => {
    await using door = await openDoor(database().db);
    const body = JSON.stringify(wahaMessage());
    const slow = Array.from({ length: 50 }, () => raw(door.port));
    const asleep = door.clock.waiting;
    for (const one of slow) one.write(`${head(body.length, mac(body))}{`);
    await expect.poll(() => door.clock.waiting - asleep).toBe(50);
    expect((await signed(door, body)).status).toBe(200);
    await door.clock.advance(10_001);
    for (const one of slow) {
      expect(await one.answer).toContain('400');
      await one.closed;
    }
    expect(door.clock.waiting).toBe(asleep);
  });

  test('49: bodies whose last byte is held back take no more memory than there is for them; the slowest go', async () => {
    const most = 256 * 1024;
    await using door = await openDoor(database().db, { mostUnproved: most });
    const held = 'x'.repeat(64 * 1024);
    const slow = [];
    for (let n = 0; n < 8; n++) {
      const asleep = door.clock.waiting;
      const one = raw(door.port);
      one.write(`${head(held.length + 1)}${held}`);
      slow.push(one);
      // Whoever is waited for has a time limit: so it is known to have come.
      if (n < 4) await expect.poll(() => door.clock.waiting - asleep).toBe(1);
      else expect(await slow[n - 4]!.answer).toContain('503');
    }
    expect((await signed(door, JSON.stringify(wahaMessage()))).status).toBe(200);
    expect(await bodies(door)).toHaveLength(1);
  });

  test('49: two lengths, or a length and chunks, are no request', async () => {
    await using door = await openDoor(database().db);
    for (const lines of [
      'content-length: 2\r\ntransfer-encoding: chunked',
      'content-length: 2\r\ncontent-length: 3',
    ]) {
      const smuggled = raw(door.port);
      smuggled.write(
        `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${lines}\r\n\r\n{}`,
      );
      expect(await smuggled.answer).toContain('400');
    }
  });

  test('76: depth bombs, 100,000 keys, a number of a million digits: quick answers, no 500', async () => {
    await using door = await openDoor(database().db);
    const size = largestBody - 10;
    const deep = ['['.repeat(size), '{"a":'.repeat(size / 5), `${'['.repeat(65)}${']'.repeat(65)}`];
    for (const text of deep) expect((await signed(door, text)).status).toBe(400);
    const keys = Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`k${index}`, 1]));
    const odd = [
      JSON.stringify({ ...wahaMessage({ body: 'keys' }), ...keys }),
      JSON.stringify(wahaMessage({ body: 'digits' })).replace(
        /"hasMedia":false/,
        `"n":1${'0'.repeat(1_000_000)}`,
      ),
      JSON.stringify(wahaMessage({ body: 'twice' })).replace('{', '{"event":"x","event":"y",'),
      JSON.stringify(wahaMessage({ body: `${'['.repeat(200)}"\\` })),
    ];
    for (const text of odd) {
      const before = performance.now();
      expect((await signed(door, text)).status).toBe(200);
      // Who reads them carelessly takes minutes; a machine with much else to do takes a second.
      expect(performance.now() - before).toBeLessThan(20_000);
    }
    expect((await bodies(door)).toSorted()).toEqual(
      ['keys', 'digits', 'twice', `${'['.repeat(200)}"\\`].toSorted(),
    );
  });
});
