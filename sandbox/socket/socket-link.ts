import { decodeBinaryNode, encodeBinaryNode, proto } from 'baileys';
import type { BinaryNode } from 'baileys';
import type { WebSocket } from 'ws';
import { token } from '../identifiers.ts';
import { Refusal } from '../refusal.ts';
import type { Device } from '../shapes.ts';
import type { Shown, WaitingPage } from '../waiting.ts';
import { qrTimesIn, type QrTimes } from '../web/device-link.ts';
import type { World } from '../world.ts';
import { CodeExchange, pairSuccess, readQr, type Seen } from './account.ts';
import { toWid } from './addresses.ts';
import { answerQuestion } from './answers.ts';
import type { NoiseAuthority } from './authority.ts';
import type { Mailbox, MailboxLink } from './mailbox.ts';
import type { MediaDoor } from './media-door.ts';
import { answerMediaRetry } from './media-retry.ts';
import { NoiseResponder, type Hello } from './noise.ts';
import { bytesOf, childOf, childrenOf, node } from './nodes.ts';
import type { SignalHalf } from './signal.ts';
import { takeMessage } from './take-message.ts';

export interface LinkOptions {
  world: World;
  signal: SignalHalf;
  media: MediaDoor;
  authority: NoiseAuthority;
  qrTimes: QrTimes;
  mailboxOf(device: Device, isFresh: boolean): Mailbox;
}

/** One connection of a device: the handshake, linking or logging in, and what it asks. Lives as long as its socket. */
export class SocketLink implements MailboxLink {
  #socket: WebSocket;
  #options: LinkOptions;
  #noise: NoiseResponder;
  #turn: Promise<void> = Promise.resolve();
  #hello: Hello | undefined;
  #page: WaitingPage | undefined;
  #exchange: CodeExchange | undefined;
  #linking: Device | undefined;
  #mailbox: Mailbox | undefined;
  #stopCodes = (): void => {};
  #unsubscribe: () => void;

  /** Lives as long as the socket. */
  static take(socket: WebSocket, options: LinkOptions): SocketLink {
    return new SocketLink(socket, options);
  }
  private constructor(socket: WebSocket, options: LinkOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#noise = new NoiseResponder(options.authority, (bytes) => this.#write(bytes), {
      hello: (hello) => this.#greet(hello),
      frame: (plain) => this.#inTurn(async () => this.#hear(await decodeBinaryNode(plain as never))),
    });
    socket.on('message', (data) => this.#read(data as Buffer));
    socket.on('close', () => this.#end());
    socket.on('error', () => socket.terminate());
    // Until it is somebody's, the world's troubles reach it here.
    this.#unsubscribe = options.world.subscribe((event) => {
      if (this.#mailbox) return;
      if (event.kind === 'command' && event.command.do === 'drop-sockets') socket.terminate();
      if (event.kind === 'command' && event.command.do === 'stream-error')
        this.end(node('stream:error', { code: event.command.code }));
    });
  }

  #read(data: Buffer): void {
    try {
      this.#noise.read(data);
    } catch (error) {
      this.#options.world.reportMissing(`socket: ${String(error)}`);
      this.#socket.terminate();
    }
  }
  #write(bytes: Uint8Array): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(bytes);
  }
  send(stanza: BinaryNode): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#noise.send(encodeBinaryNode(stanza));
  }
  end(error?: BinaryNode): void {
    // Who has not shaken hands yet has no key to read a reason with.
    if (!error || !this.#noise.isOpen) return this.#socket.terminate();
    this.send(error);
    this.#options.world.after(20, () => this.#socket.close());
  }
  #end(): void {
    this.#unsubscribe();
    this.#stopWaiting();
    this.#mailbox?.detach(this);
  }
  #inTurn(act: () => Promise<void>): void {
    this.#turn = this.#turn.then(act).catch((error: unknown) => {
      this.#options.world.reportMissing(`socket: ${String(error)}`);
    });
  }

  // ---- linking ----------------------------------------------------------------------------------------------

  #greet(hello: Hello): void {
    this.#hello = hello;
    const { world, mailboxOf } = this.#options;
    if (!hello.payload.username) return this.#wait();
    const device = world.deviceOf(hello.staticKey.toString('base64'));
    if (!device) return this.end(node('failure', { reason: 401, location: 'sandbox' }));
    this.#mailbox = mailboxOf(device, false);
    this.#mailbox.attach(this);
    const attrs = {
      t: world.now(),
      props: 1,
      companion_enc_static: '',
      lid: world.me.lid && this.#lid(device),
    };
    return this.send(node('success', attrs));
  }
  #lid(device: Device): string {
    return `${this.#options.world.me.lid?.split('@')[0]}:${device.number ?? 1}@lid`;
  }

  /** Gives the references of all codes at once, as WhatsApp does; which of them is shown, the device decides. */
  #wait(): void {
    const { world } = this.#options;
    const qrTimes = qrTimesIn(world, this.#options.qrTimes);
    const page = world.waiting.add((device, shown) => this.#linked(device, shown), {
      references: Array.from({ length: qrTimes.codes }, () => `2@${Buffer.from(token()).toString('base64')}`),
      check: (shown) => this.#check(shown),
    });
    this.#page = page;
    const refs = (page.references ?? []).map((ref) => node('ref', {}, Buffer.from(ref)));
    const attrs = { from: 's.whatsapp.net', type: 'set', id: 'pair', xmlns: 'md' };
    this.send(node('iq', attrs, [node('pair-device', {}, refs)]));
    const lives = qrTimes.firstMs + (qrTimes.codes - 1) * qrTimes.nextMs;
    this.#stopCodes = world.after(lives, () => {
      world.waiting.expire(page);
      this.end(node('stream:error', { code: 408 }));
    });
  }
  #stopWaiting(): void {
    this.#stopCodes();
    if (this.#page) this.#options.world.waiting.remove(this.#page);
    this.#page = undefined;
  }
  #check({ qr, code }: Shown): void {
    if (code !== undefined ? this.#exchange : qr && readQr(qr)) return;
    throw new Refusal('unreadable-code', 'the whole text of this code is needed: paste it');
  }
  #linked(device: Device, { qr, code }: Shown): void {
    const hello = this.#hello;
    if (!hello) return;
    this.#stopCodes();
    this.#page = undefined;
    const { world } = this.#options;
    device.credentials = hello.staticKey.toString('base64');
    device.number = Math.max(0, ...world.state.devices.map((one) => one.number ?? 0)) + 1;
    device.name = nameOf(hello);
    this.#linking = device;
    const seen = qr === undefined ? undefined : readQr(qr);
    if (seen) this.#succeed(device, seen);
    else if (code !== undefined) this.#inTurn(() => this.#showCode(code));
  }
  #succeed(device: Device, seen: Seen): void {
    const { world, signal } = this.#options;
    this.send(pairSuccess(world, signal, device.number ?? 1, seen));
  }
  async #showCode(code: string): Promise<void> {
    const parts = await this.#exchange?.begin(code.replace(/[^0-9a-z]/gi, '').toUpperCase());
    if (!parts) return;
    const attrs = { from: 's.whatsapp.net', type: 'link_code_companion_reg', id: token(), t: 1 };
    const stage = node('link_code_companion_reg', { stage: 'primary_hello' }, [
      node('link_code_pairing_ref', {}, Buffer.from('sandbox')),
      ...parts,
    ]);
    this.send(node('notification', attrs, [stage]));
  }

  /** The two halves of the exchange behind a pairing code. */
  #linkByCode(iq: BinaryNode, stage: BinaryNode): void {
    const { world, signal } = this.#options;
    const answer = (children: BinaryNode[]): void => this.#answer(iq, children);
    if (stage.attrs['stage'] === 'companion_hello') {
      const wrapped = bytesOf(childOf(stage, 'link_code_pairing_wrapped_companion_ephemeral_pub'));
      this.#exchange = new CodeExchange(signal, wrapped);
      if (this.#page) world.waiting.setCode(this.#page, toWid(stage.attrs['jid'])?.split('@')[0] ?? '');
      return answer([
        node('link_code_companion_reg', {}, [node('link_code_pairing_ref', {}, Buffer.from('sandbox'))]),
      ]);
    }
    const device = this.#linking;
    if (!device || !this.#exchange) return answer([]);
    const bundle = bytesOf(childOf(stage, 'link_code_pairing_wrapped_key_bundle'));
    try {
      const seen = this.#exchange.finish(bundle, bytesOf(childOf(stage, 'companion_identity_public')));
      answer([]);
      return this.#succeed(device, seen);
    } catch {
      // Whoever typed it has typed another one.
      world.unlink(device.id);
      return this.end(node('stream:error', { code: 500 }));
    }
  }

  // ---- what it says -----------------------------------------------------------------------------------------

  async #hear(stanza: BinaryNode): Promise<void> {
    const { world } = this.#options;
    const mailbox = this.#mailbox;
    if (stanza.tag === 'iq') return this.#hearQuestion(stanza);
    if (!mailbox) return;
    switch (stanza.tag) {
      case 'message':
        return takeMessage({ ...this.#options, mailbox }, stanza);
      case 'receipt':
        return this.#hearReceipt(mailbox, stanza);
      case 'ack':
        return mailbox.confirm(stanza.attrs['class'] ?? '', stanza.attrs['id'] ?? '');
      case 'chatstate': {
        const chat = toWid(stanza.attrs['to']);
        const what = childOf(stanza);
        if (!chat || !what) return;
        const kind = what.attrs['media'] === 'audio' ? 'recording' : what.tag;
        world.tell({
          kind: 'typing',
          chat,
          what: kind === 'recording' || kind === 'paused' ? kind : 'composing',
        });
        return;
      }
      default:
    }
  }

  async #hearQuestion(iq: BinaryNode): Promise<void> {
    const child = childOf(iq);
    const mailbox = this.#mailbox;
    if (iq.attrs['type'] === 'result') {
      if (child?.tag === 'pair-device-sign') this.#paired();
      return;
    }
    if (child?.tag === 'link_code_companion_reg') return this.#linkByCode(iq, child);
    if (child?.tag === 'remove-companion-device' && mailbox) {
      this.#answer(iq, []);
      return this.#options.world.unlink(mailbox.device.id);
    }
    if (!mailbox) return this.#answer(iq, []);
    const { world, signal, media } = this.#options;
    const asked = { world, signal, mailbox, mediaHost: media.host };
    this.#answer(iq, await answerQuestion(asked, iq));
    if (iq.attrs['xmlns'] === 'passive') mailbox.open();
  }
  #answer(iq: BinaryNode, children: BinaryNode[]): void {
    const { id, to = 's.whatsapp.net' } = iq.attrs;
    const type = children[0]?.tag === 'error' ? 'error' : 'result';
    this.send(node('iq', { from: to, type, id }, children.length ? children : undefined));
  }
  /** Linked: the device comes back and logs in. */
  #paired(): void {
    if (!this.#linking) return;
    this.#options.mailboxOf(this.#linking, true);
    this.end(node('stream:error', { code: 515 }));
  }

  #hearReceipt(mailbox: Mailbox, { attrs, content }: BinaryNode): void {
    const { world, media } = this.#options;
    const { id = '', type, to, from, recipient } = attrs;
    const ids = [
      id,
      ...childrenOf(childOf({ tag: '', attrs: {}, content: content ?? [] }, 'list'), 'item').flatMap(
        (item) => item.attrs['id'] ?? [],
      ),
    ];
    if (type === 'server-error') return answerMediaRetry({ world, media, mailbox }, id);
    // Who asks for it again says besides that this copy is of no use: that is what confirms it.
    if (type !== 'retry') for (const one of ids) mailbox.confirm('message', one);
    this.send(node('ack', { class: 'receipt', id, from: to, type, participant: attrs['participant'] }));
    if (type === 'retry') return mailbox.again(id);
    const chat = toWid(recipient ?? to ?? from);
    if ((type === 'read' || type === 'read-self') && chat && world.people.findChat(chat))
      mailbox.quietly(() => world.readByUs(chat, mailbox.device.id));
    return undefined;
  }
}

/** As the phone's list of devices calls it. */
function nameOf({ payload }: Hello): string {
  const props = payload.devicePairingData?.deviceProps;
  const { os, platformType } = props ? proto.DeviceProps.decode(props) : { os: '', platformType: undefined };
  const kind =
    platformType === undefined || platformType === null
      ? ''
      : (proto.DeviceProps.PlatformType[platformType] ?? '');
  const browser = kind ? kind[0] + kind.slice(1).toLowerCase().replaceAll('_', ' ') : 'WhatsApp';
  return os ? `${browser} (${os})` : browser;
}
