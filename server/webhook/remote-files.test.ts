import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { toAddress } from '../contract/address.ts';
import type { MediaAnswer } from '../engine/engine.ts';
import { isPublicAddress, isWebPort } from './public-address.ts';
import { createRemoteFiles, type RemoteFilesOptions } from './remote-files.ts';

const chat = toAddress('15551230001@c.us')!;
const bytes = Buffer.alloc(2_000, 7);
const name = '/api/files/org1/3EB0AA.jpg';
const ofApi = { api: 'wwebjs-api', session: 'org1' };

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A stand-in for WAHA on a port of this machine, and what it was asked. */
async function startServer(answer: Answering) {
  const asked: { url: string; key: string | undefined }[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url!, key: request.headers['x-api-key'] as string | undefined });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let folder: string;
let clock: ManualClock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatdock-remote-'));
  clock = new ManualClock(1_000);
});
afterEach(() => rm(folder, { recursive: true }));

interface Asking extends Partial<RemoteFilesOptions> {
  url: string;
  reference?: object | string;
  largest?: number;
  signal?: AbortSignal;
  fromGroup?: boolean;
}

function fetchFrom(asking: Asking): Promise<MediaAnswer> {
  const { url, reference, largest, signal, fromGroup, ...more } = asking;
  const files = createRemoteFiles({
    serverOf: async () => ({ url, key: 'the key' }),
    trusted: [new URL(url).origin],
    clock,
    log: pino({ level: 'silent' }),
    ...more,
  });
  const text = typeof reference === 'string' ? reference : JSON.stringify(reference);
  return files.fetchMedia(1, {
    message: fromGroup
      ? { chat: toAddress('120363@g.us')!, messageId: '3EB0AA', fromMe: false, participant: chat }
      : { chat, messageId: '3EB0AA', fromMe: false },
    ...(text === undefined ? {} : { reference: text }),
    file: join(folder, 'file'),
    largest: largest ?? 10_000,
    signal: signal ?? new AbortController().signal,
  });
}

const serveFile: Answering = (_, response) =>
  response.writeHead(200, { 'content-type': 'image/jpeg' }).end(bytes);

describe('a file that WAHA keeps', () => {
  test('is fetched with the key, whole', async () => {
    await using waha = await startServer(serveFile);
    const answer = await fetchFrom({
      url: waha.origin,
      reference: { session: 'org1', url: waha.origin + name },
    });
    expect(answer).toEqual({ kind: 'fetched', mime: 'image/jpeg', size: bytes.length });
    expect(await readFile(join(folder, 'file'))).toEqual(bytes);
    expect(waha.asked).toEqual([{ url: name, key: 'the key' }]);
  });

  test('whatever name WAHA gives itself, the server that was named is asked', async () => {
    await using waha = await startServer(serveFile);
    for (const told of ['http://localhost:3000', 'https://evil.example', 'http://169.254.169.254']) {
      const answer = await fetchFrom({ url: waha.origin, reference: { url: told + name } });
      expect(answer.kind).toBe('fetched');
      await rm(join(folder, 'file'));
    }
    expect(waha.asked.map(({ url }) => url)).toEqual([name, name, name]);
  });

  test('a server behind a path', async () => {
    await using waha = await startServer(serveFile);
    for (const url of [`${waha.origin}/waha`, `${waha.origin}/waha/`]) {
      for (const told of [`http://localhost${name}`, `${waha.origin}/waha${name}`]) {
        expect((await fetchFrom({ url, reference: { url: told } })).kind).toBe('fetched');
        await rm(join(folder, 'file'));
      }
    }
    expect(new Set(waha.asked.map(({ url }) => url))).toEqual(new Set([`/waha${name}`]));
  });

  test('nothing but the folder of files is asked for, in whatever spelling', async () => {
    await using waha = await startServer(serveFile);
    for (const path of [
      '/api/sessions',
      '/api/files/../sessions',
      '/api/files/%2e%2e/sessions',
      '/api/files/a/..%2f..%2fsessions',
      '/api/files/..%5csessions',
      '/x/api/files/a',
      '/',
    ]) {
      const answer = await fetchFrom({ url: waha.origin, reference: { url: waha.origin + path } });
      expect(answer, path).toEqual({ kind: 'gone', reason: 'foreign-address' });
    }
    for (const url of ['file:///api/files/x', 'gopher://x/api/files/x', 'x']) {
      expect((await fetchFrom({ url: waha.origin, reference: { url } })).kind).toBe('gone');
    }
    expect(waha.asked).toEqual([]);
  });

  test('that it has thrown away, or not fetched yet, it is asked to fetch again', async () => {
    const again = '/api/files/org1/again.jpg';
    await using waha = await startServer((request, response) => {
      if (request.url === name) response.writeHead(404).end();
      else if (request.url === again) serveFile(request, response);
      else response.end(JSON.stringify({ id: 'x', media: { url: `http://localhost:3000${again}` } }));
    });
    const ask = `/api/org1/chats/${encodeURIComponent(chat)}/messages/${encodeURIComponent(`false_${chat}_3EB0AA`)}?downloadMedia=true`;
    for (const reference of [{ session: 'org1', url: waha.origin + name }, { session: 'org1' }]) {
      expect((await fetchFrom({ url: waha.origin, reference })).kind).toBe('fetched');
      await rm(join(folder, 'file'));
    }
    expect(waha.asked.map(({ url }) => url)).toEqual([name, ask, again, ask, again]);
    await fetchFrom({ url: waha.origin, reference: { session: 'org1' }, fromGroup: true });
    expect(decodeURIComponent(waha.asked.at(-2)!.url)).toContain(`false_120363@g.us_3EB0AA_${chat}?`);
  });

  test('a session’s name is a name and no path', async () => {
    await using waha = await startServer(serveFile);
    for (const session of ['..', '../x', 'a/b', '', 7, 'a b']) {
      expect(await fetchFrom({ url: waha.origin, reference: { session } })).toEqual({
        kind: 'later',
        reason: 'no-way',
      });
    }
    expect(waha.asked).toEqual([]);
  });

  test.each([
    [401, 'later', 'key-refused'],
    [403, 'later', 'key-refused'],
    [429, 'later', 'server-error'],
    [500, 'later', 'server-error'],
    [302, 'later', 'redirected'],
    [404, 'gone', 'not-found'],
  ])('an answer of %i', async (status, kind, reason) => {
    await using waha = await startServer((_, response) => response.writeHead(status).end());
    const answer = await fetchFrom({ url: waha.origin, reference: { url: waha.origin + name } });
    expect(answer).toEqual({ kind, reason });
    expect(await readdir(folder)).toEqual([]);
  });

  test('a file that wwebjs-api did not send along is asked for there, by the bare id and then by the key', async () => {
    const bodies: unknown[] = [];
    await using api = await startServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        const body = JSON.parse(text) as { messageId: string };
        bodies.push({ method: request.method, ...body });
        const isWhole = body.messageId.startsWith('false_');
        const media = { mimetype: 'image/jpeg', data: bytes.toString('base64'), filename: 'a.jpg' };
        const answer = isWhole
          ? { success: true, messageMedia: media }
          : { success: false, error: 'not found' };
        response.writeHead(isWhole ? 200 : 404).end(JSON.stringify(answer));
      });
    });
    expect(await fetchFrom({ url: api.origin, reference: ofApi })).toEqual({
      kind: 'fetched',
      mime: 'image/jpeg',
      size: bytes.length,
      fileName: 'a.jpg',
    });
    expect((await readFile(join(folder, 'file'))).equals(bytes)).toBe(true);
    const asked = { url: '/message/downloadMedia/org1', key: 'the key' };
    expect(api.asked).toEqual([asked, asked]);
    expect(bodies).toEqual([
      { method: 'POST', chatId: chat, messageId: '3EB0AA' },
      { method: 'POST', chatId: chat, messageId: `false_${chat}_3EB0AA` },
    ]);
    expect(await fetchFrom({ url: api.origin, reference: ofApi, largest: 10 })).toMatchObject({
      kind: 'gone',
    });
  });

  test('what wwebjs-api cannot or may not give is asked for again later', async () => {
    for (const [status, body, reason] of [
      [200, '{"success":true,"messageMedia":null}', 'not-fetched'],
      [200, '{"success":true,"messageMedia":{"data":"?!"}}', 'unreadable'],
      [200, 'no json', 'unreadable'],
      [403, '{}', 'key-refused'],
      [302, '', 'redirected'],
      [500, '{"error":"r"}', 'not-fetched'],
    ] as const) {
      await using api = await startServer((_, response) => response.writeHead(status).end(body));
      expect(await fetchFrom({ url: api.origin, reference: ofApi })).toEqual({ kind: 'later', reason });
    }
  });

  test('without a reference, with a broken one, without a server', async () => {
    const url = 'http://127.0.0.1:1';
    expect(await fetchFrom({ url })).toEqual({ kind: 'later', reason: 'no-way' });
    for (const reference of ['{', 'null', '[]', '{"url":7}']) {
      expect((await fetchFrom({ url, reference })).kind).toBe('later');
    }
    const none = await fetchFrom({ url, reference: { session: 'a' }, serverOf: async () => undefined });
    expect(none).toEqual({ kind: 'later', reason: 'not-connected' });
    expect(await fetchFrom({ url, reference: { session: 'a' } })).toEqual({
      kind: 'later',
      reason: 'unreachable',
    });
  });
});

describe('attacks', () => {
  test('50: a server an Organisation names may not stand in our network; nothing reaches it', async () => {
    await using canary = await startServer(serveFile);
    const { port } = new URL(canary.origin);
    const spellings =
      '127.0.0.1 2130706433 0x7f.1 0177.0.0.1 127.1 ①②⑦.0.0.1 localhost [::1] [::ffff:7f00:1] [::127.0.0.1] 0.0.0.0';
    const ask = (host: string) => {
      const url = `http://${host}:${port}`;
      return fetchFrom({ url, trusted: [], reference: { url: url + name } });
    };
    for (const host of spellings.split(' ')) {
      expect(await ask(host), host).toEqual({ kind: 'gone', reason: 'forbidden-address' });
    }
    // Not every resolver knows this one.
    expect((await ask('localhost.')).kind).not.toBe('fetched');
    expect(canary.asked).toEqual([]);
  });

  test('50: an operator’s leave is for one origin, port and all', async () => {
    await using canary = await startServer(serveFile);
    const reference = { url: `http://waha${name}` };
    for (const trusted of [
      'http://127.0.0.1',
      'http://127.0.0.1:1',
      canary.origin.replace('http', 'https'),
      'x',
    ]) {
      expect((await fetchFrom({ url: canary.origin, trusted: [trusted], reference })).kind).toBe('gone');
    }
    expect(canary.asked).toEqual([]);
    expect((await fetchFrom({ url: canary.origin, reference })).kind).toBe('fetched');
  });

  test('50: other protocols, names with passwords, ports of other services', async () => {
    const reference = { url: `http://waha${name}` };
    const lookup = async () => [{ address: '93.184.216.34', family: 4 }];
    for (const url of ['file:///x', 'ftp://example.com', 'http://user:pass@example.com']) {
      expect(await fetchFrom({ url, trusted: [], reference })).toEqual({
        kind: 'later',
        reason: 'not-connected',
      });
    }
    for (const port of [22, 25, 3306, 6379]) {
      const answer = await fetchFrom({ url: `http://example.com:${port}`, trusted: [], reference, lookup });
      expect(answer).toEqual({ kind: 'gone', reason: 'forbidden-address' });
      expect(isWebPort(port)).toBe(false);
    }
    expect([80, 443, 3000, 8080].map(isWebPort)).toEqual([true, true, true, true]);
  });

  test('51: a name that leads into our network, alone or among others, or another time', async () => {
    await using canary = await startServer(serveFile);
    const url = `http://waha.example:${new URL(canary.origin).port}`;
    const reference = { url: url + name };
    const inside = { address: '127.0.0.1', family: 4 };
    const asked: string[] = [];
    const lookup = async (host: string) => {
      asked.push(host);
      return [inside];
    };
    expect((await fetchFrom({ url, trusted: [], reference, lookup })).kind).toBe('gone');
    // The checked address is the connected one: where the operator trusts the name, what was answered once is used.
    const trusted = await fetchFrom({ url, trusted: [new URL(url).origin], reference, lookup });
    expect(trusted.kind).toBe('fetched');
    expect(asked).toEqual(['waha.example', 'waha.example']);
    expect(canary.asked).toHaveLength(1);
  });

  test('52: a redirect is not followed', async () => {
    await using canary = await startServer(serveFile);
    await using waha = await startServer((_, response) =>
      response.writeHead(302, { location: `${canary.origin}${name}` }).end(),
    );
    const answer = await fetchFrom({ url: waha.origin, reference: { url: waha.origin + name } });
    expect(answer).toEqual({ kind: 'later', reason: 'redirected' });
    expect(canary.asked).toEqual([]);
  });

  test('53: more bytes than allowed, announced or not: nothing is left', async () => {
    for (const announced of [true, false]) {
      await using waha = await startServer((_, response) => {
        response.writeHead(200, announced ? { 'content-length': 1_000_000_000 } : {});
        const more = (): void => {
          while (response.writable && response.write(bytes));
        };
        response.on('drain', more);
        more();
      });
      const answer = await fetchFrom({ url: waha.origin, reference: { url: waha.origin + name } });
      expect(answer).toEqual({ kind: 'gone', reason: 'too-large' });
      expect(await readdir(folder)).toEqual([]);
    }
  });

  test('53: an answer that does not begin is given up after fifteen seconds; one that does not end, with the signal', async () => {
    let reached = (): void => {};
    const arrived = new Promise<void>((resolve) => (reached = resolve));
    await using silent = await startServer(() => reached());
    const asking = fetchFrom({ url: silent.origin, reference: { url: silent.origin + name } });
    await arrived;
    await clock.advance(15_001);
    expect(await asking).toEqual({ kind: 'later', reason: 'unreachable' });

    await using endless = await startServer((_, response) => void response.writeHead(200).write(bytes));
    const end = new AbortController();
    const fetching = fetchFrom({
      url: endless.origin,
      reference: { url: endless.origin + name },
      signal: end.signal,
    });
    await expect.poll(async () => (await readdir(folder)).length).toBe(1);
    end.abort();
    expect(await fetching).toEqual({ kind: 'later', reason: 'stopped' });
    expect(await readdir(folder)).toEqual([]);
  });

  test('53: an answer about a message that is no JSON, too long, or names another place', async () => {
    for (const text of [
      '<html>',
      'x'.repeat(1_100_000),
      '{}',
      '{"media":null}',
      '{"media":{"url":"http://a/etc"}}',
    ]) {
      await using waha = await startServer((_, response) => response.end(text));
      const answer = await fetchFrom({ url: waha.origin, reference: { session: 'org1' } });
      expect(answer.kind, text.slice(0, 40)).toBe('later');
    }
  });

  test('a file that stands there already is not written over', async () => {
    await using waha = await startServer(serveFile);
    const reference = { url: waha.origin + name };
    expect((await fetchFrom({ url: waha.origin, reference })).kind).toBe('fetched');
    expect((await fetchFrom({ url: waha.origin, reference, largest: 5_000 })).kind).toBe('later');
  });
});

test('which addresses are of the open internet', () => {
  const inside = `10.1.2.3 100.64.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1 0.0.0.0
    192.0.0.8 198.18.0.1 203.0.113.5 224.0.0.1 255.255.255.255 :: ::1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::a9fe:a9fe
    2002:7f00:1:: 2001:db8::1 fd00::1 fe80::1 ff02::1 2001::1 example.com 127.0.0.1:80`.split(/\s+/);
  for (const address of inside) expect(isPublicAddress(address), address).toBe(false);
  for (const address of ['8.8.8.8', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1']) {
    expect(isPublicAddress(address), address).toBe(true);
  }
});

test('an Inbox is ready once its server is known, and no more when the setting is gone', async () => {
  let server: { url: string; key: string } | undefined = { url: 'http://waha:3000', key: '' };
  const options = { trusted: [], clock, log: pino({ level: 'silent' }) };
  const files = createRemoteFiles({
    ...options,
    serverOf: async (inboxId) => (inboxId === 1 ? server : undefined),
  });
  expect(files.isReady(1)).toBe(false);
  await expect.poll(() => files.isReady(1)).toBe(true);
  expect(files.isReady(2)).toBe(false);
  server = undefined;
  await clock.advance(60_001);
  files.isReady(1);
  await expect.poll(() => files.isReady(1)).toBe(false);
});
