import { EventEmitter } from 'node:events';
import { systemWorldClock, type WorldClock } from './clock.ts';
import { noFaults, type Faults } from './faults.ts';
import type { DeviceSend, Inbound, Typed, WorldOptions } from './inputs.ts';
import { Ledger } from './ledger.ts';
import { androidMessageId, isGroup, isLid, messageKey, token } from './identifiers.ts';
import { MediaStore } from './media-store.ts';
import { Population } from './population.ts';
import { members, receive } from './receipts.ts';
import { Refusal } from './refusal.ts';
import { emptyState, fromSeed } from './seed-state.ts';
import type { AckLevel, Device, Message, PageCommand, Wid, WorldEvent, WorldState } from './shapes.ts';
import { WaitingPages, type Shown, type WaitingPage } from './waiting.ts';

const maxDevices = 4;
const replies = [
  'Perfetto, grazie!',
  'Ok 👍',
  'Va bene, a dopo',
  'Grazie mille',
  'Sì, confermo',
  'A che ora?',
];

/**
 * People, chats, messages and linked devices of one phone: the truth the stand-in page, the phone page and
 * tests look at. Its methods are the verbs of the phone and of the other people. Nothing here knows of sockets.
 */
export class World {
  readonly faults: Faults = { ...noFaults };
  readonly waiting = new WaitingPages(() => this.#emit({ kind: 'waiting' }));
  readonly people: Population;
  readonly media = new MediaStore();
  /** Modules that the library asked for and the stand-in lacks; tests assert there are none. */
  readonly missingModules: string[] = [];
  /** Whose existence devices asked about, in order; the newest thousand. */
  readonly askedAbout: Wid[] = [];
  /** Whose profile picture devices asked for, in order. */
  readonly askedPictures: Wid[] = [];
  /** Chats a linked device has read (and sent receipts for), in order. */
  readonly seenBy: { device: string; chat: Wid }[] = [];
  readonly deliveryMs: number;
  #state: WorldState;
  #online = true;
  #held: { message: Message; act: () => void }[] = [];
  #clock: WorldClock;
  #emitter = new EventEmitter();
  #timers = new Set<() => void>();
  #ledger: Ledger;
  #reply = 0;

  constructor(options: WorldOptions = {}) {
    this.#clock = options.clock ?? systemWorldClock;
    this.deliveryMs = options.deliveryMs ?? 60;
    this.#emitter.setMaxListeners(0);
    this.#state = options.state ?? (options.seed ? fromSeed(options.seed, this.now()) : emptyState());
    this.people = new Population(this.#state, (event) => this.#emit(event));
    this.#ledger = new Ledger(this.#state);
    this.media.wake(this.#state.messages);
    for (const message of this.#state.messages)
      if (message.fromMe && message.ack === 1 && !silentTypes.has(message.type)) this.#deliver(message);
  }

  /** Seconds. */
  now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
  get state(): Readonly<WorldState> {
    return this.#state;
  }
  get me(): WorldState['me'] {
    return this.#state.me;
  }
  get online(): boolean {
    return this.#online;
  }
  /** Hears everything that happens, in order, until the returned function is called. */
  subscribe(listener: (event: WorldEvent) => void): () => void {
    this.#emitter.on('event', listener);
    return () => this.#emitter.off('event', listener);
  }
  /** For verbs that live in files of their own. */
  tell(event: WorldEvent): void {
    this.#emit(event);
  }
  #emit(event: WorldEvent): void {
    this.#emitter.emit('event', event);
  }

  // ---- the phone: linking -------------------------------------------------------------------------------

  /** Scans the text of a QR code. Throws Refusal `stale-code`, `too-many-devices`, `phone-offline`. */
  scan(qr: string): Device {
    return this.#link(this.waiting.byQr(qr), { qr });
  }
  /** Scans whatever QR code is on a screen now. */
  scanOnScreen(): Device {
    const page = this.waiting.newest();
    return this.#link(page, page.screen === undefined ? {} : { qr: page.screen });
  }
  /** Types a pairing code; it must have been made for this phone's number. */
  enterCode(code: string): Device {
    return this.#link(this.waiting.byCode(code, this.me.phone.split('@')[0] ?? ''), { code });
  }
  #link(page: WaitingPage, shown: Shown): Device {
    if (!this.#online) throw new Refusal('phone-offline', 'the phone has no network');
    if (this.#state.devices.length >= maxDevices)
      throw new Refusal('too-many-devices', `a phone links at most ${maxDevices} devices`);
    page.check?.(shown);
    const device: Device = {
      id: token().slice(0, 8),
      credentials: token(),
      name: 'Google Chrome (Linux)',
      linkedAt: this.now(),
    };
    this.#state.devices.push(device);
    this.waiting.remove(page);
    page.link(device, shown);
    this.#emit({ kind: 'linked', device });
    return device;
  }
  /** The device these credentials belong to, while it is linked. */
  deviceOf(credentials: string): Device | undefined {
    return this.#state.devices.find((device) => device.credentials === credentials);
  }
  /** Unlinks one device, or all. */
  unlink(deviceId?: string): void {
    const gone = this.#state.devices.filter((device) => deviceId === undefined || device.id === deviceId);
    if (deviceId !== undefined && !gone.length) throw new Refusal('unknown-device');
    this.#state.devices = this.#state.devices.filter((device) => !gone.includes(device));
    for (const device of gone) this.#emit({ kind: 'unlinked', device });
  }

  // ---- the phone: network -------------------------------------------------------------------------------

  /** Offline: nothing comes in and no second tick; both catch up, in order, when the phone is back. */
  setPhoneOnline(online: boolean): void {
    this.#online = online;
    if (online) for (const { act } of this.#held.splice(0)) act();
    this.#emit({ kind: 'phone' });
  }
  setReceipts(on: boolean): void {
    this.#state.receipts = on;
    this.#emit({ kind: 'phone' });
  }
  #whenOnline(message: Message, act: () => void): void {
    if (this.#online) return act();
    this.#held.push({ message, act });
    return this.#emit({ kind: 'phone' });
  }
  /** Written while the phone is offline, and not in any chat yet. */
  get underWay(): Message[] {
    return this.#held.map(({ message }) => message).filter((message) => !this.#ledger.get(message.id));
  }

  // ---- messages -----------------------------------------------------------------------------------------

  /** Somebody writes to us. A sender nobody knew is added to the world. Times are those of sending. */
  inbound(from: Inbound): Message {
    const chat = from.group ?? from.from;
    const person = this.people.ensure(from.from, from.pushName);
    if (person.blocked && !from.group) throw new Refusal('refused', 'they are blocked');
    const author = from.group ? from.from : undefined;
    const message: Message = {
      ...this.#identify(from.id ?? androidMessageId(), chat, false, author),
      ...this.#written(from),
      pushName: from.pushName ?? person.pushName,
    };
    this.#whenOnline(message, () => this.#arrive(message, true));
    return message;
  }
  /** Typed on the phone itself: linked devices see it as a message of their own account. */
  fromPhone({ to, ...what }: Typed): Message {
    this.people.chat(to, what.t ?? this.now());
    const author = isGroup(to) ? this.me.phone : undefined;
    const message: Message = {
      ...this.#identify(what.id ?? androidMessageId(), to, true, author),
      ...this.#written(what),
    };
    this.#whenOnline(message, () => {
      this.#arrive(message, true);
      this.#deliver(message);
    });
    return message;
  }
  /** A line nobody wrote appears in a chat. */
  place(message: Message): Message {
    this.#whenOnline(message, () => this.#arrive(message, true));
    return message;
  }
  #written(from: Omit<Inbound, 'from'>): MessageContents {
    const { type, media, fields } = this.media.take(from);
    return {
      type: from.type ?? type,
      body: from.body ?? '',
      t: from.t ?? this.now(),
      ack: 1,
      ...(from.quoted ? { quoted: this.find(from.quoted).id } : {}),
      ...(media ? { media } : {}),
      ...(fields ? { fields } : {}),
    };
  }
  /** A linked page sends. Throws Refusal when the world is told to refuse, or the recipient is not there. */
  acceptSend(send: DeviceSend, device: string): Message {
    if (this.faults.sends === 'refuse') throw new Refusal('refused', 'ServerStatusCodeError');
    const had = this.#ledger.get(send.id);
    if (had) return had;
    if (!isGroup(send.chat) && !this.people.byWid(send.chat))
      throw new Refusal('not-on-whatsapp', 'No LID for user');
    const { id, chat, author, ...content } = send;
    const message: Message = {
      ...this.#identify(id, chat, true, author),
      ...content,
      t: this.now(),
      ack: 1,
      device,
    };
    this.#arrive(message, true);
    this.#deliver(message);
    return message;
  }
  #identify(id: string, chat: Wid, fromMe: boolean, author?: Wid): MessageIdentity {
    const of = { id, chat, fromMe, ...(author ? { author } : {}) };
    return { n: 0, ...of, key: messageKey(of) };
  }
  #arrive(message: Message, fresh: boolean): void {
    this.#ledger.add(message);
    const chat = this.people.chat(message.chat, message.t);
    chat.t = Math.max(chat.t, message.t);
    if (!message.fromMe && !silentTypes.has(message.type)) chat.unread = Math.max(0, chat.unread) + 1;
    this.#emit({ kind: 'message', message, fresh, early: this.faults.ackBeforeMessage });
    this.#emit({ kind: 'chat', chat });
  }
  /** The second tick, and an answer where the recipient answers by themselves. */
  #deliver(message: Message): void {
    this.after(this.deliveryMs + this.faults.slowAckMs, () =>
      this.#whenOnline(message, () => {
        if (isGroup(message.chat))
          for (const member of members(this, message.chat)) receive(this, message, member, 2);
        else if (message.ack === 1) this.ack(message.id, 2);
        const person = isGroup(message.chat) ? undefined : this.people.byWid(message.chat);
        if (person?.autoReplyMs === undefined) return;
        this.after(person.autoReplyMs / 2, () => this.readByThem(message.chat));
        this.after(person.autoReplyMs, () => {
          const body = replies[this.#reply++ % replies.length] ?? '';
          this.inbound({ from: message.chat, body });
        });
      }),
    );
  }

  /** Tells a tick, whichever: also a lower one, as the real network sometimes does. */
  ack(reference: string, ack: AckLevel): void {
    const message = this.find(reference);
    const before = message.ack;
    message.ack = ack;
    this.#emit({ kind: 'changed', message, what: 'ack' });
    if (!this.faults.ackBackwards || before >= ack || before < 0) return;
    message.ack = before;
    this.#emit({ kind: 'changed', message, what: 'ack' });
  }
  /** The other side (of a group: one member) opens the chat: ack 3, unless they keep receipts to themselves. */
  readByThem(chat: Wid, member?: Wid): void {
    if (this.people.byWid(member ?? chat)?.receipts === false) return;
    for (const message of this.messagesOf(chat)) {
      if (!message.fromMe || message.ack < 1 || message.ack >= 3 || silentTypes.has(message.type)) continue;
      if (member !== undefined) receive(this, message, member, 3);
      else this.ack(message.id, 3);
    }
  }
  /** We open the chat, on the phone or on a device. */
  readByUs(chatId: Wid, device = 'phone'): void {
    const chat = this.people.findChat(chatId);
    if (!chat) throw new Refusal('unknown-chat');
    this.seenBy.push({ device, chat: chatId });
    if (!chat.unread) return;
    chat.unread = 0;
    this.#emit({ kind: 'chat', chat });
  }
  /** The message with a new text. */
  edit(reference: string, body: string): Message {
    const message = this.find(reference);
    message.body = body;
    message.edited = true;
    message.editedAt = this.#clock.now();
    this.#emit({ kind: 'changed', message, what: 'body' });
    return message;
  }
  /** Deleted for everyone. */
  revoke(reference: string): Message {
    const message = this.find(reference);
    message.type = 'revoked';
    message.body = '';
    delete message.media;
    delete message.fields;
    this.#emit({ kind: 'changed', message, what: 'revoked' });
    return message;
  }
  /** A message that arrived as `ciphertext` can be read at last: a text, or whatever it is. */
  decrypt(reference: string, what: string | Omit<Inbound, 'from' | 't'>): Message {
    const message = this.find(reference);
    const { t: _t, ack: _ack, ...written } = this.#written(typeof what === 'string' ? { body: what } : what);
    Object.assign(message, written);
    this.#emit({ kind: 'changed', message, what: 'decrypted' });
    return message;
  }
  star(reference: string, star: boolean): void {
    const message = this.find(reference);
    message.fields = { ...message.fields, star };
    this.#emit({ kind: 'changed', message, what: 'star' });
  }
  /** Deleted for us only. */
  remove(reference: string): void {
    const message = this.find(reference);
    this.#ledger.remove(message);
    this.#emit({ kind: 'removed', message });
  }
  /** A reaction; an empty text takes it back. */
  react(reference: string, from: Wid, text: string): void {
    const message = this.find(reference);
    const t = this.now();
    const others = (message.reactions ?? []).filter((reaction) => reaction.from !== from);
    message.reactions = text ? [...others, { from, text, t }] : others;
    this.#emit({ kind: 'reaction', message, id: androidMessageId(), from, text, t });
  }

  // ---- reading ------------------------------------------------------------------------------------------

  /** By bare id or by key. Throws Refusal `unknown-message`. */
  find(reference: string): Message {
    return this.#ledger.find(reference);
  }
  /** Oldest first. */
  messagesOf(chat: Wid): Message[] {
    return this.#ledger.of(chat);
  }
  /** Sent by linked devices, in order. */
  get outbox(): Message[] {
    return this.#state.messages.filter((message) => message.device !== undefined);
  }

  // ---- addresses ----------------------------------------------------------------------------------------

  /** Linked devices learn that the two addresses are one person. */
  learnPair(phone: Wid, lid: Wid): void {
    if (isLid(phone) || !isLid(lid)) throw new Refusal('bad-request', 'a pair is a phone address and a lid');
    this.people.join(phone, lid);
    this.#emit({ kind: 'pair', phone, lid });
  }

  // ---- faults -------------------------------------------------------------------------------------------

  setFaults(faults: Partial<Faults>): void {
    Object.assign(this.faults, faults);
    this.#emit({ kind: 'faults' });
  }
  /** Does something to every open page: socket state, second sync, reload, iframes, dropped sockets. */
  command(command: PageCommand): void {
    this.#emit({ kind: 'command', command });
    if (command.do !== 'reload' || command.times <= 1) return;
    this.after(command.everyMs, () => this.command({ ...command, times: command.times - 1 }));
  }
  reportMissing(name: string): void {
    this.missingModules.push(name);
    this.#emit({ kind: 'missing-module', name });
  }

  /** Calls `act` later, unless the world has ended. */
  after(ms: number, act: () => void): () => void {
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      act();
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }
  [Symbol.dispose](): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#emitter.removeAllListeners();
  }
}

type MessageIdentity = Pick<Message, 'n' | 'id' | 'chat' | 'fromMe' | 'key' | 'author'>;

type MessageContents = Omit<Message, keyof MessageIdentity>;
/** They raise no unread count. */
const silentTypes = new Set(['gp2', 'notification_template', 'e2e_notification', 'call_log']);
