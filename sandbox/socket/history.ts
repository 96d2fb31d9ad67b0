import { proto } from 'baileys';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { isGroup, isLid } from '../identifiers.ts';
import type { Chat, Message } from '../shapes.ts';
import type { World } from '../world.ts';
import { otherAddress, toJid } from './addresses.ts';
import { contentOf, keyOf } from './write-proto.ts';
import { stubOf } from './group-lines.ts';
import { chosenIn } from './votes.ts';
import type { MediaDoor } from './media-door.ts';

// What the phone sends of its history, as protobufs.

const { HistorySyncType } = proto.HistorySync;
/** Newest messages of a chat that come with the first batch, and with the one behind it. */
const firstPerChat = 5;
const recentPerChat = 30;

/** The batches a newly linked device gets. */
export async function firstBatches(world: World, media: MediaDoor): Promise<proto.IHistorySync[]> {
  const conversationsOf = (from: number, to?: number): Promise<proto.IConversation[]> =>
    Promise.all(
      world.state.chats.map((chat) =>
        conversationOf(world, chat, world.messagesOf(chat.id).slice(from, to), media),
      ),
    );
  const conversations = await conversationsOf(-firstPerChat);
  const recent = await conversationsOf(-recentPerChat, -firstPerChat);
  const pushnames = world.state.people.flatMap((person) => {
    const wid = person.numberHidden ? person.lid : (person.phone ?? person.lid);
    return wid && !person.stranger ? [{ id: toJid(wid), pushname: person.pushName }] : [];
  });
  const phoneNumberToLidMappings = world.state.people.flatMap(({ phone, lid, numberHidden, stranger }) =>
    phone && lid && !numberHidden && !stranger ? [{ pnJid: toJid(phone), lidJid: lid }] : [],
  );
  return [
    {
      syncType: HistorySyncType.INITIAL_BOOTSTRAP,
      chunkOrder: 1,
      progress: 50,
      conversations,
      phoneNumberToLidMappings,
    },
    { syncType: HistorySyncType.PUSH_NAME, chunkOrder: 2, pushnames },
    {
      syncType: HistorySyncType.RECENT,
      chunkOrder: 3,
      progress: 100,
      conversations: recent.filter(({ messages }) => messages?.length),
    },
  ];
}

/** What the phone answers when it is asked for older messages of a chat. */
export async function olderBatch(
  world: World,
  media: MediaDoor,
  asked: { chat: string; before: number; beforeId: string | undefined; count: number },
): Promise<proto.IHistorySync> {
  const chat = world.people.findChat(asked.chat);
  const all = world.messagesOf(asked.chat);
  const known = asked.beforeId ? all.findIndex((message) => message.id === asked.beforeId) : -1;
  const older = known >= 0 ? all.slice(0, known) : all.filter((message) => message.t * 1000 <= asked.before);
  const conversations = chat ? [await conversationOf(world, chat, older.slice(-asked.count), media)] : [];
  return { syncType: HistorySyncType.ON_DEMAND, chunkOrder: 1, progress: 100, conversations };
}

async function conversationOf(
  world: World,
  chat: Chat,
  messages: Message[],
  media: MediaDoor,
): Promise<proto.IConversation> {
  const person = world.people.byWid(chat.id);
  const other = otherAddress(world, chat.id);
  const name = chat.subject ?? person?.name;
  const infos = await Promise.all(messages.map((message) => infoOf(world, message, media)));
  return {
    id: toJid(chat.id),
    ...(name === undefined ? {} : { name }),
    conversationTimestamp: chat.t,
    unreadCount: Math.max(0, chat.unread),
    markedAsUnread: chat.unread < 0,
    archived: chat.archived ?? false,
    pinned: chat.pinned ? chat.t : 0,
    ...(chat.mutedUntil ? { muteEndTime: chat.mutedUntil < 0 ? -1 : chat.mutedUntil * 1000 } : {}),
    ...(other && !isGroup(chat.id) ? (isLid(chat.id) ? { pnJid: toJid(other) } : { lidJid: other }) : {}),
    // Newest first.
    messages: infos.flatMap((message) => (message ? [{ message }] : [])).toReversed(),
  };
}

/** A message as history tells it. */
export async function infoOf(
  world: World,
  message: Message,
  media: MediaDoor,
): Promise<proto.IWebMessageInfo | undefined> {
  const info: proto.IWebMessageInfo = {
    key: keyOf(message),
    messageTimestamp: message.t,
    ...(message.author ? { participant: toJid(message.author) } : {}),
    ...(message.pushName && !message.fromMe ? { pushName: message.pushName } : {}),
    ...(message.fromMe ? { status: Math.max(0, message.ack + 1) } : {}),
    ...(message.fields?.star ? { starred: true } : {}),
  };
  if (message.reactions?.length)
    info.reactions = message.reactions.map(({ from, text, t }) => ({
      key: {
        remoteJid: toJid(message.chat),
        fromMe: from === world.me.phone,
        id: '',
        participant: toJid(from),
      },
      text,
      senderTimestampMs: t * 1000,
    }));
  if (message.votes?.length)
    info.pollUpdates = message.votes.map(({ from, options, t }) => ({
      pollUpdateMessageKey: {
        remoteJid: toJid(message.chat),
        fromMe: from === world.me.phone,
        id: message.id,
        participant: toJid(from),
      },
      vote: { selectedOptions: chosenIn(message, options) },
      senderTimestampMs: t,
    }));
  const { StubType } = proto.WebMessageInfo;
  if (message.type === 'revoked') return { ...info, messageStubType: StubType.REVOKE };
  if (message.type === 'ciphertext')
    return message.fields?.subtype === 'view_once_unavailable_fanout'
      ? { ...info, message: { viewOnceMessageV2: { message: { imageMessage: { viewOnce: true } } } } }
      : { ...info, messageStubType: StubType.CIPHERTEXT };
  if (message.type === 'gp2') {
    const stub = stubOf(message);
    return stub && { ...info, ...stub };
  }
  if (message.type === 'notification_template' || message.type === 'e2e_notification') return undefined;
  return { ...info, message: await contentOf(message, world, media) };
}

/** The notification that tells of a batch: with it inside, or, of the recent ones, with where it lies and its key. */
export async function notificationOf(
  batch: proto.IHistorySync,
  media: MediaDoor,
  requestId?: string,
): Promise<proto.Message.IHistorySyncNotification> {
  const bytes = await promisify(deflate)(proto.HistorySync.encode(batch as proto.HistorySync).finish());
  const isAside = batch.syncType === HistorySyncType.RECENT;
  return {
    syncType: batch.syncType as number,
    chunkOrder: batch.chunkOrder ?? 1,
    progress: batch.progress ?? 100,
    ...(isAside ? await media.keepHistory(bytes) : { initialHistBootstrapInlinePayload: bytes }),
    ...(requestId ? { peerDataRequestSessionId: requestId } : {}),
  };
}
