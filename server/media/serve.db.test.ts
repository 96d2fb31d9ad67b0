import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { readFile, unlink } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { readMediaOf } from '../../db/query/media.ts';
import { describeDatabases } from '../../db/testing.ts';
import type { ManualClock } from '../clock.ts';
import { newInbox, openTestRoom, scope, textEvent } from '../chat/testing.ts';
import { createMediaAddresses } from './media-address.ts';
import { S3Store } from './s3.ts';
import { StoreUnavailable, type Store } from './store.ts';
import { mediaForTest } from './testing.ts';
import { StandInS3 } from './testing-s3.ts';

/** Whose addresses they are. */
const holder = 'a'.repeat(64);

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(5_000)]);
const stranger = { organisationId: 8, agentId: 2 };

async function house(db: Database, storeOf?: (clock: ManualClock) => Promise<Store>) {
  const chat = openTestRoom(db);
  const keys = [randomBytes(32)] as const;
  const media = await mediaForTest({
    db,
    chat: chat.room,
    clock: chat.clock,
    bus: chat.bus,
    log: chat.log,
    keys,
    makesSmall: true,
    ...(storeOf && { store: await storeOf(chat.clock) }),
  });
  const server = createServer((request, response) => {
    if (!media.room.handle(request, response)) response.writeHead(418).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const port = (server.address() as AddressInfo).port;
  const inboxId = await newInbox(db);
  const receive = async (): Promise<number> => {
    const event = textEvent({ type: 'image' });
    await chat.room.receive(inboxId, [event], 'engine');
    const row = await db
      .selectFrom('message')
      .select('id')
      .where('inbox_id', '=', inboxId)
      .where('message_id', '=', event.messageId)
      .executeTakeFirstOrThrow();
    return row.id;
  };
  return {
    chat,
    media,
    server,
    port,
    inboxId,
    receive,
    sign: createMediaAddresses({ keys, clock: chat.clock }),
    /** A stored file and its address. */
    async give(mime: string, bytes: Uint8Array, facts = {}) {
      const message = await receive();
      const id = await media.give(inboxId, message, { mime, ...facts }, bytes);
      const urls = (await media.room.urls(scope, [id], holder)).get(id)!;
      return { id, message, path: urls.original!, thumbnail: urls.thumbnail };
    },
    get: (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers, method }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
      await media[Symbol.asyncDispose]();
      await chat[Symbol.asyncDispose]();
    },
  };
}

/** Open files of this process below a folder. */
function openFiles(folder: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;
}

describeDatabases('files are served', (database) => {
  test('whole, as what their bytes are, to whoever has the address', async () => {
    await using h = await house(database().db);
    const { path } = await h.give('image/jpeg', jpeg, { fileName: 'Фото 1.jpg' });
    const answer = await h.get(path);
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(jpeg)).toBe(true);
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(jpeg.length),
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'cross-origin',
      'referrer-policy': 'no-referrer',
      etag: `"${createHash('sha256').update(jpeg).digest('hex')}"`,
    });
    expect(headers['cache-control']).toMatch(/^private, max-age=\d+, immutable$/);
    expect(headers['content-disposition']).toBe(
      `inline; filename="____ 1.jpg"; filename*=UTF-8''%D0%A4%D0%BE%D1%82%D0%BE%201.jpg`,
    );
    expect(headers['set-cookie']).toBeUndefined();
    const head = await h.get(path, {}, 'HEAD');
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(String(jpeg.length));
    expect((await head.arrayBuffer()).byteLength).toBe(0);
    expect((await h.get(`${path}&d=1`)).headers.get('content-disposition')).toMatch(/^attachment; /);
    expect((await h.get('/other')).status).toBe(418);
  });

  test('in parts, and again only when they are others', async () => {
    await using h = await house(database().db);
    const { path } = await h.give('video/mp4', jpeg);
    const part = async (range: string, more = {}) => {
      const answer = await h.get(path, { range, ...more });
      return {
        status: answer.status,
        contentRange: answer.headers.get('content-range'),
        body: Buffer.from(await answer.arrayBuffer()),
      };
    };
    const size = jpeg.length;
    expect(await part('bytes=0-9')).toEqual({
      status: 206,
      contentRange: `bytes 0-9/${size}`,
      body: jpeg.subarray(0, 10),
    });
    expect(await part(`bytes=${size - 3}-`)).toMatchObject({ status: 206, body: jpeg.subarray(-3) });
    expect(await part('bytes=-5')).toMatchObject({ status: 206, body: jpeg.subarray(-5) });
    expect(await part(`bytes=10-${size * 2}`)).toMatchObject({ status: 206, body: jpeg.subarray(10) });
    expect(await part(`bytes=${size}-`)).toMatchObject({ status: 416, contentRange: `bytes */${size}` });
    for (const ignored of [
      'bytes=0-1,4-5',
      'bytes=9-1',
      'lines=1-2',
      'bytes=x',
      `bytes=${'0-0,'.repeat(900)}0-0`,
    ]) {
      expect(await part(ignored), ignored.slice(0, 30)).toMatchObject({ status: 200, body: jpeg });
    }
    const { etag } = Object.fromEntries((await h.get(path)).headers);
    expect(await part('bytes=0-9', { 'if-range': etag! })).toMatchObject({ status: 206 });
    expect(await part('bytes=0-9', { 'if-range': '"another"' })).toMatchObject({ status: 200, body: jpeg });
    expect(await part('bytes=0-9', { 'if-range': new Date().toUTCString() })).toMatchObject({ status: 200 });
    expect((await h.get(path, { 'if-none-match': `"x", W/${etag}` })).status).toBe(304);
    expect((await h.get(path, { 'if-none-match': '"x"' })).status).toBe(200);
    const head = await h.get(path, { range: 'bytes=0-9' }, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([206, '10']);
  });

  test('HTML, SVG, XML and scripts, whatever they call themselves, are downloads that no browser runs', async () => {
    await using h = await house(database().db);
    const script = '<script>window.__pwned = 1</script>';
    const hostile: [string, string, string][] = [
      ['image/jpeg', `<html>${script}`, 'x.jpg'],
      ['image/svg+xml', `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`, 'x.svg'],
      ['text/html', `<!doctype html>${script}`, 'x.html'],
      ['text/xml', `<?xml version="1.0"?><a/>`, 'x.xml'],
      ['text/javascript', 'alert(1)', 'x.js'],
      ['application/xhtml+xml', '<html xmlns="http://www.w3.org/1999/xhtml"/>', '../../x.xhtml'],
      ['', '\u0000\u0001', '"\r\nSet-Cookie: a=b'],
    ];
    for (const [mime, text, fileName] of hostile) {
      const { path } = await h.give(mime, Buffer.from(text), { fileName });
      const answer = await h.get(path);
      expect(answer.headers.get('content-type'), mime).toBe('application/octet-stream');
      expect(answer.headers.get('content-disposition'), mime).toMatch(/^attachment; filename="[\w .:=-]*"/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain('sandbox');
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
    const polyglot = Buffer.concat([jpeg.subarray(0, 20), Buffer.from(`--><html>${script}`)]);
    const asPicture = await h.get((await h.give('image/jpeg', polyglot, { fileName: 'x.html' })).path);
    expect(asPicture.headers.get('content-type')).toBe('image/jpeg');
    expect(asPicture.headers.get('content-disposition')).toContain('filename="x.html.jpg"');
    const asPage = await h.get((await h.give('text/html', polyglot)).path);
    expect(asPage.headers.get('content-type')).toBe('application/octet-stream');
    const pdf = await h.get((await h.give('application/pdf', Buffer.from('%PDF-1.7 /JS'))).path);
    expect(pdf.headers.get('content-disposition')).toMatch(/^attachment/);
  });

  test('whatever is wrong with an address, the answer is the same, and tells nothing', async () => {
    await using h = await house(database().db);
    const { id, path } = await h.give('image/jpeg', jpeg);
    const other = await h.give('image/jpeg', jpeg);
    const remote = await h.media.give(h.inboxId, await h.receive(), { mime: 'image/jpeg' });
    const { organisationId } = scope;
    const grant = { mediaId: id, organisationId, holder, variant: 'original' as const };
    const wrong = [
      path.replace(`/${id}?`, `/${other.id}?`),
      path.replace('v=o', 'v=t'),
      path.replace(/o=\d+/, 'o=8'),
      path.replace(/h=a/, 'h=b'),
      path.replace(/e=\d+/, 'e=99999999999'),
      path.replace(/k=.{5}/, 'k=AAAAA'),
      path.split('?')[0]!,
      h.sign.sign({ ...grant, organisationId: 8 }).path,
      h.sign.sign({ ...grant, variant: 'thumbnail' }).path,
      h.sign.sign({ ...grant, mediaId: remote }).path,
      h.sign.sign({ ...grant, mediaId: 999_999_999 }).path,
      '/media/../../../etc/passwd',
      '/media/..%2f..%2fetc%2fpasswd',
      `/media/${'a'.repeat(10_000)}`,
    ];
    const answers = [];
    for (const url of wrong) {
      const answer = await raw(h.port, url);
      const { 'x-request-id': _, date: __, ...headers } = answer.headers;
      answers.push({ ...answer, headers });
    }
    expect(answers[0]).toMatchObject({ status: 404 });
    for (const [i, answer] of answers.entries()) expect(answer, wrong[i]).toEqual(answers[0]);
    expect((await h.get(path)).status).toBe(200);
    await h.chat.clock.advance(15 * 60_000);
    const late = await h.get(path);
    expect(late.status).toBe(404);
    expect(late.headers.get('cache-control')).toBe('no-store');
  });

  test('another Organisation gets no address, and none for what was taken back by its author', async () => {
    await using h = await house(database().db);
    const { id, message, path } = await h.give('image/jpeg', jpeg);
    await expect(h.media.room.urls(stranger, [id], holder)).rejects.toMatchObject({ code: 'not-found' });
    await expect(h.media.room.retry(stranger, message)).rejects.toMatchObject({ code: 'not-found' });
    const other = await h.give('image/jpeg', jpeg);
    expect(
      [...(await h.media.room.urls(scope, [id, 999_999, other.id, id], holder)).keys()].toSorted(),
    ).toEqual([id, other.id].toSorted());
    await database().db.updateTable('message').set({ revoked_at: 5 }).where('id', '=', message).execute();
    expect((await h.get(path)).status).toBe(404);
    await expect(h.media.room.urls(scope, [id], holder)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('the small picture has an address of its own, and is a JPEG or nothing', async () => {
    await using h = await house(database().db);
    const small = jpeg.subarray(0, 300);
    const { thumbnail } = await h.give('video/mp4', jpeg, { thumbnail: small.toString('base64') });
    const answer = await h.get(thumbnail!);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await answer.arrayBuffer()).equals(small)).toBe(true);
    expect((await h.get(thumbnail!, { range: 'bytes=0-1' })).status).toBe(206);
    const hostile = await h.give('image/jpeg', jpeg, {
      thumbnail: Buffer.from('<svg onload=alert(1)>').toString('base64'),
    });
    expect((await h.get(hostile.thumbnail!)).status).toBe(404);
  });

  test('only reading is answered; a page of any origin may ask', async () => {
    await using h = await house(database().db);
    const { path } = await h.give('image/jpeg', jpeg);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expect((await h.get(path, {}, method)).status, method).toBe(405);
    }
    const asked = await h.get(path, { origin: 'https://crm.example' });
    expect(asked.headers.get('access-control-allow-origin')).toBe('*');
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    expect((await h.get(path, { origin: 'https://crm.example' }, 'OPTIONS')).status).toBe(204);
  });

  test('a reader that goes away in the middle, or reads nothing, leaves no file open', async () => {
    await using h = await house(database().db);
    const large = randomBytes(9_000_000);
    const { path } = await h.give('video/mp4', large);
    const reader = connect(h.port, '127.0.0.1');
    await once(reader, 'connect');
    reader.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    await once(reader, 'readable');
    expect(openFiles(h.media.folder)).toBe(1);
    // It reads no further: what is held in memory stays far below the file.
    expect(reader.bytesRead).toBeLessThan(large.length);
    const closed = new Promise<void>((done) => {
      const look = (): void => (openFiles(h.media.folder) === 0 ? done() : void setImmediate(look));
      reader.once('close', look);
    });
    reader.destroy();
    await closed;
    expect((await h.get(path)).status).toBe(200);
  });

  test('a stored file that the store has lost is asked for again, and shown as such', async () => {
    const { db } = database();
    await using h = await house(db);
    const { id, path, message } = await h.give('image/jpeg', jpeg);
    const [name] = await h.media.files();
    await unlink(`${h.media.folder}/media/files/${name!.slice(0, 2)}/${name}`);
    const pushed = new Promise<void>((done) => h.chat.bus.subscribe('media', () => done()));
    expect((await h.get(path)).status).toBe(404);
    await pushed;
    expect((await readMediaOf(db, [message])).get(message)).toMatchObject({
      id,
      state: 'remote',
      due_at: h.chat.clock.now(),
    });
    const shown = (): boolean =>
      h.chat.pushes.some(({ rows }) =>
        rows?.messages.some((one) => one.id === message && one.media?.state === 'remote'),
      );
    while (!shown()) await new Promise((turn) => setImmediate(turn));
  });

  test('from an object store too, and lent to an engine as a file for ten minutes', async () => {
    await using service = new StandInS3();
    const endpoint = await service.listen();
    await using h = await house(database().db, async (clock) => {
      service.now = () => clock.now();
      return new S3Store({ ...service.key, endpoint, bucket: 'files', prefix: '', clock });
    });
    const { path, message } = await h.give('image/jpeg', jpeg);
    const part = await h.get(path, { range: 'bytes=100-199' });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(jpeg.subarray(100, 200))).toBe(true);
    const before = await h.media.incoming();
    const lent = await Promise.all([1, 2].map(() => h.media.room.openFile(message, 'image')));
    expect(lent[1]!.file).toBe(lent[0]!.file);
    expect((await readFile(lent[0]!.file)).equals(jpeg)).toBe(true);
    await h.chat.clock.advance(10 * 60_000);
    while ((await h.media.incoming()).length > before.length) await new Promise((turn) => setImmediate(turn));
    expect(service.refused).toEqual([]);
    expect(await h.media.room.openFile(999_999, 'image')).toBeUndefined();
  });

  test('the small picture made here is served, and made again when the store has lost it', async () => {
    const { db } = database();
    await using h = await house(db);
    const photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#345' } })
      .jpeg()
      .toBuffer();
    const { id, message } = await h.give('image/jpeg', photo);
    const made = async (): Promise<string> => {
      h.media.room.wakeSmall();
      for (;;) {
        const row = (await readMediaOf(db, [message])).get(message)!;
        if (row.small_digest !== null) return row.small_digest;
        await new Promise((done) => setImmediate(done));
      }
    };
    const digest = await made();
    const { thumbnail } = (await h.media.room.urls(scope, [id], holder)).get(id)!;
    const answer = await h.get(thumbnail!);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/webp',
      etag: `"${digest}"`,
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
    });
    expect(await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).toMatchObject({ width: 320 });
    await unlink(h.media.parts.store.localPath!(digest));
    expect((await h.get(thumbnail!)).status).toBe(404);
    // That it is lost is written down after the answer; until then the row still names it.
    while ((await h.get(thumbnail!)).status !== 200) h.media.room.wakeSmall();
    expect(await made()).toBe(digest);
    // The file itself was not asked for again.
    expect((await readMediaOf(db, [message])).get(message)).toMatchObject({ state: 'stored' });
  });

  test('a store that is away is 503, and the file is asked for nobody', async () => {
    const { db } = database();
    await using h = await house(db);
    const { path, message } = await h.give('image/jpeg', jpeg);
    h.media.parts.store.open = () => Promise.reject(new StoreUnavailable('secret words of the store'));
    const answer = await h.get(path);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await answer.text()).not.toContain('secret');
    expect((await readMediaOf(db, [message])).get(message)).toMatchObject({ state: 'stored' });
  });
});

/** A request whose path is sent as it is written. */
function raw(
  port: number,
  path: string,
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  return new Promise((done, failed) => {
    const request = httpRequest({ port, host: '127.0.0.1', path, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        done({ status: response.statusCode!, headers: { ...response.headers }, body }),
      );
    });
    request.on('error', failed).end();
  });
}
