import { generateMessageIDV2, proto } from 'baileys';
import type { WAMessage } from 'baileys';
import { addressKind, type Address } from '../../contract/address.ts';
import { inviteLinkOf } from '../../contract/invitation.ts';
import type { InviteLinkOutcome, VerbOutcome } from '../../contract/outcome.ts';
import type { Deed, Handle } from '../../engine-child/protocol.ts';
import { firstLine } from '../../engine-child/trouble.ts';
import { ackLimitMs, ackOf } from './acknowledgement.ts';
import { milliseconds } from './bounds.ts';
import { partOf } from './decode-content.ts';
import { contentOf } from './decode.ts';
import { keyOf, toJid } from './jid.ts';
import type { Life } from './life.ts';
import type { WASocket } from './socket.ts';
import { TimedOut, within } from './time-limit.ts';
import { pollOf, sealVote } from './votes.ts';

const { Type } = proto.Message.ProtocolMessage;
const limitMs = 40_000;
const mostReceipts = 30;
const done: VerbOutcome = { kind: 'done' };

/** Does one deed. Repeating one is harmless, so a failure only says "not now". */
export async function act(life: Life, deed: Deed, waited: AbortSignal): Promise<VerbOutcome> {
  const { socket } = life;
  if (life.phase !== 'working' || !socket) return { kind: 'not-done', reason: 'session-not-working' };
  if (waited.aborted) return { kind: 'not-done', reason: 'timeout' };
  try {
    return await within(limitMs, deed.do, perform(life, socket, deed));
  } catch (error) {
    life.log('warn', `${deed.do} failed: ${firstLine(error)}`);
    return { kind: 'not-done', reason: error instanceof TimedOut ? 'timeout' : 'engine-error' };
  }
}

async function perform(life: Life, socket: WASocket, deed: Deed): Promise<VerbOutcome> {
  switch (deed.do) {
    case 'edit': {
      if (!deed.message.fromMe) return { kind: 'refused', reason: 'not-supported' };
      const part = partOf(contentOf(await life.messageOf(deed.message.messageId)));
      // The text of a file is its caption.
      const caption = part && ['imageMessage', 'videoMessage', 'documentMessage'].includes(part.name);
      if (caption) {
        const anew = edited(deed.message, { [part.name]: { caption: deed.body } });
        return say(socket, deed.message.chat, anew, '1');
      }
      return say(
        socket,
        deed.message.chat,
        edited(deed.message, { extendedTextMessage: { text: deed.body } }),
        '1',
      );
    }
    case 'revoke': {
      const { chat, fromMe } = deed.message;
      const isOfAnother = addressKind(chat) === 'group' && !fromMe;
      const protocolMessage = { key: keyOf(deed.message), type: Type.REVOKE };
      return say(socket, chat, { protocolMessage }, isOfAnother ? '8' : '7');
    }
    case 'react': {
      const key = await whole(life, deed.message);
      const reactionMessage = { key, text: deed.emoji, senderTimestampMs: Date.now() };
      return say(socket, deed.message.chat, { reactionMessage });
    }
    case 'vote':
      return vote(life, socket, deed.message, deed.options);
    case 'join':
      return join(life, socket, deed.message);
    case 'star': {
      const { messageId: id, fromMe, chat } = deed.message;
      await socket.star(toJid(chat), [{ id, fromMe }], deed.starred);
      return done;
    }
    case 'pin':
      await socket.chatModify({ pin: deed.pinned }, toJid(deed.chat));
      return done;
    case 'archive':
      await socket.chatModify(
        { archive: deed.archived, lastMessages: await lastOf(life, deed.chat) },
        toJid(deed.chat),
      );
      return done;
    case 'mute':
      await socket.chatModify({ mute: deed.until || null }, toJid(deed.chat));
      return done;
    case 'mark-unread':
      await socket.chatModify(
        { markRead: false, lastMessages: await lastOf(life, deed.chat) },
        toJid(deed.chat),
      );
      return done;
    case 'block':
      return block(socket, deed.person, deed.blocked);
    case 'typing': {
      const what = { typing: 'composing', recording: 'recording', paused: 'paused' } as const;
      await socket.sendPresenceUpdate(what[deed.what], toJid(deed.chat));
      return done;
    }
    default:
      throw new Error(`no deed ${String(deed satisfies never)}`);
  }
}

/** WhatsApp keeps its list by hidden addresses, and blocks by both: who has never been met is asked for first. */
async function block(socket: WASocket, person: Address, blocked: boolean): Promise<VerbOutcome> {
  const jid = toJid(person);
  if (addressKind(person) === 'phone' && !(await socket.signalRepository.lidMapping.getLIDForPN(jid))) {
    const [found] = (await socket.onWhatsApp(jid)) ?? [];
    if (!found?.exists) return { kind: 'refused', reason: 'not-on-whatsapp' };
  }
  await socket.updateBlockStatus(jid, blocked ? 'block' : 'unblock');
  return done;
}

const edited = (message: Handle, editedMessage: proto.IMessage): proto.IMessage => ({
  protocolMessage: { key: keyOf(message), type: Type.MESSAGE_EDIT, editedMessage, timestampMs: Date.now() },
});

/** Says something about a message. The library would tell of it as soon as it is on its way: it is told with WhatsApp's yes. */
async function say(
  socket: WASocket,
  chat: Address,
  message: proto.IMessage,
  edit?: '1' | '7' | '8',
): Promise<VerbOutcome> {
  const remoteJid = toJid(chat);
  const id = generateMessageIDV2(socket.user?.id);
  const answer = ackOf(socket, id);
  try {
    await socket.relayMessage(remoteJid, message, {
      messageId: id,
      ...(edit ? { additionalAttributes: { edit } } : {}),
    });
    const error = await within(ackLimitMs, 'the acknowledgement', answer.error);
    if (error !== undefined) return { kind: 'refused', reason: 'refused-by-whatsapp' };
  } finally {
    answer.stop();
  }
  const key = { remoteJid, fromMe: true, id };
  const messageTimestamp = Math.floor(Date.now() / 1000);
  await socket.upsertMessage({ key, message, messageTimestamp } as WAMessage, 'append');
  return done;
}

/** In groups a reaction names the writer. */
async function whole(life: Life, message: Handle): Promise<proto.IMessageKey> {
  const key = keyOf(message);
  if (message.fromMe || key.participant || addressKind(message.chat) !== 'group') return key;
  const found = await life.ask('find', { messageId: message.messageId }).catch(() => null);
  return found?.sender ? { ...key, participant: toJid(found.sender) } : key;
}

async function vote(
  life: Life,
  socket: WASocket,
  message: Handle,
  options: readonly string[],
): Promise<VerbOutcome> {
  const kept = await life.infoOf(message.messageId);
  const poll = pollOf(kept?.message ?? undefined);
  if (!poll || !kept?.key) return { kind: 'refused', reason: 'not-supported' };
  if (options.some((option) => !poll.options.includes(option)))
    return { kind: 'refused', reason: 'not-supported' };
  const [voter = ''] = life.ownJids();
  const creator = kept.key.fromMe ? voter : (kept.key.participant ?? kept.key.remoteJid ?? '');
  const of = { id: message.messageId, key: kept.key, creator: creator.replace(/:\d+@/, '@'), voter };
  const content = sealVote(poll, of, options, Date.now());
  return say(socket, message.chat, content);
}

/** The code lies in the sealed rows, with the message it came in. */
async function join(life: Life, socket: WASocket, message: Handle): Promise<VerbOutcome> {
  const kept = await life.infoOf(message.messageId);
  const invitation = contentOf(kept?.message).groupInviteMessage as
    proto.Message.IGroupInviteMessage | undefined;
  // An empty one stands in the rows for none.
  const by = kept?.key?.participant || kept?.key?.remoteJid;
  if (!invitation?.groupJid || !by) return { kind: 'refused', reason: 'not-supported' };
  const until = milliseconds(invitation.inviteExpiration) ?? 0;
  if (!invitation.inviteCode || until <= Date.now()) return { kind: 'refused', reason: 'too-late' };
  const refused = await refusalOf(socket.groupAcceptInviteV4(by, invitation));
  // Conflict: we are there already.
  if (refused === undefined || refused === 409) return done;
  return { kind: 'refused', reason: [404, 410].includes(refused) ? 'too-late' : 'refused-by-whatsapp' };
}

/** The link into a group we look after. */
export async function tellInviteLink(life: Life, group: Address): Promise<InviteLinkOutcome> {
  const { socket } = life;
  if (life.phase !== 'working' || !socket) return { kind: 'not-done', reason: 'session-not-working' };
  try {
    let code: unknown;
    const asked = socket.groupInviteCode(toJid(group)).then((told) => void (code = told));
    await within(limitMs, 'a link', refusalOf(asked));
    const link = inviteLinkOf(code);
    return link ? { kind: 'done', link } : { kind: 'refused', reason: 'refused-by-whatsapp' };
  } catch (error) {
    life.log('warn', `no link of a group: ${firstLine(error)}`);
    return { kind: 'not-done', reason: error instanceof TimedOut ? 'timeout' : 'engine-error' };
  }
}

/** WhatsApp's own no, as the number it says it by; `undefined`: it said yes. Rejects when it said nothing. */
async function refusalOf(asked: Promise<unknown>): Promise<number | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    const code: unknown = (error as { data?: unknown }).data;
    if (typeof code === 'number' && code >= 400 && code < 500) return code;
    throw error;
  }
}

interface Named {
  key: proto.IMessageKey;
  messageTimestamp: number;
}
/** The newest messages of a Chat, newest first. */
async function newestOf(life: Life, chat: Address, limit: number): Promise<Named[]> {
  const found = await life.ask('newest', { chat, before: undefined, limit }).catch(() => []);
  return found.flatMap(({ sender, at, ...one }) => {
    const participant = sender && !one.fromMe ? { participant: sender } : {};
    const key = keyOf({ chat: one.chat, messageId: one.messageId, fromMe: one.fromMe, ...participant });
    if (addressKind(chat) === 'group' && !one.fromMe && !key.participant) return [];
    return [{ key, messageTimestamp: Math.floor(at / 1000) }];
  });
}
/** As archiving and marking want it. */
const lastOf = (life: Life, chat: Address): Promise<Named[]> => newestOf(life, chat, 1);

/** Read receipts for what came in, and the mark that all devices share. Best effort. */
export async function markRead(life: Life, chat: Address): Promise<void> {
  const socket = life.working();
  const newest = await newestOf(life, chat, mostReceipts);
  const last = newest.slice(0, 1);
  // What came in an earlier life: all since our last word. A receipt that was given before changes nothing.
  const ours = newest.findIndex(({ key }) => key.fromMe);
  const since = newest.slice(0, ours < 0 ? undefined : ours).map(({ key }) => key);
  const heard = life.unread.get(chat) ?? [];
  const known = [...heard, ...since.filter(({ id }) => heard.every((one) => one.id !== id))];
  life.unread.delete(chat);
  if (known.length) await within(15_000, 'receipts', socket.readMessages(known as WAMessage['key'][]));
  if (life.socket !== socket) return;
  await within(
    15_000,
    'marking as read',
    socket.chatModify({ markRead: true, lastMessages: last }, toJid(chat)),
  );
}
