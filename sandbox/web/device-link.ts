import type { WebSocket } from 'ws';
import { token } from '../identifiers.ts';
import { Refusal } from '../refusal.ts';
import type { Device, Message, WorldEvent } from '../shapes.ts';
import type { WaitingPage } from '../waiting.ts';
import type { World } from '../world.ts';
import { answerCall } from './calls.ts';
import { rawChat, rawContact, rawMe, rawMessage, rawVote } from './raw.ts';
import type { Frame, PageFrame, RawMessage } from './wire.ts';

/** How long codes live. WhatsApp: the first 60 s, then 20 s each, six in all; then the page idles. */
export interface QrTimes {
  firstMs: number;
  nextMs: number;
  codes: number;
}
/** As the world's troubles have it. */
export function qrTimesIn({ faults: { codeMs } }: World, usual: QrTimes): QrTimes {
  return codeMs > 0 ? { ...usual, firstMs: codeMs, nextMs: codeMs } : usual;
}

/** Newest messages of a chat that a page gets without asking. */
const recentPerChat = 15;

/** One open page: what it is told, what it asks. Lives as long as its socket. */
export class DeviceLink {
  readonly id = token();
  #socket: WebSocket;
  #world: World;
  #times: QrTimes;
  #device: Device | undefined;
  #page: WaitingPage | undefined;
  #stopCodes = (): void => {};
  #unsubscribe: () => void;

  constructor(socket: WebSocket, world: World, times: QrTimes) {
    this.#socket = socket;
    this.#world = world;
    this.#times = times;
    this.#unsubscribe = world.subscribe((event) => this.#hear(event));
    socket.on('message', (data) => this.#read(String(data)));
    socket.on('close', () => this.#end());
    socket.on('error', () => socket.terminate());
  }

  get device(): Device | undefined {
    return this.#device;
  }
  get page(): WaitingPage | undefined {
    return this.#page;
  }
  tell(frame: Frame): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #end(): void {
    this.#unsubscribe();
    this.#stopWaiting();
  }
  #stopWaiting(): void {
    this.#stopCodes();
    if (this.#page) this.#world.waiting.remove(this.#page);
    this.#page = undefined;
  }

  #read(text: string): void {
    let frame: PageFrame;
    try {
      frame = JSON.parse(text) as PageFrame;
    } catch {
      return this.#socket.terminate();
    }
    if (frame.kind === 'hello') this.#hello(frame.credentials);
    else if (frame.kind === 'refresh') this.#wait();
    else if (frame.kind === 'takeover') this.tell({ kind: 'state', state: 'CONNECTED' });
    else if (frame.kind === 'missing') this.#world.reportMissing(frame.name);
    else if (frame.kind === 'call') void this.#answer(frame);
  }
  async #answer(frame: Extract<PageFrame, { kind: 'call' }>): Promise<void> {
    const { call } = frame;
    try {
      this.tell({ kind: 'answer', call, value: await answerCall(this, this.#world, frame.name, frame.args) });
    } catch (error) {
      this.tell({ kind: 'answer', call, error: error instanceof Refusal ? error.message : String(error) });
    }
  }

  // ---- linking ------------------------------------------------------------------------------------------

  #hello(credentials: string | null): void {
    const device = credentials ? this.#world.deviceOf(credentials) : undefined;
    if (device) this.#open(device);
    else if (credentials) this.tell({ kind: 'logout' });
    else this.#wait();
  }
  /** Shows codes until one is scanned or all are used up. Called again, it starts over. */
  #wait(): void {
    if (this.#device) return;
    this.#stopWaiting();
    const page = this.#world.waiting.add((device) => this.#linked(device));
    const times = qrTimesIn(this.#world, this.#times);
    this.#page = page;
    this.tell({ kind: 'ref', ref: page.ref });
    const next = (left: number, afterMs: number): void => {
      this.#stopCodes = this.#world.after(afterMs, () => {
        if (left === 0) {
          this.#world.waiting.expire(page);
          this.tell({ kind: 'state', state: 'UNPAIRED_IDLE' });
        } else {
          this.tell({ kind: 'ref', ref: this.#world.waiting.renew(page) });
          next(left - 1, times.nextMs);
        }
      });
    };
    next(times.codes - 1, times.firstMs);
  }
  #linked(device: Device): void {
    this.#stopCodes();
    this.#page = undefined;
    this.tell({ kind: 'linked', credentials: device.credentials });
    this.#world.after(50, () => this.#open(device));
  }
  #open(device: Device): void {
    const world = this.#world;
    this.#device = device;
    const { chats, people } = world.state;
    this.tell({
      kind: 'open',
      me: rawMe(world.me),
      contacts: people.map(rawContact).filter((contact) => contact !== undefined),
      chats: chats.map((chat) => rawChat(chat, world)),
      messages: chats.flatMap((chat) =>
        world
          .messagesOf(chat.id)
          .slice(-recentPerChat)
          .map((message) => rawMessage(message, world)),
      ),
      sync: world.faults.sync,
      hangSends: world.faults.sends === 'hang',
    });
  }

  // ---- what happens in the world ------------------------------------------------------------------------

  #hear(event: WorldEvent): void {
    const world = this.#world;
    if (event.kind === 'command') return this.#obey(event.command);
    if (!this.#device) return;
    switch (event.kind) {
      case 'message':
        return this.#hearMessage(event.message, event.fresh, event.early ?? false);
      case 'changed': {
        if (event.what === 'receipts' || (event.what === 'ack' && this.#isHeld(event.message))) return;
        const raw = rawMessage(event.message, world);
        const set = patchOf(event.what, raw);
        const frame: Frame = { kind: 'patch', id: raw.id, set };
        this.tell(frame);
        if (world.faults.duplicateEvents) this.tell({ ...frame, again: true });
        return;
      }
      case 'removed':
        return this.tell({ kind: 'remove', id: event.message.key });
      case 'reaction': {
        const { text, t, from, message } = event;
        const mine = from === world.me.phone;
        const id = `${mine}_${message.chat}_${event.id}${message.author ? `_${from}` : ''}`;
        return this.tell({ kind: 'reaction', reaction: { id, parent: message.key, text, t, from } });
      }
      case 'vote':
        return this.tell({ kind: 'vote', vote: rawVote(event.message, event, world) });
      case 'chat':
        return this.tell({ kind: 'chat', chat: rawChat(event.chat, world) });
      case 'person': {
        const contact = rawContact(event.person);
        return contact && this.tell({ kind: 'contact', contact });
      }
      case 'pair':
        return this.tell({ kind: 'pair', pn: event.phone, lid: event.lid });
      case 'faults':
        return this.tell({ kind: 'faults', hangSends: world.faults.sends === 'hang' });
      case 'unlinked':
        if (event.device.id !== this.#device.id) return;
        this.#device = undefined;
        return this.tell({ kind: 'logout' });
      default:
    }
  }
  /** Of a send whose answer is held back, this device hears no tick either. */
  #isHeld(message: Message): boolean {
    const { sends } = this.#world.faults;
    return message.device === this.#device?.id && (sends === 'hold-reply' || sends === 'hang');
  }
  #hearMessage(message: Message, fresh: boolean, early: boolean): void {
    if (message.device === this.#device?.id) return;
    const raw = rawMessage(message, this.#world);
    if (early) this.tell({ kind: 'patch', id: raw.id, set: { ack: 2 }, early: { ...raw, ack: 2 } });
    this.tell({ kind: 'message', message: raw, fresh });
    if (this.#world.faults.duplicateEvents) this.tell({ kind: 'message', message: raw, fresh, again: true });
  }
  #obey(command: Extract<WorldEvent, { kind: 'command' }>['command']): void {
    switch (command.do) {
      case 'state':
        return this.tell({ kind: 'state', state: command.state });
      case 'resync':
        return this.tell({ kind: 'resync' });
      case 'iframes':
        return this.tell({ kind: 'iframes', count: command.count });
      case 'reload':
        return this.tell({ kind: 'reload' });
      case 'drop-sockets':
        return this.#socket.terminate();
      default:
    }
  }
}

/** What changes in the page's model. */
function patchOf(
  what: 'ack' | 'body' | 'revoked' | 'decrypted' | 'star',
  raw: RawMessage,
): Partial<RawMessage> {
  const { latestEditSenderTimestampMs: at } = raw;
  const { id: _id, chat: _chat, t: _t, ack, star, type, ...rest } = raw;
  switch (what) {
    case 'ack':
      return { ack };
    case 'star':
      return { star: star ?? false };
    case 'revoked':
      return { type: 'revoked' };
    case 'decrypted':
      // The library asks what it has become when its type changes: the rest is there before.
      return { ...rest, type };
    case 'body':
      return {
        ...(raw.directPath ? { caption: raw.caption ?? '' } : { body: raw.body ?? '' }),
        ...(at === undefined ? {} : { latestEditSenderTimestampMs: at }),
      };
    default:
      throw new Error(`no change ${String(what satisfies never)}`);
  }
}
