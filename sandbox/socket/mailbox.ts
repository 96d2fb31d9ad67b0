import { encodeWAMessage, proto } from 'baileys';
import type { BinaryNode } from 'baileys';
import { arrange } from '../arranging.ts';
import { androidMessageId, isGroup } from '../identifiers.ts';
import type { Chat, Device, Message, Person, Receipt, Wid, WorldEvent } from '../shapes.ts';
import type { World } from '../world.ts';
import { otherAddress, ownJid, ownerOf, toJid, toWid } from './addresses.ts';
import { AppState, contactPatch, pairPatch, starPatch, type Action } from './app-state.ts';
import { noticeOf } from './group-lines.ts';
import { firstBatches, notificationOf } from './history.ts';
import type { MediaDoor } from './media-door.ts';
import { node } from './nodes.ts';
import type { Bundle, SignalHalf } from './signal.ts';
import { sealVote } from './votes.ts';
import { contentOf, keyOf, writerOf } from './write-proto.ts';

/** What lies in the box: made when it is handed over, since a message is sealed for the session of that moment. */
interface Letter {
  /** What the device names when it has it: kind of stanza and id. */
  key: string;
  make(): Promise<BinaryNode | undefined>;
}
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
  bundle: Bundle | undefined;
  #world: World;
  #signal: SignalHalf;
  #media: MediaDoor;
  #link: MailboxLink | undefined;
  #letters: Letter[] = [];
  #handed = new Map<string, Letter>();
  #isOpen = false;
  #turn: Promise<void> = Promise.resolve();
  #unsubscribe: () => void;
  /** The device did it itself: it needs no word of it. */
  #isDeaf = false;
  #chats = new Map<Wid, Pick<Chat, 'pinned' | 'archived' | 'mutedUntil' | 'unread'>>();
  /** Who has been given a group's sender key: `author group`. */
  #senderKeys = new Set<string>();
  #receipts = new Map<string, Map<Wid, number>>();

  constructor(world: World, signal: SignalHalf, media: MediaDoor, device: Device, isFresh: boolean) {
    this.#world = world;
    this.#signal = signal;
    this.#media = media;
    this.device = device;
    this.number = device.number ?? 1;
    this.appState = new AppState(signal.derive('app-state', device.id));
    for (const chat of world.state.chats) this.#chats.set(chat.id, { ...chat });
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
    before?.end(node('stream:error', {}, [node('conflict', { type: 'replaced' })]));
  }
  detach(link: MailboxLink): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#isOpen = false;
    this.#letters.unshift(...this.#handed.values());
    this.#handed.clear();
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
  leaveKeys(bundle: Bundle): void {
    this.bundle = bundle;
  }
  /** The device has it. */
  confirm(kind: string, id: string): void {
    this.#handed.delete(`${kind}:${id}`);
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
      this.#handed.set(letter.key, letter);
      for (let time = 0; time < again; time++) {
        const stanza = await letter.make();
        if (!stanza) return void this.#handed.delete(letter.key);
        if (isLate) stanza.attrs['offline'] = '0';
        this.#link?.send(stanza);
      }
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
    this.#putPeer({ appStateSyncKeyShare: this.appState.share() }, 'APP_STATE_SYNC_KEY_SHARE');
    this.#inTurn(async () => {
      await this.#signal.forgetDevice(ownJid(world, this.number));
      await this.appState.modify({ pushNameSetting: world.me.pushName }, '');
      for (const person of world.state.people) await this.#putContact(person);
      for (const chat of world.state.chats) {
        if (chat.pinned) await this.appState.modify({ pin: true }, toJid(chat.id));
        if (chat.mutedUntil) await this.appState.modify({ mute: muteEnd(chat) }, toJid(chat.id));
      }
      for (const batch of await firstBatches(world, this.#media)) {
        const historySyncNotification = await notificationOf(batch);
        this.#putPeer({ historySyncNotification }, 'HISTORY_SYNC_NOTIFICATION');
      }
    });
    this.device.delivered = world.state.messages.at(-1)?.n ?? 0;
  }
  async #putContact(person: Person): Promise<string | undefined> {
    const wid = person.numberHidden ? person.lid : (person.phone ?? person.lid);
    if (!wid || person.stranger || person.name === undefined) return undefined;
    const lid = person.numberHidden || wid.endsWith('@lid') ? undefined : person.lid;
    return this.appState.put(contactPatch(toJid(wid), person.name, lid));
  }

  /** From the phone to its device, and in no chat. */
  #putPeer(
    part: proto.Message.IProtocolMessage,
    type: keyof typeof proto.Message.ProtocolMessage.Type,
  ): void {
    const id = androidMessageId();
    const content = { protocolMessage: { ...part, type: proto.Message.ProtocolMessage.Type[type] } };
    this.#put({
      key: `message:${id}`,
      make: async () => {
        const sealed = await this.#seal('me', encodeWAMessage(content as proto.IMessage), false);
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
      const historySyncNotification = await notificationOf(batch, requestId);
      this.#putPeer({ historySyncNotification }, 'HISTORY_SYNC_NOTIFICATION');
    });
  }

  // ---- messages ----------------------------------------------------------------------------------------

  #putMessage(message: Message, anew = false): void {
    this.#put({ key: `message:${message.id}`, make: () => this.#stanzaOf(message, anew) });
  }
  /** It could not be read: once more, sealed anew. */
  again(id: string): void {
    const message = this.#world.state.messages.find((one) => one.id === id);
    if (message && message.type !== 'ciphertext') this.#putMessage(message, true);
  }

  async #stanzaOf(message: Message, anew: boolean): Promise<BinaryNode | undefined> {
    const world = this.#world;
    this.device.delivered = Math.max(this.device.delivered ?? 0, message.n);
    if (message.type === 'gp2') return noticeOf(world, message);
    if (message.type === 'notification_template' || message.type === 'e2e_notification') return undefined;
    if (message.type === 'revoked') return undefined;
    if (message.type === 'ciphertext') {
      const parts =
        message.fields?.subtype === 'view_once_unavailable_fanout'
          ? [node('unavailable', { type: 'view_once' })]
          : [node('enc', { v: 2, type: 'msg' }, Buffer.from([0x33, 1, 2, 3, 4, 5, 6, 7, 8, 9]))];
      return node('message', this.#attrsOf(message, message.id, 'text'), parts);
    }
    const content = await contentOf(message, world, this.#media);
    const type = message.media ? 'media' : message.type === 'poll_creation' ? 'poll' : 'text';
    const enc = await this.#sealContent(message, writerOf(message, world), content, anew);
    return node('message', this.#attrsOf(message, message.id, type), enc);
  }

  #attrsOf(
    message: Message,
    id: string,
    type: string,
    from = writerOf(message, this.#world),
  ): BinaryNode['attrs'] {
    const world = this.#world;
    const isOurs = from === world.me.phone || from === world.me.lid;
    const attrs: Record<string, string | number | undefined> = { id, t: message.t, type };
    if (!isOurs && message.pushName) attrs['notify'] = message.pushName;
    if (isGroup(message.chat)) {
      const other = otherAddress(world, from);
      Object.assign(attrs, {
        from: toJid(message.chat),
        participant: toJid(from),
        addressing_mode: from.endsWith('@lid') ? 'lid' : 'pn',
      });
      if (other) attrs[other.endsWith('@lid') ? 'participant_lid' : 'participant_pn'] = toJid(other);
    } else if (isOurs) {
      const other = otherAddress(world, message.chat);
      Object.assign(attrs, { from: ownJid(world, 0), recipient: toJid(message.chat) });
      if (other) attrs[other.endsWith('@lid') ? 'peer_recipient_lid' : 'peer_recipient_pn'] = toJid(other);
    } else {
      const other = otherAddress(world, message.chat);
      attrs['from'] = toJid(message.chat);
      if (other) attrs[other.endsWith('@lid') ? 'sender_lid' : 'sender_pn'] = toJid(other);
    }
    return node('message', attrs).attrs;
  }

  async #sealContent(
    message: Message,
    from: Wid,
    content: proto.IMessage,
    anew: boolean,
  ): Promise<BinaryNode[]> {
    const world = this.#world;
    const owner = ownerOf(world, from);
    if (!owner) throw new Error(`nobody is ${from}`);
    if (!isGroup(message.chat)) {
      const isOurs = owner === 'me';
      const whole = isOurs
        ? { deviceSentMessage: { destinationJid: toJid(message.chat), message: content } }
        : content;
      return [await this.#seal(owner, encodeWAMessage(whole), anew)];
    }
    const group = toJid(message.chat);
    const author = toJid(from);
    const { ciphertext, distribution } = await this.#signal.encryptForGroup(
      owner,
      group,
      author,
      encodeWAMessage(content),
    );
    const sealed: BinaryNode[] = [];
    const given = `${author} ${group}`;
    if (anew || !this.#senderKeys.has(given)) {
      this.#senderKeys.add(given);
      const senderKeyDistributionMessage = {
        groupId: group,
        axolotlSenderKeyDistributionMessage: distribution,
      };
      sealed.push(await this.#seal(owner, encodeWAMessage({ senderKeyDistributionMessage }), anew));
    }
    return [...sealed, node('enc', { v: 2, type: 'skmsg' }, Buffer.from(ciphertext))];
  }
  async #seal(owner: string, plain: Uint8Array, anew: boolean): Promise<BinaryNode> {
    const jid = ownJid(this.#world, this.number);
    const sealed = await this.#signal.encrypt(owner, jid, plain, () => this.bundle, anew);
    return node('enc', { v: 2, type: sealed.type }, Buffer.from(sealed.ciphertext));
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
        const enc = await this.#sealContent(message, from, content(), false);
        const now = { ...this.#attrsOf(message, id, type, from), t: String(this.#world.now()) };
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
        return this.#hearChat(event.chat);
      case 'person':
        return this.#sync(() => this.#putContact(event.person));
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
      const stanza = node('notification', attrs, [node('collection', { name })]);
      this.#put({ key: `notification:${id}`, make: async () => structuredClone(stanza) });
    });
  }
  #hearChat(chat: Chat): void {
    const before = this.#chats.get(chat.id) ?? { unread: 0 };
    this.#chats.set(chat.id, { ...chat });
    const jid = toJid(chat.id);
    if ((before.pinned ?? false) !== (chat.pinned ?? false))
      this.#sync(() => this.appState.modify({ pin: chat.pinned ?? false }, jid));
    if ((before.archived ?? false) !== (chat.archived ?? false))
      this.#sync(() => this.appState.modify({ archive: chat.archived ?? false, lastMessages: [] }, jid));
    if ((before.mutedUntil ?? 0) !== (chat.mutedUntil ?? 0))
      this.#sync(() => this.appState.modify({ mute: muteEnd(chat) }, jid));
    const [was, is] = [before.unread, chat.unread];
    if (was !== is && (is === 0 || is === -1))
      this.#sync(() => this.appState.modify({ markRead: is === 0, lastMessages: [] }, jid));
  }
  /** What the device has done. */
  hearAction({ index: [what, jid = '', id = ''], value }: Action): void {
    const world = this.#world;
    const wid = toWid(jid);
    if (!wid) return;
    const chat = world.people.findChat(wid);
    this.quietly(() => {
      if (value.starAction) return world.star(id, value.starAction.starred === true);
      if (!chat) return;
      if (value.pinAction) arrange(world, wid, { pinned: value.pinAction.pinned === true });
      if (value.archiveChatAction)
        arrange(world, wid, { archived: value.archiveChatAction.archived === true });
      if (value.muteAction) {
        const until = Number(value.muteAction.muteEndTimestamp ?? 0);
        const seconds = until < 0 ? -1 : Math.floor(until / 1000);
        arrange(world, wid, { mutedUntil: value.muteAction.muted ? seconds : 0 });
      }
      if (value.markChatAsReadAction) {
        if (value.markChatAsReadAction.read) world.readByUs(wid, this.device.id);
        else arrange(world, wid, { unread: true });
      }
      void what;
    });
    if (chat) this.#chats.set(wid, { ...chat });
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

const muteEnd = (chat: Chat): number | null =>
  !chat.mutedUntil ? null : chat.mutedUntil < 0 ? -1 : chat.mutedUntil * 1000;
const rungOf = ({ read, played }: Receipt): number => (played ? 4 : read ? 3 : 2);
