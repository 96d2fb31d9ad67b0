import { encodeWAMessage } from 'baileys';
import type { BinaryNode, proto } from 'baileys';
import { isGroup } from '../identifiers.ts';
import type { Message, Wid } from '../shapes.ts';
import type { World } from '../world.ts';
import { otherAddress, ownJid, ownerOf, toJid } from './addresses.ts';
import { noticeOf } from './group-lines.ts';
import type { MediaDoor } from './media-door.ts';
import { node } from './nodes.ts';
import type { Bundle, SignalHalf } from './signal.ts';
import { contentOf, writerOf } from './write-proto.ts';

/** Makes of what is said in the world what one device can open, and nobody else. */
export class Sealer {
  bundle: Bundle | undefined;
  #world: World;
  #signal: SignalHalf;
  #media: MediaDoor;
  #number: number;
  /** Who has been given a group's sender key: `author group`. */
  #senderKeys = new Set<string>();

  constructor(world: World, signal: SignalHalf, media: MediaDoor, number: number) {
    this.#world = world;
    this.#signal = signal;
    this.#media = media;
    this.#number = number;
  }

  /** A message of the world as the device gets it; nothing for what devices are not told in this way. */
  async stanzaOf(message: Message, anew: boolean): Promise<BinaryNode | undefined> {
    const world = this.#world;
    if (message.type === 'gp2') return noticeOf(world, message);
    if (message.type === 'notification_template' || message.type === 'e2e_notification') return undefined;
    if (message.type === 'revoked') return undefined;
    if (message.type === 'ciphertext') {
      const parts =
        message.fields?.subtype === 'view_once_unavailable_fanout'
          ? [node('unavailable', { type: 'view_once' })]
          : [node('enc', { v: 2, type: 'msg' }, Buffer.from([0x33, 1, 2, 3, 4, 5, 6, 7, 8, 9]))];
      return node('message', this.attrsOf(message, message.id, 'text'), parts);
    }
    const content = await contentOf(message, world, this.#media);
    const type = message.media ? 'media' : message.type === 'poll_creation' ? 'poll' : 'text';
    const enc = await this.sealContent(message, writerOf(message, world), content, anew);
    return node('message', this.attrsOf(message, message.id, type), enc);
  }

  attrsOf(
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

  /** Sealed for the device by whoever wrote it. `anew`: for a new session. */
  async sealContent(
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
      return [await this.seal(owner, encodeWAMessage(whole), anew)];
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
      sealed.push(await this.seal(owner, encodeWAMessage({ senderKeyDistributionMessage }), anew));
    }
    return [...sealed, node('enc', { v: 2, type: 'skmsg' }, Buffer.from(ciphertext))];
  }
  async seal(owner: string, plain: Uint8Array, anew: boolean): Promise<BinaryNode> {
    const jid = ownJid(this.#world, this.#number);
    const sealed = await this.#signal.encrypt(owner, jid, plain, () => this.bundle, anew);
    return node('enc', { v: 2, type: sealed.type }, Buffer.from(sealed.ciphertext));
  }
}
