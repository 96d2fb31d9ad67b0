import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { pictureFile } from '../pictures.ts';
import type { World } from '../world.ts';
import type { Certificate } from './certificate.ts';
import { DeviceLink, type QrTimes } from './device-link.ts';
import { pageModules } from './page-modules.ts';

export type Generation = 1 | 2 | 3;

export interface WebOptions {
  world: World;
  certificate: Certificate;
  generation: Generation;
  qrTimes: QrTimes;
  port: number;
}

const versions: Record<Generation, string> = {
  1: '2.3000.1023204200',
  2: '2.3000.1042401057',
  3: '2.3000.1047210399',
};
const mostUploadBytes = 64 * 1024 * 1024;

/** web.whatsapp.com, as far as the library can see: HTTPS for page and media, one socket per open page. */
export class WebServer implements AsyncDisposable {
  readonly port: number;
  #server: Server;
  #sockets: WebSocketServer;
  #connections: Set<Socket>;
  private constructor(server: Server, sockets: WebSocketServer, connections: Set<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
    this.#connections = connections;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(options: WebOptions): Promise<WebServer> {
    const { world, certificate } = options;
    const server = createServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
      respond(request, response, options).catch(() => response.destroy());
    });
    const connections = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      if (world.faults.serverDown) return socket.destroy();
      connections.add(socket);
      return socket.on('close', () => connections.delete(socket));
    });
    const sockets = new WebSocketServer({ server, path: '/ws/chat' });
    sockets.on('connection', (socket) => new DeviceLink(socket, world, options.qrTimes));
    world.subscribe((event) => {
      if (event.kind === 'faults' && world.faults.serverDown)
        for (const socket of connections) socket.destroy();
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
    return new WebServer(server, sockets, connections);
  }

  /** Arguments that make a browser find this server, and no other host at all. */
  browserArguments(spki: string): string[] {
    const here = `127.0.0.1:${this.port}`;
    return [
      `--host-resolver-rules=MAP web.whatsapp.com ${here},MAP *.whatsapp.net ${here},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1`,
      `--ignore-certificate-errors-spki-list=${spki}`,
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    for (const socket of this.#connections) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { world, generation }: WebOptions,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'https://web.whatsapp.com');
  response.setHeader('cache-control', 'no-store');
  const script = pathname.startsWith('/page/') ? (await pageModules()).get(pathname) : undefined;
  if (script !== undefined) {
    response.setHeader('content-type', 'text/javascript; charset=utf-8').end(script);
  } else if (pathname === '/') {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(page(generation));
  } else if (pathname === '/mms/upload' && world.faults.uploads === 'refuse') {
    response.writeHead(500).end();
  } else if (pathname === '/mms/upload' && request.method === 'POST') {
    const data = await bodyOf(request);
    const mimetype = request.headers['content-type'] ?? 'application/octet-stream';
    const { path } = world.media.store({ data, mimetype });
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ path }));
  } else if (pathname.startsWith('/p/')) {
    // Another host than the page's, which lets every page in.
    response.setHeader('access-control-allow-origin', '*');
    const picture = pictureFile(world, pathname);
    if (picture) response.setHeader('content-type', picture.mimetype).end(picture.body);
    else response.writeHead(404).end();
  } else {
    const media = world.faults.media === 'gone' ? undefined : world.media.get(pathname);
    const comes = world.faults.media !== 'fail-twice' || world.media.countAsking(pathname) > 2;
    if (media && !comes) response.writeHead(503).end();
    else if (media) response.setHeader('content-type', media.mimetype).end(media.body);
    else response.writeHead(404).end();
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > mostUploadBytes) throw new Error('upload too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const page = (generation: Generation): string => `<!doctype html>
<html data-generation="${generation}" data-version="${versions[generation]}">
<head><meta charset="utf-8"><title>WhatsApp</title><link rel="icon" href="data:,"></head>
<body><div id="app"></div><script type="module" src="/page/main.ts"></script></body></html>`;
