import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Device } from '../shapes.ts';
import type { Certificate } from '../web/certificate.ts';
import type { QrTimes } from '../web/device-link.ts';
import type { World } from '../world.ts';
import { Mailbox } from './mailbox.ts';
import { MediaDoor } from './media-door.ts';
import { noiseAuthority } from './noise.ts';
import { SignalHalf } from './signal.ts';
import { SocketLink } from './socket-link.ts';

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

/** WhatsApp's servers as far as a multi-device client can see: the socket, and the servers for files. */
export class SocketServer implements AsyncDisposable {
  readonly door: SocketDoor;
  #server: Server;
  #sockets: WebSocketServer;
  #connections = new Set<Socket>();
  #mailboxes = new Map<string, Mailbox>();
  #unsubscribe: () => void;
  #signal: SignalHalf;

  private constructor(server: Server, options: SocketOptions) {
    const { world, certificate, qrTimes } = options;
    const port = (server.address() as AddressInfo).port;
    const authority = noiseAuthority();
    const signal = new SignalHalf(certificate.key);
    const media = new MediaDoor(world, signal);
    media.host = `127.0.0.1:${port}`;
    this.#server = server;
    this.#signal = signal;
    this.door = {
      url: `wss://${media.host}/ws/chat`,
      noiseRoot: Buffer.from(authority.root.public).toString('base64'),
      certificate: certificate.cert,
    };
    const mailboxOf = (device: Device, isFresh: boolean): Mailbox => {
      const had = this.#mailboxes.get(device.id);
      if (had) return had;
      const mailbox = new Mailbox(world, signal, media, device, isFresh);
      this.#mailboxes.set(device.id, mailbox);
      return mailbox;
    };
    server.on('connection', (socket: Socket) => {
      if (world.faults.serverDown) return socket.destroy();
      this.#connections.add(socket);
      return socket.on('close', () => this.#connections.delete(socket));
    });
    server.on('request', (request, response) => {
      media.answer(request, response).catch(() => response.destroy());
    });
    this.#sockets = new WebSocketServer({ server, path: '/ws/chat' });
    this.#sockets.on('connection', (socket) => {
      SocketLink.take(socket, { world, signal, media, authority, qrTimes, mailboxOf });
    });
    // A kept device's box is there before the device is: what comes meanwhile waits in it.
    for (const device of world.state.devices) if (device.number !== undefined) mailboxOf(device, false);
    this.#unsubscribe = world.subscribe((event) => {
      if (event.kind === 'faults' && world.faults.serverDown)
        for (const socket of this.#connections) socket.destroy();
      if (event.kind !== 'unlinked') return;
      const mailbox = this.#mailboxes.get(event.device.id);
      this.#mailboxes.delete(event.device.id);
      // It is told first.
      if (mailbox) world.after(100, () => mailbox[Symbol.dispose]());
    });
  }

  static async start(options: SocketOptions): Promise<SocketServer> {
    const { key, cert } = options.certificate;
    const server = createServer({ key, cert });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
    return new SocketServer(server, options);
  }

  forgetSignalSessions(): void {
    this.#signal.forgetSessions();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    for (const mailbox of this.#mailboxes.values()) mailbox[Symbol.dispose]();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    for (const socket of this.#connections) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
