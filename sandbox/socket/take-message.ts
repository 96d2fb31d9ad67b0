import { normalizeMessageContent, proto, unpadRandomMax16 } from 'baileys';
import type { BinaryNode } from 'baileys';
import { isGroup } from '../identifiers.ts';
import { Refusal } from '../refusal.ts';
import type { Wid } from '../shapes.ts';
import { castVote } from '../votes.ts';
import type { World } from '../world.ts';
import { isOwn, ownJid, ownerOf, toJid, toWid } from './addresses.ts';
import { infoOf, olderBatch } from './history.ts';
import type { Mailbox } from './mailbox.ts';
import type { MediaDoor } from './media-door.ts';
import { bytesOf, childOf, childrenOf, node } from './nodes.ts';
import { readContent } from './read-proto.ts';
import type { SignalHalf } from './signal.ts';
import { openVote } from './votes.ts';

export interface Taking {
  world: World;
  signal: SignalHalf;
  media: MediaDoor;
  mailbox: Mailbox;
}

/** A message of a device: read as its recipient would read it, put into the world, and answered. */
export async function takeMessage(taking: Taking, stanza: BinaryNode): Promise<void> {
  const { world, mailbox } = taking;
  const { id = '', to } = stanza.attrs;
  const wid = toWid(to);
  const ack = (error?: number): void =>
    mailbox.send(node('ack', { class: 'message', id, from: to, t: world.now(), error }));
  if (!wid || !id) return ack(400);
  if (stanza.attrs['category'] === 'peer') {
    ack();
    return takePeer(taking, stanza);
  }
  let content: proto.IMessage;
  try {
    content = await open(taking, stanza, wid);
  } catch {
    ack();
    return askAgain(taking, stanza, wid);
  }
  try {
    const taken = await put(taking, content, wid, id, mailbox.device.id);
    if (world.faults.sends === 'hold-reply' || world.faults.sends === 'hang') return;
    if (taken && world.faults.ackBeforeMessage) world.ack(id, 2);
    ack();
  } catch (error) {
    ack(error instanceof Refusal && error.code === 'not-on-whatsapp' ? 404 : 403);
  }
}

/** Opens the copy that is meant for the recipient; of a group, the phone's own. Rejects when it cannot be read. */
async function open(taking: Taking, stanza: BinaryNode, chat: Wid): Promise<proto.IMessage> {
  const { world, signal, mailbox } = taking;
  const author = ownJid(world, mailbox.number);
  const reader = isGroup(chat) ? 'me' : ownerOf(world, chat);
  const copies = childrenOf(childOf(stanza, 'participants'), 'to');
  const isFor = (copy: BinaryNode): boolean => {
    const wid = toWid(copy.attrs['jid']);
    return wid !== undefined && ownerOf(world, wid) === reader;
  };
  const copy = childOf(copies.find(isFor), 'enc');
  // Nobody has this number: it is read from what the phone got, so that the refusal can name it.
  const own =
    copy ??
    childOf(
      copies.find((one) => isOwn(world, toWid(one.attrs['jid']) ?? '')),
      'enc',
    );
  const group = childrenOf(stanza, 'enc').find(({ attrs }) => attrs['type'] === 'skmsg');
  const direct = childrenOf(stanza, 'enc').find(({ attrs }) => attrs['type'] !== 'skmsg');
  const read = async (enc: BinaryNode, owner: string): Promise<proto.IMessage> =>
    unpadded(await signal.decrypt(owner, author, enc.attrs['type'] ?? '', bytesOf(enc)));
  if (group) {
    if (copy) {
      const { senderKeyDistributionMessage: key } = await read(copy, 'me');
      if (key?.axolotlSenderKeyDistributionMessage)
        await signal.learnGroupKey('me', author, toJid(chat), key.axolotlSenderKeyDistributionMessage);
    }
    return unpadded(await signal.decryptGroup('me', toJid(chat), author, bytesOf(group)));
  }
  const enc = own ?? direct;
  if (!enc) throw new Error('nothing to be read');
  const content = await read(enc, copy || direct ? (reader ?? 'me') : 'me');
  return content.deviceSentMessage?.message ?? content;
}
const unpadded = (bytes: Uint8Array): proto.IMessage => proto.Message.decode(unpadRandomMax16(bytes));

/**
 * What a phone does that cannot read a message: it asks for it again, and sends keys for a new session along. WhatsApp
 * keeps that for the device, as it keeps everything.
 */
function askAgain({ world, signal, mailbox }: Taking, stanza: BinaryNode, chat: Wid): void {
  const owner = isGroup(chat) ? 'me' : ownerOf(world, chat);
  if (!owner) return;
  const { id = '' } = stanza.attrs;
  mailbox.putReceipt(
    id,
    node(
      'receipt',
      {
        from: toJid(chat),
        id,
        type: 'retry',
        t: world.now(),
        ...(isGroup(chat) ? { participant: ownJid(world, 0) } : {}),
      },
      [node('retry', { count: 1, id, t: world.now(), v: 1 }), ...signal.retryNodes(owner)],
    ),
  );
}

/** Whether it is a message of a chat; false for what is said about one. */
async function put(
  taking: Taking,
  content: proto.IMessage,
  chat: Wid,
  id: string,
  device: string,
): Promise<boolean> {
  const { world, media, mailbox } = taking;
  const { Type } = proto.Message.ProtocolMessage;
  const inner = normalizeMessageContent(content) ?? {};
  if (world.faults.sends === 'refuse') throw new Refusal('refused', 'not today');
  if (inner.protocolMessage) {
    const { type, key, editedMessage } = inner.protocolMessage;
    const about = key?.id ?? '';
    if (type === Type.REVOKE) mailbox.quietly(() => world.revoke(about));
    if (type === Type.MESSAGE_EDIT) {
      const text = editedMessage?.conversation ?? editedMessage?.extendedTextMessage?.text;
      const caption = editedMessage?.imageMessage?.caption ?? editedMessage?.videoMessage?.caption;
      mailbox.quietly(() => world.edit(about, text ?? caption ?? ''));
    }
    return false;
  }
  if (inner.reactionMessage) {
    const { key, text } = inner.reactionMessage;
    mailbox.quietly(() => world.react(key?.id ?? '', world.me.phone, text ?? ''));
    return false;
  }
  if (inner.pollUpdateMessage) {
    const poll = world.find(inner.pollUpdateMessage.pollCreationMessageKey?.id ?? '');
    const options = openVote(world, media, poll, inner.pollUpdateMessage.vote ?? {});
    mailbox.quietly(() => castVote(world, poll, world.me.phone, options));
    return false;
  }
  const read = await readContent(content, media);
  if (!read) return false;
  // The secret of a poll is the poll's: votes are sealed with it.
  const secret = content.messageContextInfo?.messageSecret;
  if (secret) media.keepSecret(id, secret);
  const author = isGroup(chat) ? { author: world.me.phone } : {};
  world.acceptSend({ id, chat, ...author, ...read }, device);
  return true;
}

const resend = 'PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE';
/** What the phone can read of what the device could not. */
function resendOf(info: proto.IWebMessageInfo, stanzaId: string): proto.Message.IProtocolMessage {
  const webMessageInfoBytes = proto.WebMessageInfo.encode(proto.WebMessageInfo.fromObject(info)).finish();
  const peerDataOperationResult = [{ placeholderMessageResendResponse: { webMessageInfoBytes } }];
  return { peerDataOperationRequestResponseMessage: { stanzaId, peerDataOperationResult } };
}

/** A request to the phone itself. */
async function takePeer(taking: Taking, stanza: BinaryNode): Promise<void> {
  const { world, signal, media, mailbox } = taking;
  const enc = childOf(stanza, 'enc');
  if (!enc || !world.online) return;
  const author = ownJid(world, mailbox.number);
  const whole = unpadded(await signal.decrypt('me', author, enc.attrs['type'] ?? '', bytesOf(enc)));
  const content = whole.deviceSentMessage?.message ?? whole;
  const request = content.protocolMessage?.peerDataOperationRequestMessage;
  for (const { messageKey } of request?.placeholderMessageResendRequest ?? []) {
    const message = world.state.messages.find((one) => one.id === messageKey?.id);
    const info = message && message.type !== 'ciphertext' ? await infoOf(world, message, media) : undefined;
    // Of what it cannot read either it says nothing.
    if (info) mailbox.putPeer(resendOf(info, stanza.attrs['id'] ?? ''), resend);
  }
  const asked = request?.historySyncOnDemandRequest;
  const chat = toWid(asked?.chatJid ?? undefined);
  if (!asked || !chat) return;
  const batch = await olderBatch(world, media, {
    chat,
    before: Number(asked.oldestMsgTimestampMs ?? 0) || Number.MAX_SAFE_INTEGER,
    beforeId: asked.oldestMsgId || undefined,
    count: Math.min(asked.onDemandMsgCount ?? 50, 500),
  });
  const answer = (): void => mailbox.answerPeer(stanza.attrs['id'] ?? '', batch);
  if (world.faults.slowHistoryMs > 0) world.after(world.faults.slowHistoryMs, answer);
  else answer();
}
