import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import type { Device } from '../shapes.ts';
import type { QrTimes } from '../web/device-link.ts';
import type { World } from '../world.ts';
import type { NoiseAuthority } from './authority.ts';
import { Mailbox } from './mailbox.ts';
import { MediaDoor } from './media-door.ts';
import { SignalHalf } from './signal.ts';
import { SocketLink } from './socket-link.ts';

export interface ExchangeOptions {
  world: World;
  /** What everybody's keys come out of. */
  secret: string;
  authority: NoiseAuthority;
  qrTimes: QrTimes;
  /** `127.0.0.1:port` of the server for files. */
  host: string;
}

/** What stands behind the door: everybody's Signal half, the devices' boxes, the files. */
export class Exchange implements Disposable {
  readonly #options: ExchangeOptions;
  readonly #signal: SignalHalf;
  readonly #media: MediaDoor;
  #mailboxes = new Map<string, Mailbox>();
  #unsubscribe: () => void;

  constructor(options: ExchangeOptions) {
    const { world, secret, host } = options;
    this.#options = options;
    this.#signal = new SignalHalf(secret);
    this.#media = new MediaDoor(world, this.#signal);
    this.#media.host = host;
    // A kept device's box is there before the device is: what comes meanwhile waits in it.
    for (const device of world.state.devices) if (device.number !== undefined) this.#mailboxOf(device, false);
    this.#unsubscribe = world.subscribe((event) => {
      if (event.kind !== 'unlinked') return;
      const mailbox = this.#mailboxes.get(event.device.id);
      this.#mailboxes.delete(event.device.id);
      // It is told first.
      if (mailbox) world.after(100, () => mailbox[Symbol.dispose]());
    });
  }

  /** One connection, for as long as it lasts. */
  take(socket: WebSocket): void {
    const { world, authority, qrTimes } = this.#options;
    SocketLink.take(socket, {
      world,
      signal: this.#signal,
      media: this.#media,
      authority,
      qrTimes,
      mailboxOf: (device, isFresh) => this.#mailboxOf(device, isFresh),
    });
  }
  /** What is asked of the servers for files. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.#media.answer(request, response);
  }
  forgetSignalSessions(): void {
    this.#signal.forgetSessions();
  }
  [Symbol.dispose](): void {
    this.#unsubscribe();
    for (const mailbox of this.#mailboxes.values()) mailbox[Symbol.dispose]();
  }

  #mailboxOf(device: Device, isFresh: boolean): Mailbox {
    const had = this.#mailboxes.get(device.id);
    if (had) return had;
    const mailbox = new Mailbox(this.#options.world, this.#signal, this.#media, device, isFresh);
    this.#mailboxes.set(device.id, mailbox);
    return mailbox;
  }
}
