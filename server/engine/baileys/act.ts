import type { proto, WAMessage } from 'baileys';
import { addressKind, type Address } from '../../contract/address.ts';
import { inviteLinkOf } from '../../contract/invitation.ts';
import type { InviteLinkOutcome, VerbOutcome } from '../../contract/outcome.ts';
import type { Deed, Handle } from '../../engine-child/protocol.ts';
import { firstLine } from '../../engine-child/trouble.ts';
import { milliseconds } from './bounds.ts';
import { partOf } from './decode-content.ts';
import { contentOf } from './decode.ts';
import { keyOf, toJid } from './jid.ts';
import type { Life } from './life.ts';
import type { WASocket } from './socket.ts';
import { TimedOut, within } from './time-limit.ts';
import { pollOf, sealVote } from './votes.ts';

const limitMs = 40_000;
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
      if (caption) return editCaption(socket, deed.message, part.name, deed.body);
      const edit = keyOf(deed.message);
      await socket.sendMessage(toJid(deed.message.chat), { text: deed.body, linkPreview: null, edit });
      return done;
    }
    case 'revoke':
      await socket.sendMessage(toJid(deed.message.chat), { delete: keyOf(deed.message) });
      return done;
    case 'react':
      await socket.sendMessage(toJid(deed.message.chat), {
        react: { key: await whole(life, deed.message), text: deed.emoji },
      });
      return done;
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

async function editCaption(
  socket: WASocket,
  message: Handle,
  part: string,
  caption: string,
): Promise<VerbOutcome> {
  const jid = toJid(message.chat);
  const { proto } = await import('baileys');
  const content = {
    protocolMessage: {
      key: keyOf(message),
      type: proto.Message.ProtocolMessage.Type.MESSAGE_EDIT,
      editedMessage: { [part]: { caption } },
      timestampMs: Date.now(),
    },
  };
  await socket.relayMessage(jid, content, { additionalAttributes: { edit: '1' } });
  await socket.upsertMessage(ownInfo(socket, jid, content), 'append');
  return done;
}

/** Something of ours that the library sends but does not tell of. */
function ownInfo(socket: WASocket, jid: string, message: proto.IMessage): WAMessage {
  const key = { remoteJid: jid, fromMe: true, id: socket.generateMessageTag() };
  return { key, message, messageTimestamp: Math.floor(Date.now() / 1000) } as WAMessage;
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
  const jid = toJid(message.chat);
  await socket.relayMessage(jid, content, {});
  await socket.upsertMessage(ownInfo(socket, jid, content), 'append');
  return done;
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

/** The newest message of a Chat, as archiving and marking want it. */
async function lastOf(
  life: Life,
  chat: Address,
): Promise<{ key: proto.IMessageKey; messageTimestamp: number }[]> {
  const [last] = await life.ask('newest', { chat, before: undefined, limit: 1 }).catch(() => []);
  if (!last) return [];
  const participant = last.sender && !last.fromMe ? { participant: last.sender } : {};
  const key = keyOf({ chat: last.chat, messageId: last.messageId, fromMe: last.fromMe, ...participant });
  if (addressKind(chat) === 'group' && !last.fromMe && !key.participant) return [];
  return [{ key, messageTimestamp: Math.floor(last.at / 1000) }];
}

/** Read receipts for what came in, and the mark that all devices share. Best effort. */
export async function markRead(life: Life, chat: Address): Promise<void> {
  const socket = life.working();
  const last = await lastOf(life, chat);
  const known = life.unread.get(chat) ?? last.flatMap(({ key }) => (key.fromMe ? [] : [key]));
  life.unread.delete(chat);
  if (known.length) await within(15_000, 'receipts', socket.readMessages(known as WAMessage['key'][]));
  if (life.socket !== socket) return;
  await within(
    15_000,
    'marking as read',
    socket.chatModify({ markRead: true, lastMessages: last }, toJid(chat)),
  );
}
