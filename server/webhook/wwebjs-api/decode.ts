import { addressKind, addressUser, toAddress } from '../../contract/address.ts';
import type { ChatEvent, ContactEvent, EngineEvent } from '../../contract/engine-event.ts';
import { toMessageReference } from '../../contract/message-reference.ts';
import type { SessionReport } from '../../contract/session-state.ts';
import { wwebjsApi } from '../wwebjs-api-file.ts';
import { isSessionName } from '../bounded.ts';
import { boundedCount, boundedLine, boundedText, chosenOptions, limits, people } from '../bounded.ts';
import { decodeCall } from '../call.ts';
import { at, flagAt, millisecondsAt, record, textAt } from '../foreign.ts';
import { ackOf, decodeMessage, decodeWaiting, editedText } from '../message-model.ts';
import { about, referenceOf } from '../reference.ts';
import { decodeGroupNotification } from '../system-line.ts';

/** One delivery → facts. Pure; unknown kinds are []. `receivedAt` (ms) dates what the format does not. */
export function decodeDelivery(body: unknown, receivedAt = 1): EngineEvent[] {
  const data = at(body, 'data');
  const message = messageOf(data);
  const way = wayTo(textAt(body, 'sessionId'));
  switch (textAt(body, 'dataType')) {
    case 'message_create':
      return message ? decodeMessage(message, way) : [];
    case 'message':
    case 'media':
    case undefined:
      return message ? decodeMessage(asInbound(message), way) : [];
    case 'message_ciphertext':
      return message ? decodeWaiting(message) : [];
    case 'message_ack':
      return decodeAck(message, data);
    case 'message_edit':
      return decodeEdit(message, data);
    case 'message_revoke_everyone':
      return decodeRevoke(message);
    case 'message_reaction':
      return decodeReaction(at(data, 'reaction'));
    case 'vote_update':
      return decodeVote(at(data, 'vote') ?? data);
    case 'unread_count':
      return decodeChat(at(data, 'chat'));
    case 'chat_archived':
      return decodeChat(at(data, 'chat'), flagAt(data, 'currState'));
    case 'contact_changed':
      return message ? decodeNumberChange(message, data) : decodeContact(at(data, 'contact') ?? data);
    case 'group_join':
    case 'group_leave':
    case 'group_update':
    case 'group_admin_changed':
      return decodeGroupNotification(at(data, 'notification') ?? data);
    case 'call':
      return decodeCall(at(data, 'call'), false, receivedAt);
    case 'qr':
      return state({ state: 'pairing', code: 'none', action: 'pair-again' });
    case 'loading_screen':
      return state({
        state: 'syncing',
        code: 'none',
        action: 'wait',
        progress: boundedCount(at(data, 'percent'), 100) ?? 0,
      });
    case 'authenticated':
      return state({ state: 'syncing', code: 'none', action: 'wait' });
    case 'ready':
      return state({ state: 'working', code: 'none', action: 'none' });
    case 'status':
      return state({ state: 'failed', code: 'engine-error', action: 'pair-again' });
    case 'disconnected':
      return textAt(data, 'reason') === 'LOGOUT'
        ? state({ state: 'logged-out', code: 'logged-out-on-phone', action: 'pair-again' })
        : state({ state: 'lost', code: 'engine-error', action: 'retry' });
    case 'change_state':
      return decodeState(textAt(data, 'state'));
    default:
      return [];
  }
}

/** Where a file is to be had that does not come with its message. */
function wayTo(session: string | undefined): { reference?: string } {
  return isSessionName(session) ? { reference: JSON.stringify({ api: wwebjsApi, session }) } : {};
}

/** `data.message`, or `data` itself in the flat form that holds `body` beside the id. */
function messageOf(data: unknown): unknown {
  if (record(at(data, 'message'))) return at(data, 'message');
  return at(data, 'id') !== undefined || at(data, '_data') !== undefined ? data : undefined;
}

/** These kinds tell of what came in; a flat post may leave its direction out. */
function asInbound(message: unknown): unknown {
  const model = record(message);
  return model && referenceOf(model)?.fromMe === undefined ? { ...model, fromMe: false } : message;
}

function decodeAck(message: unknown, data: unknown): EngineEvent[] {
  const reference = referenceOf(message);
  const ack = ackOf(at(data, 'ack')) ?? ackOf(at(message, 'ack'));
  if (!reference || ack === undefined || reference.fromMe === false) return [];
  return [{ kind: 'ack', ...about(reference), fromMe: true, ack }];
}

function decodeEdit(message: unknown, data: unknown): EngineEvent[] {
  const reference = referenceOf(message);
  const text = editedText(message, textAt(data, 'newBody') ?? textAt(message, 'body'));
  if (!reference || text === undefined) return [];
  const when =
    millisecondsAt(message, '_data', 'latestEditSenderTimestampMs') ??
    millisecondsAt(message, 'latestEditSenderTimestampMs');
  // A text that could be read at last is told like an edit, without a time and without a text before it.
  if (when === undefined && !textAt(data, 'prevBody')) return decodeMessage(message);
  // Old pages tell no time of the edit: the message's own, one step on, so that an edit beats the first text.
  const at = when ?? (millisecondsAt(message, 'timestamp') ?? 0) + 1;
  return [{ kind: 'edit', ...about(reference), body: text, at }];
}

/** `{message, oldId, newId}`: the line in the Chat, with both numbers. */
function decodeNumberChange(message: unknown, data: unknown): EngineEvent[] {
  const lines = decodeMessage(message);
  const both = people([at(data, 'oldId'), at(data, 'newId')]);
  return lines.map((event) =>
    event.kind === 'message' && event.content?.system && both.length === 2
      ? { ...event, content: { system: { ...event.content.system, people: both } } }
      : event,
  );
}

function decodeRevoke(message: unknown): EngineEvent[] {
  const reference = referenceOf(message);
  if (!reference) return [];
  return [
    {
      kind: 'revoke',
      ...about(reference),
      at: millisecondsAt(message, 'timestamp') ?? 1,
    },
  ];
}

function decodeReaction(reaction: unknown): EngineEvent[] {
  const target = toMessageReference(at(reaction, 'msgId'));
  const own = toMessageReference(at(reaction, 'id'));
  const sender = toAddress(at(reaction, 'senderId'));
  const emoji = textAt(reaction, 'reaction');
  if (!target || !sender || emoji === undefined) return [];
  return [
    {
      kind: 'reaction',
      ...about(target),
      sender,
      fromUs: own?.fromMe ?? false,
      emoji: boundedText(emoji, limits.emoji) ?? '',
      at: millisecondsAt(reaction, 'timestamp') ?? 1,
    },
  ];
}

/** The library's PollVote. */
function decodeVote(vote: unknown): EngineEvent[] {
  const poll = toMessageReference(at(vote, 'parentMsgKey')) ?? referenceOf(at(vote, 'parentMessage'));
  const voter = toAddress(at(vote, 'voter'));
  const chosen = at(vote, 'selectedOptions');
  if (!poll || !voter || !Array.isArray(chosen)) return [];
  const options = chosenOptions(chosen);
  // An option without its text is one of a poll that the other server does not know.
  if (options.length < chosen.length) return [];
  return [
    {
      kind: 'vote',
      ...about(poll),
      voter,
      fromUs: toMessageReference(at(vote, 'msgKey'))?.fromMe ?? false,
      options,
      at: millisecondsAt(vote, 'interractedAtTs') ?? 1,
    },
  ];
}

function decodeChat(chat: unknown, archivedNow?: boolean): EngineEvent[] {
  const address = toAddress(at(chat, 'id'));
  if (!address) return [];
  const event: ChatEvent = { kind: 'chat', chat: address };
  const name = boundedLine(at(chat, 'name'), limits.name);
  // Without a name the page shows the id as if it were a number; that is no name to keep.
  const isName = name && name.replace(/\D/g, '') !== addressUser(address);
  if (isName && addressKind(address) === 'group') event.name = name;
  const unread = boundedCount(at(chat, 'unreadCount'), limits.unread);
  if (unread !== undefined) event.unread = unread;
  const pinned = flagAt(chat, 'pinned');
  if (pinned !== undefined) event.pinned = pinned;
  const archived = archivedNow ?? flagAt(chat, 'archived');
  if (archived !== undefined) event.archived = archived;
  const mutedUntil = mutedOf(chat);
  if (mutedUntil !== undefined) event.mutedUntil = mutedUntil;
  const when = millisecondsAt(chat, 'timestamp');
  if (when !== undefined) event.at = when;
  return [event];
}

/** -1 is "for ever". */
function mutedOf(chat: unknown): number | undefined {
  if (flagAt(chat, 'isMuted') === false) return 0;
  if (flagAt(chat, 'isMuted') === undefined) return undefined;
  return at(chat, 'muteExpiration') === -1 ? 253_402_300_799_000 : millisecondsAt(chat, 'muteExpiration');
}

function decodeContact(contact: unknown): EngineEvent[] {
  const address = toAddress(at(contact, 'id'));
  if (!address) return [];
  const event: ContactEvent = { kind: 'contact', address };
  const name = boundedLine(at(contact, 'name'), limits.name);
  if (name) event.name = name;
  const pushName = boundedLine(at(contact, 'pushname'), limits.name);
  if (pushName) event.pushName = pushName;
  const business = flagAt(contact, 'isBusiness');
  if (business !== undefined) event.isBusiness = business;
  return [event];
}

const byState: Record<string, SessionReport> = {
  CONNECTED: { state: 'working', code: 'none', action: 'none' },
  OPENING: { state: 'starting', code: 'none', action: 'wait' },
  PAIRING: { state: 'pairing', code: 'none', action: 'wait' },
  UNPAIRED: { state: 'logged-out', code: 'logged-out-on-phone', action: 'pair-again' },
  UNPAIRED_IDLE: { state: 'failed', code: 'qr-expired', action: 'retry' },
  CONFLICT: { state: 'lost', code: 'taken-over', action: 'retry' },
  TIMEOUT: { state: 'degraded', code: 'phone-offline', action: 'open-phone' },
  DEPRECATED_VERSION: { state: 'failed', code: 'outdated', action: 'update' },
  TOS_BLOCK: { state: 'failed', code: 'restricted', action: 'open-phone' },
  SMB_TOS_BLOCK: { state: 'failed', code: 'restricted', action: 'open-phone' },
  PROXYBLOCK: { state: 'lost', code: 'no-internet', action: 'ask-operator' },
};

function decodeState(name: string | undefined): EngineEvent[] {
  return name !== undefined && Object.hasOwn(byState, name) ? state(byState[name]!) : [];
}

function state(report: SessionReport): EngineEvent[] {
  return [{ kind: 'session-state', report: { ...report } }];
}
