import { encodeWAMessage, proto } from 'baileys';
import type { BinaryNode } from 'baileys';
import { androidMessageId, isGroup } from '../identifiers.ts';
import type { Device, Message, Receipt, Wid, WorldEvent } from '../shapes.ts';
import type { World } from '../world.ts';
import { ownJid, toJid } from './addresses.ts';
import { AppState, pairPatch, starPatch, type Action } from './app-state.ts';
import { Arrangements } from './arrangements.ts';
import { Handed, type Letter } from './handed.ts';
import { firstBatches, notificationOf } from './history.ts';
import type { MediaDoor } from './media-door.ts';
import { node } from './nodes.ts';
import { Notices } from './notices.ts';
import { Sealer } from './sealer.ts';
import type { Bundle, SignalHalf } from './signal.ts';
import { sealVote } from './votes.ts';
import { keyOf, writerOf } from './write-proto.ts';

export interface MailboxLink {
  send(stanza: BinaryNode): void;
  /** Says why, and hangs up. */
  end(error?: BinaryNode): void;
}
const mostLetters = 5_000;

/**
 * What WhatsApp keeps for one linked device, connected or not: its keys, what it has not yet confirmed, its view of
 * pins and names. Lives as long as the device is linked.
 */
export class Mailbox {
  readonly device: Device;
  readonly number: number;
  readonly appState: AppState;
  #world: World;
  #signal: SignalHalf;
  #media: MediaDoor;
  #link: MailboxLink | undefined;
  #letters: Letter[] = [];
  #notices: Notices;
  #handed = new Handed();
  #isOpen = false;
  #turn: Promise<void> = Promise.resolve();
  #sealer: Sealer;
  #unsubscribe: () => void;
  /** The device did it itself: it needs no word of it. */
  #isDeaf = false;
  #arrangements: Arrangements;
  #receipts = new Map<string, Map<Wid, number>>();

  constructor(world: World, signal: SignalHalf, media: MediaDoor, device: Device, isFresh: boolean) {
    this.#world = world;
    this.#signal = signal;
    this.#media = media;
    this.device = device;
    this.number = device.number ?? 1;
    this.#sealer = new Sealer(world, signal, media, this.number);
    this.appState = new AppState(signal.derive('app-state', device.id));
    this.#arrangements = new Arrangements(world, this.appState);
    this.#notices = new Notices(world);
    this.#unsubscribe = world.subscribe((event) => this.#hear(event));
    if (isFresh) this.#welcome();
    // What came while nobody ran this world's servers.
    else
      for (const message of world.state.messages)
        if (device.delivered !== undefined && message.n > device.delivered) this.#putMessage(message);
  }
  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.#link?.end();
  }

  // ---- connecting ---------------------------------------------------------------------------------------

  /** The device is there. Another connection of the same device has to go. */
  attach(link: MailboxLink): void {
    const before = this.#link;
    this.#link = link;
    this.#isOpen = false;
    // That the one before has ended may be heard of later, or never.
    this.#letters.unshift(...this.#handed.takeBack());
    before?.end(node('stream:error', {}, [node('conflict', { type: 'replaced' })]));
  }
  detach(link: MailboxLink): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#isOpen = false;
    this.#letters.unshift(...this.#handed.takeBack());
  }
  /** It listens now: hands over what has lain here, and says when that was all. */
  open(): void {
    if (this.#isOpen || !this.#link) return;
    const count = this.#letters.length;
    this.#isOpen = true;
    const waiting = this.#letters.splice(0);
    for (const letter of waiting) this.#hand(letter, true);
    this.#inTurn(async () =>
      this.#link?.send(node('ib', { from: 's.whatsapp.net' }, [node('offline', { count })])),
    );
  }
  /** Its keys, which who writes to it needs. */
  get bundle(): Bundle | undefined {
    return this.#sealer.bundle;
  }
  leaveKeys(bundle: Bundle): void {
    this.#sealer.bundle = bundle;
  }
  /** The device has it. */
  confirm(kind: string, id: string): void {
    this.#handed.confirm(`${kind}:${id}`);
  }
  send(stanza: BinaryNode): void {
    this.#link?.send(stanza);
  }
  /** What `act` does to the world is no news for this device. */
  quietly(act: () => void): void {
    this.#isDeaf = true;
    try {
      act();
    } finally {
      this.#isDeaf = false;
    }
  }

  #put(letter: Letter): void {
    if (this.#isOpen) return this.#hand(letter, false);
    if (this.#letters.push(letter) > mostLetters) this.#letters.shift();
  }
  #hand(letter: Letter, isLate: boolean): void {
    const again = this.#world.faults.duplicateEvents ? 2 : 1;
    this.#inTurn(async () => {
      if (!this.#isOpen) return void this.#letters.push(letter);
      this.#handed.add(letter);
      const stanza = (letter.made ??= await letter.make());
      if (!stanza) return this.#handed.remove(letter);
      const handed = isLate ? { ...stanza, attrs: { ...stanza.attrs, offline: '0' } } : stanza;
      for (let time = 0; time < again; time++) this.#link?.send(handed);
    });
  }
  /** One after the other: what was said first arrives first. */
  #inTurn(act: () => Promise<void>): void {
    this.#turn = this.#turn
      .then(act)
      .catch((error: unknown) => this.#world.reportMissing(`socket: ${String(error)}`));
  }

  // ---- what the phone sends at first ----------------------------------------------------------------------

  #welcome(): void {
    const world = this.#world;
    this.putPeer({ appStateSyncKeyShare: this.appState.share() }, 'APP_STATE_SYNC_KEY_SHARE');
    this.#inTurn(async () => {
      await this.#signal.forgetDevice(ownJid(world, this.number));
      await this.#arrangements.begin();
      for (const batch of await firstBatches(world, this.#media)) {
        const historySyncNotification = await notificationOf(batch, this.#media);
        this.putPeer({ historySyncNotification }, 'HISTORY_SYNC_NOTIFICATION');
      }
    });
    this.device.delivered = world.state.messages.at(-1)?.n ?? 0;
  }

  /** From the phone to its device, and in no chat. */
  putPeer(part: proto.Message.IProtocolMessage, type: keyof typeof proto.Message.ProtocolMessage.Type): void {
    const id = androidMessageId();
    const content = { protocolMessage: { ...part, type: proto.Message.ProtocolMessage.Type[type] } };
    this.#put({
      key: `message:${id}`,
      make: async () => {
        const sealed = await this.#sealer.seal('me', encodeWAMessage(content as proto.IMessage), false);
        const attrs = {
          from: ownJid(this.#world, 0),
          id,
          t: this.#world.now(),
          type: 'text',
          category: 'peer',
        };
        return node('message', attrs, [sealed]);
      },
    });
  }
  /** What the phone answers to a request of the device. */
  answerPeer(requestId: string, batch: proto.IHistorySync): void {
    this.#inTurn(async () => {
      const historySyncNotification = await notificationOf(batch, this.#media, requestId);
      this.putPeer({ historySyncNotification }, 'HISTORY_SYNC_NOTIFICATION');
    });
  }

  // ---- messages ----------------------------------------------------------------------------------------

  #putMessage(message: Message, anew = false): void {
    // As it was written: what becomes of it later is said later.
    const written = { ...message };
    this.#put({ key: `message:${message.id}`, make: () => this.#stanzaOf(written, anew) });
  }
  /** It could not be read: once more, sealed anew. */
  again(id: string): void {
    const message = this.#world.state.messages.find((one) => one.id === id);
    if (message && message.type !== 'ciphertext') this.#putMessage(message, true);
  }

  #stanzaOf(message: Message, anew: boolean): Promise<BinaryNode | undefined> {
    this.device.delivered = Math.max(this.device.delivered ?? 0, message.n);
    return this.#sealer.stanzaOf(message, anew);
  }
  /** Something said about a message, by whoever says it. */
  #putAbout(
    message: Message,
    from: Wid,
    content: () => proto.IMessage,
    type: string,
    attrs: object = {},
  ): void {
    const id = androidMessageId();
    this.#put({
      key: `message:${id}`,
      make: async () => {
        const enc = await this.#sealer.sealContent(message, from, content(), false);
        const now = { ...this.#sealer.attrsOf(message, id, type, from), t: String(this.#world.now()) };
        return node('message', { ...now, ...attrs }, enc);
      },
    });
  }

  // ---- what happens in the world --------------------------------------------------------------------------

  #hear(event: WorldEvent): void {
    switch (event.kind) {
      case 'unlinked':
        if (event.device.id === this.device.id)
          this.#link?.end(
            node('stream:error', { code: 401 }, [node('conflict', { type: 'device_removed' })]),
          );
        return;
      case 'command':
        return this.#obey(event.command);
      case 'faults':
        if (this.#world.faults.serverDown) this.#link?.end();
        return;
      case 'message':
        if (event.message.device === this.device.id) return;
        return this.#putMessage(event.message);
      case 'changed':
        return this.#hearChange(event.message, event.what);
      default:
    }
    if (this.#isDeaf) return;
    this.#putNotice(this.#notices.of(event));
    switch (event.kind) {
      case 'reaction': {
        const { message, from, text, t } = event;
        const reaction = { key: this.#keyFor(message, from), text, senderTimestampMs: t * 1000 };
        return this.#putAbout(message, from, () => ({ reactionMessage: reaction }), 'reaction');
      }
      case 'vote': {
        const { message, from, options, t } = event;
        const voted = (): proto.IMessage => sealVote(this.#world, this.#media, message, from, options, t);
        return this.#putAbout(message, from, voted, 'poll');
      }
      case 'chat':
        return this.#arrangements.changesOf(event.chat).forEach((change) => this.#sync(change));
      case 'person':
        return this.#sync(() => this.#arrangements.putContact(event.person));
      case 'pair':
        return this.#sync(() => this.appState.put(pairPatch(event.lid, toJid(event.phone))));
      default:
    }
  }

  /** The key of a message as the one who speaks of it has it. */
  #keyFor(message: Message, from: Wid): proto.IMessageKey {
    const key = keyOf(message);
    const isOurs = from === this.#world.me.phone || from === this.#world.me.lid;
    if (isOurs) return key;
    const own = message.author ? message.author === from : !message.fromMe;
    const remoteJid = isGroup(message.chat) ? key.remoteJid : toJid(this.#world.me.phone);
    return {
      id: message.id,
      fromMe: own,
      ...(remoteJid ? { remoteJid } : {}),
      ...(isGroup(message.chat) ? { participant: toJid(writerOf(message, this.#world)) } : {}),
    };
  }

  #hearChange(message: Message, what: Extract<WorldEvent, { kind: 'changed' }>['what']): void {
    const from = writerOf(message, this.#world);
    switch (what) {
      case 'ack':
      case 'receipts':
        return this.#tellReceipts(message);
      case 'decrypted':
        return this.#putMessage(message);
      default:
    }
    if (this.#isDeaf) return;
    const { Type } = proto.Message.ProtocolMessage;
    const key = this.#keyFor(message, from);
    switch (what) {
      case 'body': {
        const timestampMs = message.editedAt ?? this.#world.now() * 1000;
        const editedMessage = message.media
          ? { imageMessage: { caption: message.body } }
          : { conversation: message.body };
        const content = { protocolMessage: { key, type: Type.MESSAGE_EDIT, editedMessage, timestampMs } };
        return this.#putAbout(message, from, () => content, 'text', { edit: '1' });
      }
      case 'revoked':
        return this.#putAbout(
          message,
          from,
          () => ({ protocolMessage: { key, type: Type.REVOKE } }),
          'text',
          { edit: '7' },
        );
      case 'star': {
        const { chat, id, fromMe, fields } = message;
        return this.#sync(() => this.appState.put(starPatch(toJid(chat), id, fromMe, fields?.star === true)));
      }
      default:
    }
  }

  #tellReceipts(message: Message): void {
    const { sends } = this.#world.faults;
    if (!message.fromMe) return;
    if (message.device === this.device.id && (sends === 'hold-reply' || sends === 'hang')) return;
    if (message.ack < 0) {
      const attrs = { class: 'message', id: message.id, from: toJid(message.chat), error: 479 };
      return this.send(node('ack', attrs));
    }
    if (isGroup(message.chat)) {
      for (const receipt of message.receipts ?? [])
        this.#tellReceipt(message, receipt.member, rungOf(receipt));
    } else this.#tellReceipt(message, undefined, message.ack);
  }
  #tellReceipt(message: Message, member: Wid | undefined, rung: number): void {
    if (rung < 2) return;
    const told = this.#receipts.get(message.id) ?? new Map<Wid, number>();
    this.#receipts.set(message.id, told);
    const who = member ?? message.chat;
    if (member !== undefined && (told.get(who) ?? 0) >= rung) return;
    told.set(who, rung);
    const type = { 2: undefined, 3: 'read', 4: 'played' }[rung];
    const attrs = {
      from: toJid(message.chat),
      id: message.id,
      t: this.#world.now(),
      type,
      ...(member ? { participant: toJid(member) } : {}),
    };
    this.putReceipt(message.id, node('receipt', attrs));
  }
  /** Lies there until it is confirmed, too. Of one message several may lie there. */
  putReceipt(id: string, receipt: BinaryNode): void {
    this.#put({ key: `receipt:${id}`, make: async () => structuredClone(receipt) });
  }

  // ---- pins, mutes, names ---------------------------------------------------------------------------------

  /** Something of what all devices share has changed; the device is told where to look. */
  #sync(change: () => Promise<string | undefined>): void {
    this.#inTurn(async () => {
      const name = await change();
      if (name === undefined) return;
      const id = androidMessageId();
      const attrs = { from: 's.whatsapp.net', type: 'server_sync', id, t: this.#world.now() };
      this.#putNotice({ id, stanza: node('notification', attrs, [node('collection', { name })]) });
    });
  }
  #putNotice(notice: { id: string; stanza: BinaryNode } | undefined): void {
    if (notice)
      this.#put({ key: `notification:${notice.id}`, make: async () => structuredClone(notice.stanza) });
  }
  /** What the device has done. */
  hearAction(action: Action): void {
    this.quietly(() => this.#arrangements.take(action, this.device.id));
  }

  #obey(command: Extract<WorldEvent, { kind: 'command' }>['command']): void {
    switch (command.do) {
      case 'drop-sockets':
        return this.#link?.end();
      case 'stream-error':
        return this.#link?.end(node('stream:error', { code: command.code }));
      case 'state':
        if (command.state !== 'CONFLICT') return;
        return this.#link?.end(node('stream:error', {}, [node('conflict', { type: 'replaced' })]));
      default:
    }
  }
}

const rungOf = ({ read, played }: Receipt): number => (played ? 4 : read ? 3 : 2);
