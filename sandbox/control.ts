import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { phoneFiles } from './phone-files.ts';
import { Refusal } from './refusal.ts';
import { verbs } from './verbs.ts';
import { viewOf, viewOfEvent } from './view.ts';
import type { World } from './world.ts';

/** A file of 8 MiB as base64. */
const mostBodyBytes = 12 * 1024 * 1024;
const heartbeatMs = 20_000;
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** What the door answers instead of opening. */
class Turned extends Error {
  override name = 'Turned';
  readonly status: number;
  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/**
 * The way into a world from outside: `POST /api/<verb>` with JSON, `GET /api/state`, `GET /api/events` (an
 * event stream), and the phone page at `/`. Loopback only, under its own name only: pages of other origins are
 * refused, and so is any name that somebody else's DNS could point here.
 */
export class ControlDoor implements AsyncDisposable {
  readonly url: string;
  #server: Server;
  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  static async start(world: World, port = 0): Promise<ControlDoor> {
    const server = createServer((request, response) => {
      open(request, response, world).catch((error: unknown) => refuse(response, error));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return new ControlDoor(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function open(request: IncomingMessage, response: ServerResponse, world: World): Promise<void> {
  response.setHeader('content-security-policy', policy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('cache-control', 'no-store');
  checkCaller(request);
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (pathname.startsWith('/api/')) {
    checkOrigin(request);
    return answer(request, response, world, pathname.slice('/api/'.length));
  }
  const file = (await phoneFiles()).get(pathname);
  if (!file) throw new Turned(404, 'nothing here');
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new Turned(405, 'only GET');
  response.setHeader('content-type', file.type).end(file.body);
  return undefined;
}

/** Loopback peers, speaking to this door by a loopback name. */
function checkCaller({ socket, headers }: IncomingMessage): void {
  const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (peer !== '::1' && !peer.startsWith('127.')) throw new Turned(403, 'loopback only');
  const names = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${socket.localPort}`);
  if (!names.includes(headers.host ?? '')) throw new Turned(403, 'not by this name');
}

/** The world may be changed and read by our own page and by programs, not by other pages in the same browser. */
function checkOrigin({ headers }: IncomingMessage): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (origin !== undefined && origin !== `http://${host}`) throw new Turned(403, 'not from this origin');
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new Turned(403, 'not from another site');
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  world: World,
  name: string,
): Promise<void> {
  if (request.method === 'GET' && name === 'state') return reply(response, 200, viewOf(world));
  if (request.method === 'GET' && name === 'events') return stream(response, world);
  if (request.method === 'GET' && name.startsWith('file/'))
    return file(response, world, name.slice('file/'.length));
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) throw new Turned(404, 'no such verb');
  if (request.method !== 'POST') throw new Turned(405, 'only POST');
  return reply(response, 200, verb.act(world, await bodyOf(request)) ?? {});
}

/** Types that are shown in place; whatever else somebody "sent" is only handed out. */
const shown = /^(image\/(jpeg|png|webp|gif)|video\/mp4|audio\/(ogg|wav|mpeg|mp4))(;|$)/;

/** The file of a message. */
function file(response: ServerResponse, world: World, id: string): void {
  const { media } = world.find(decodeURIComponent(id));
  const stored = media && world.media.get(media.path);
  if (!stored) throw new Turned(404, 'no such file');
  const isShown = shown.test(stored.mimetype);
  response.writeHead(200, {
    'content-type': isShown ? stored.mimetype : 'application/octet-stream',
    'content-length': stored.body.length,
    ...(isShown ? {} : { 'content-disposition': 'attachment' }),
  });
  response.end(stored.body);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new Turned(415, 'JSON only');
  // Said at once: who is cut off while sending hears no answer.
  if (Number(request.headers['content-length'] ?? 0) > mostBodyBytes) throw new Turned(413, 'too large');
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > mostBodyBytes) throw new Turned(413, 'too large');
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    throw new Turned(400, 'not JSON');
  }
}

/** Every event of the world as it happens; a comment now and then keeps the line open. */
function stream(response: ServerResponse, world: World): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write(': open\n\n');
  const stop = world.subscribe((event) => {
    // A reader that does not read is let go; it comes back and asks for the state.
    if (response.writableLength > 4 * 1024 * 1024) response.destroy();
    else response.write(`data: ${JSON.stringify(viewOfEvent(event))}\n\n`);
  });
  const beat = setInterval(() => response.write(': beat\n\n'), heartbeatMs);
  response.on('close', () => {
    stop();
    clearInterval(beat);
  });
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  if (error instanceof Turned) return reply(response, error.status, { code: 'turned', text: error.message });
  if (error instanceof Refusal) return reply(response, 409, { code: error.code, text: error.message });
  if (error instanceof z.ZodError)
    return reply(response, 400, { code: 'bad-request', text: z.prettifyError(error) });
  return reply(response, 500, { code: 'fault', text: 'the sandbox stumbled' });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(text);
}
