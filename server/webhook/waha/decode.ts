import { joinAck, type Ack } from '../../contract/ack.ts';
import { addressKind, toAddress } from '../../contract/address.ts';
import type { EngineEvent, PresenceEvent } from '../../contract/engine-event.ts';
import { toMessageReference } from '../../contract/message-reference.ts';
import type { SessionReport } from '../../contract/session-state.ts';
import { boundedLine, boundedText, chosenOptions, limits, person } from '../bounded.ts';
import { decodeCall } from '../call.ts';
import { at, flagAt, millisecondsAt, record, textAt } from '../foreign.ts';
import { wahaMedia } from '../media-facts.ts';
import { ackOf, decodeMessage, decodeWaiting, editedText } from '../message-model.ts';
import { about, pair, referenceOf } from '../reference.ts';
import { decodeGroupNotification } from '../system-line.ts';
import { decodeJoined, decodeLeft, decodeParticipants, decodeUpdated } from './group.ts';

/** One envelope → facts. Pure; unknown events are []. */
export function decodeEvent(body: unknown): EngineEvent[] {
  const payload = at(body, 'payload');
  if (!record(payload)) return [];
  switch (textAt(body, 'event')) {
    case 'message':
    case 'message.any':
      return decodeMessage(payload, wahaMedia(payload, textAt(body, 'session')));
    case 'message.waiting':
      return decodeWaiting(payload);
    case 'message.ack':
      return decodeAck(payload);
    case 'message.ack.group':
      return decodeMemberAck(payload, body);
    case 'message.reaction':
      return decodeReaction(payload, body);
    case 'poll.vote':
      return decodeVote(payload, body);
    case 'message.edited':
      return decodeEdit(payload, body);
    case 'message.revoked':
      return decodeRevoke(payload, body);
    case 'call.received':
    case 'call.rejected':
      return decodeCall(payload, false, envelopeTime(body));
    case 'call.accepted':
      return decodeCall(payload, true, envelopeTime(body));
    case 'group.v2.join':
      return decodeJoined(payload, envelopeTime(body));
    case 'group.v2.leave':
      return decodeLeft(payload, body, envelopeTime(body));
    case 'group.v2.participants':
      return decodeParticipants(payload, envelopeTime(body));
    case 'group.v2.update':
      return decodeUpdated(payload, envelopeTime(body));
    case 'group.join':
    case 'group.leave':
      return decodeGroupNotification(payload);
    case 'chat.archive':
      return decodeArchive(payload);
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
  return [{ kind: 'ack', ...about(reference), fromMe: true, ack }];
}

/**
 * What one member's phone says of our message. For the message as a whole it proves no more than that it has come to
 * somebody: who has read it, the receipts tell.
 */
function decodeMemberAck(payload: unknown, body: unknown): EngineEvent[] {
  const reference = referenceOf(payload);
  const ack = ackOf(at(payload, 'ack'));
  if (!reference || ack === undefined || reference.fromMe === false) return [];
  const whole: Ack = ack > 2 ? 2 : ack;
  const { messageId, chat } = about(reference);
  const place = { messageId, ...(chat ? { chat } : {}), fromMe: true };
  const events: EngineEvent[] = [{ kind: 'ack', ...place, ack: whole }];
  const member = person(at(payload, 'participant')) ?? reference.participant;
  const ours = [at(body, 'me', 'id'), at(body, 'me', 'lid')].map(toAddress);
  if (member && !ours.includes(member) && joinAck(ack, 1) >= 2) {
    events.push({ kind: 'receipt', ...place, member, ack, at: receiptTime(payload) ?? envelopeTime(body) });
  }
  return events;
}

/** NOWEB tells when it was. */
function receiptTime(payload: unknown): number | undefined {
  const receipt = at(payload, '_data', 'receipt');
  return (
    millisecondsAt(receipt, 'playedTimestamp') ??
    millisecondsAt(receipt, 'readTimestamp') ??
    millisecondsAt(receipt, 'receiptTimestamp')
  );
}

function decodeArchive(payload: unknown): EngineEvent[] {
  const chat = toAddress(at(payload, 'id'));
  const archived = flagAt(payload, 'archived');
  return chat && archived !== undefined ? [{ kind: 'chat', chat, archived }] : [];
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
      emoji: boundedText(emoji, limits.emoji) ?? '',
      at: millisecondsAt(payload, 'timestamp') ?? envelopeTime(body),
    },
  ];
}

/** `{vote, poll}`: what one person has chosen by now, by the options' texts. */
function decodeVote(payload: unknown, body: unknown): EngineEvent[] {
  const vote = at(payload, 'vote');
  const poll = referenceOf(at(payload, 'poll'));
  const chosen = at(vote, 'selectedOptions');
  if (!poll || !Array.isArray(chosen)) return [];
  const own = toMessageReference(at(vote, 'id'));
  const fromUs = flagAt(vote, 'fromMe') ?? own?.fromMe ?? false;
  const voter =
    person(at(vote, 'participant')) ??
    own?.participant ??
    person(at(vote, 'from')) ??
    person(at(body, 'me', 'id'));
  if (!voter) return [];
  return [
    {
      kind: 'vote',
      ...about(poll),
      voter,
      fromUs,
      options: chosenOptions(chosen),
      at: millisecondsAt(vote, 'timestamp') ?? envelopeTime(body),
    },
  ];
}

function decodeEdit(payload: unknown, body: unknown): EngineEvent[] {
  const reference = referenceOf(payload);
  const messageId = toMessageReference(at(payload, 'editedMessageId'))?.messageId ?? reference?.messageId;
  const text = editedText(payload, textAt(payload, 'body'));
  if (!reference || !messageId || text === undefined) return [];
  return [
    {
      kind: 'edit',
      ...about({ ...reference, messageId }),
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
    if (!Object.hasOwn(presences, name)) return [];
    const lastSeen = millisecondsAt(entry, 'lastSeen');
    return [{ kind: 'presence', chat, presence: presences[name]!, ...(lastSeen ? { lastSeen } : {}) }];
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
  const when = millisecondsAt(body, 'timestamp');
  if (when !== undefined) report.at = when;
  const me = toAddress(at(body, 'me', 'id'));
  const lid = toAddress(at(body, 'me', 'lid'));
  if (me && addressKind(me) === 'phone') {
    report.me = {
      address: me,
      name: boundedLine(at(body, 'me', 'pushName'), limits.name) ?? '',
      ...(lid ? { lid } : {}),
    };
  }
  return [...(me && lid ? pair(me, lid) : []), { kind: 'session-state', report }];
}

/** The envelope's own time (ms); old releases have none, and then the fact is as old as can be. */
function envelopeTime(body: unknown): number {
  return millisecondsAt(body, 'timestamp') ?? millisecondsAt(body, 'payload', 'timestamp') ?? 1;
}
