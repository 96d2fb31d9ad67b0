import { addressKind, toAddress } from '../../contract/address.ts';
import type { ChatEvent, ContactEvent, EngineEvent } from '../../contract/engine-event.ts';
import { toMessageReference } from '../../contract/message-reference.ts';
import type { SessionReport } from '../../contract/session-state.ts';
import { at, flagAt, millisecondsAt, numberAt, record, textAt } from '../foreign.ts';
import { about, ackOf, decodeMessage, referenceOf } from '../message-model.ts';

/** One delivery → facts. Pure; unknown kinds are []. */
export function decodeDelivery(body: unknown): EngineEvent[] {
  const data = at(body, 'data');
  const message = messageOf(data);
  switch (textAt(body, 'dataType')) {
    case 'message_create':
      return message ? decodeMessage(message) : [];
    case 'message':
    case 'media':
    case undefined:
      return message ? decodeMessage(asInbound(message)) : [];
    case 'message_ciphertext':
      return message
        ? decodeMessage(message).map((event) =>
            event.kind === 'message' ? { ...event, type: 'waiting', body: '' } : event,
          )
        : [];
    case 'message_ack':
      return decodeAck(message, data);
    case 'message_edit':
      return decodeEdit(message, data);
    case 'message_revoke_everyone':
      return decodeRevoke(message);
    case 'message_reaction':
      return decodeReaction(at(data, 'reaction'));
    case 'unread_count':
      return decodeChat(at(data, 'chat'));
    case 'contact_changed':
      return decodeContact(at(data, 'contact') ?? data);
    case 'qr':
      return state({ state: 'pairing', code: 'none', action: 'pair-again' });
    case 'loading_screen':
      return state({
        state: 'syncing',
        code: 'none',
        action: 'wait',
        progress: numberAt(data, 'percent') ?? 0,
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
  return [
    {
      kind: 'ack',
      messageId: reference.messageId,
      ...(reference.chat ? { chat: reference.chat } : {}),
      fromMe: true,
      ack,
    },
  ];
}

function decodeEdit(message: unknown, data: unknown): EngineEvent[] {
  const reference = referenceOf(message);
  const text = textAt(data, 'newBody') ?? textAt(message, 'body');
  if (!reference || text === undefined) return [];
  const when =
    millisecondsAt(message, '_data', 'latestEditSenderTimestampMs') ??
    millisecondsAt(message, 'latestEditSenderTimestampMs') ??
    // Old pages tell no time of the edit: the message's own, one step on, so that an edit beats the first text.
    (millisecondsAt(message, 'timestamp') ?? 0) + 1;
  return [
    {
      kind: 'edit',
      ...about(reference),
      body: text,
      at: when,
    },
  ];
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
      emoji,
      at: millisecondsAt(reaction, 'timestamp') ?? 1,
    },
  ];
}

function decodeChat(chat: unknown): EngineEvent[] {
  const address = toAddress(at(chat, 'id'));
  if (!address) return [];
  const event: ChatEvent = { kind: 'chat', chat: address };
  const name = textAt(chat, 'name');
  if (name && addressKind(address) === 'group') event.name = name;
  const unread = numberAt(chat, 'unreadCount');
  if (unread !== undefined && unread >= 0) event.unread = unread;
  const pinned = flagAt(chat, 'pinned');
  if (pinned !== undefined) event.pinned = pinned;
  const archived = flagAt(chat, 'archived');
  if (archived !== undefined) event.archived = archived;
  const when = millisecondsAt(chat, 'timestamp');
  if (when !== undefined) event.at = when;
  return [event];
}

function decodeContact(contact: unknown): EngineEvent[] {
  const address = toAddress(at(contact, 'id'));
  if (!address) return [];
  const event: ContactEvent = { kind: 'contact', address };
  const name = textAt(contact, 'name');
  if (name) event.name = name;
  const pushName = textAt(contact, 'pushname');
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
