import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Certificate } from '../web/certificate.ts';
import type { QrTimes } from '../web/device-link.ts';
import type { World } from '../world.ts';
import { noiseAuthority } from './authority.ts';
import type { Exchange } from './exchange.ts';

export interface SocketOptions {
  world: World;
  certificate: Certificate;
  qrTimes: QrTimes;
  port: number;
}

/** What an engine must be given to speak to this world in place of WhatsApp. */
export interface SocketDoor {
  url: string;
  /** Base64 of the 32 bytes a client trusts in place of WhatsApp's own. */
  noiseRoot: string;
  /** PEM; to be trusted beside the usual ones, for socket and files. */
  certificate: string;
}

/**
 * WhatsApp's servers as far as a multi-device client can see: the socket, and the servers for files. What answers behind
 * the door is the library's other half and takes as long to read as the library: it comes with the first that knocks.
 */
export class SocketServer implements AsyncDisposable {
  readonly door: SocketDoor;
  #server: Server;
  #sockets = new WebSocketServer({ noServer: true, path: '/ws/chat' });
  #connections = new Set<Socket>();
  #open: () => Promise<Exchange>;
  #opening: Promise<Exchange> | undefined;
  #exchange: Exchange | undefined;
  #unsubscribe: () => void;

  private constructor(server: Server, options: SocketOptions) {
    const { world, certificate, qrTimes } = options;
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const authority = noiseAuthority();
    this.#server = server;
    this.door = {
      url: `wss://${host}/ws/chat`,
      noiseRoot: Buffer.from(authority.root.public).toString('base64'),
      certificate: certificate.cert,
    };
    this.#open = async () => {
      const module = await import('./exchange.ts');
      this.#exchange = new module.Exchange({ world, secret: certificate.key, authority, qrTimes, host });
      return this.#exchange;
    };
    server.on('connection', (socket: Socket) => {
      if (world.faults.serverDown) return socket.destroy();
      this.#connections.add(socket);
      return socket.on('close', () => this.#connections.delete(socket));
    });
    server.on('request', (request, response) => {
      this.#opened()
        .then((exchange) => exchange.answer(request, response))
        .catch(() => response.destroy());
    });
    server.on('upgrade', (request, socket, head) => {
      // Who has gone while it waited for the first opening.
      socket.on('error', () => socket.destroy());
      this.#opened()
        .then((exchange) => this.#sockets.handleUpgrade(request, socket, head, (link) => exchange.take(link)))
        .catch(() => socket.destroy());
    });
    this.#unsubscribe = world.subscribe((event) => {
      if (event.kind === 'faults' && world.faults.serverDown)
        for (const socket of this.#connections) socket.destroy();
    });
  }

  static async start(options: SocketOptions): Promise<SocketServer> {
    const { key, cert } = options.certificate;
    const server = createServer({ key, cert });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
    const started = new SocketServer(server, options);
    // What comes for a kept device before it knocks lies in its box.
    if (options.world.state.devices.some(({ number }) => number !== undefined)) await started.#opened();
    return started;
  }

  forgetSignalSessions(): void {
    this.#exchange?.forgetSignalSessions();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    (await this.#opening)?.[Symbol.dispose]();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    for (const socket of this.#connections) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #opened(): Promise<Exchange> {
    return (this.#opening ??= this.#open());
  }
}
