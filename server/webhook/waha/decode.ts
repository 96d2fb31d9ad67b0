import { addressKind, toAddress } from '../../contract/address.ts';
import type { EngineEvent, PresenceEvent } from '../../contract/engine-event.ts';
import { toMessageReference } from '../../contract/message-reference.ts';
import type { SessionReport } from '../../contract/session-state.ts';
import { at, flagAt, millisecondsAt, numberAt, record, textAt } from '../foreign.ts';
import { about, ackOf, decodeMessage, pair, referenceOf } from '../message-model.ts';

/** One envelope → facts. Pure; unknown events are []. */
export function decodeEvent(body: unknown): EngineEvent[] {
  const payload = at(body, 'payload');
  if (!record(payload)) return [];
  switch (textAt(body, 'event')) {
    case 'message':
    case 'message.any':
      return decodeMessage(payload);
    case 'message.waiting':
      return decodeMessage(payload).map((event) =>
        event.kind === 'message' ? { ...event, type: 'waiting', body: '' } : event,
      );
    case 'message.ack':
    case 'message.ack.group':
      return decodeAck(payload);
    case 'message.reaction':
      return decodeReaction(payload, body);
    case 'message.edited':
      return decodeEdit(payload, body);
    case 'message.revoked':
      return decodeRevoke(payload, body);
    case 'presence.update':
      return decodePresence(payload);
    case 'session.status':
      return decodeStatus(payload, body);
    default:
      return [];
  }
}

function decodeAck(payload: unknown): EngineEvent[] {
  const reference = referenceOf(payload);
  const ack = ackOf(at(payload, 'ack'));
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

function decodeReaction(payload: unknown, body: unknown): EngineEvent[] {
  const target = toMessageReference(at(payload, 'reaction', 'messageId'));
  const emoji = textAt(payload, 'reaction', 'text');
  if (!target || emoji === undefined) return [];
  const own = toMessageReference(at(payload, 'id'));
  const fromUs = flagAt(payload, 'fromMe') ?? own?.fromMe ?? false;
  const sender =
    toAddress(at(payload, 'participant')) ??
    own?.participant ??
    toAddress(at(payload, 'from')) ??
    toAddress(at(body, 'me', 'id'));
  if (!sender) return [];
  return [
    {
      kind: 'reaction',
      ...about(target),
      sender,
      fromUs,
      emoji,
      at: millisecondsAt(payload, 'timestamp') ?? envelopeTime(body),
    },
  ];
}

function decodeEdit(payload: unknown, body: unknown): EngineEvent[] {
  const reference = referenceOf(payload);
  const messageId = toMessageReference(at(payload, 'editedMessageId'))?.messageId ?? reference?.messageId;
  const text = textAt(payload, 'body');
  if (!reference || !messageId || text === undefined) return [];
  return [
    {
      kind: 'edit',
      messageId,
      ...(reference.chat ? { chat: reference.chat } : {}),
      ...(reference.fromMe === undefined ? {} : { fromMe: reference.fromMe }),
      body: text,
      at: millisecondsAt(payload, '_data', 'latestEditSenderTimestampMs') ?? envelopeTime(body),
    },
  ];
}

function decodeRevoke(payload: unknown, body: unknown): EngineEvent[] {
  const after = referenceOf(at(payload, 'after'));
  const before = referenceOf(at(payload, 'before'));
  const messageId =
    toMessageReference(at(payload, 'revokedMessageId'))?.messageId ?? before?.messageId ?? after?.messageId;
  const known = before ?? after;
  // A deletion that is a message of its own tells who deleted, which in a group need not be who wrote.
  const written = [before, after].find((reference) => reference?.messageId === messageId)?.fromMe;
  if (!messageId) return [];
  return [
    {
      kind: 'revoke',
      messageId,
      ...(known?.chat ? { chat: known.chat } : {}),
      ...(written === undefined ? {} : { fromMe: written }),
      at: envelopeTime(body),
    },
  ];
}

const presences: Record<string, PresenceEvent['presence']> = {
  typing: 'typing',
  recording: 'recording',
  paused: 'paused',
  online: 'online',
  offline: 'offline',
};

function decodePresence(payload: unknown): EngineEvent[] {
  const chat = toAddress(at(payload, 'id'));
  const list = at(payload, 'presences');
  if (!chat || !Array.isArray(list)) return [];
  return list.slice(0, 50).flatMap((entry: unknown): EngineEvent[] => {
    const name = textAt(entry, 'lastKnownPresence') ?? '';
    return Object.hasOwn(presences, name) ? [{ kind: 'presence', chat, presence: presences[name]! }] : [];
  });
}

const states: Record<string, Pick<SessionReport, 'state' | 'code' | 'action'>> = {
  STOPPED: { state: 'stopped', code: 'none', action: 'none' },
  STARTING: { state: 'starting', code: 'none', action: 'wait' },
  SCAN_QR_CODE: { state: 'pairing', code: 'none', action: 'pair-again' },
  WORKING: { state: 'working', code: 'none', action: 'none' },
  FAILED: { state: 'failed', code: 'engine-error', action: 'retry' },
  PASSKEY_REQUIRED: { state: 'pairing', code: 'extra-step-on-phone', action: 'extra-step-on-phone' },
  PASSKEY_CONFIRMATION_REQUIRED: {
    state: 'pairing',
    code: 'extra-step-on-phone',
    action: 'extra-step-on-phone',
  },
};

function decodeStatus(payload: unknown, body: unknown): EngineEvent[] {
  const status = textAt(payload, 'status') ?? '';
  if (!Object.hasOwn(states, status)) return [];
  const report: SessionReport = { ...states[status]! };
  const when = numberAt(body, 'timestamp');
  if (when !== undefined) report.at = when;
  const me = toAddress(at(body, 'me', 'id'));
  const lid = toAddress(at(body, 'me', 'lid'));
  if (me && addressKind(me) === 'phone') {
    report.me = { address: me, name: textAt(body, 'me', 'pushName') ?? '', ...(lid ? { lid } : {}) };
  }
  return [...(me && lid ? pair(me, lid) : []), { kind: 'session-state', report }];
}

/** The envelope's own time (ms); old releases have none, and then the fact is as old as can be. */
function envelopeTime(body: unknown): number {
  return millisecondsAt(body, 'timestamp') ?? millisecondsAt(body, 'payload', 'timestamp') ?? 1;
}
