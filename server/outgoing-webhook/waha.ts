import type { MessageNews, OutgoingEvent, OutgoingType, SessionNews } from '../contract/outgoing.ts';

/** How WAHA calls it; what it has no word for is not told in its format. */
const events: Partial<Record<OutgoingType, string>> = {
  'message.received': 'message',
  'message.sent': 'message.any',
  'message.ack': 'message.ack',
  'message.edited': 'message.edited',
  'message.revoked': 'message.revoked',
  'message.reaction': 'message.reaction',
  'session.state': 'session.status',
  'endpoint.test': 'test',
};

const statuses: Record<SessionNews['session']['state'], string> = {
  stopped: 'STOPPED',
  starting: 'STARTING',
  pairing: 'SCAN_QR_CODE',
  syncing: 'STARTING',
  working: 'WORKING',
  degraded: 'WORKING',
  lost: 'FAILED',
  'logged-out': 'FAILED',
  failed: 'FAILED',
};

const ackNames: Record<number, string> = {
  [-1]: 'ERROR',
  0: 'PENDING',
  1: 'SERVER',
  2: 'DEVICE',
  3: 'READ',
  4: 'PLAYED',
};

export function isTold(type: OutgoingType): boolean {
  return events[type] !== undefined;
}

/**
 * The event as a WAHA server posts it (envelope `{id, timestamp, event, session, payload}`), for receivers that were
 * written for one. The session is called `inbox_<id>`; `me` is left out, since it may change between event and try.
 */
export function asWaha(name: string, event: OutgoingEvent): object {
  const { data } = event;
  return {
    id: name,
    timestamp: Date.parse(event.timestamp),
    event: events[event.type] ?? event.type,
    session: 'inbox' in data ? `inbox_${data.inbox.id}` : 'test',
    payload: 'message' in data ? payloadOf(event.type, data) : 'session' in data ? sessionOf(data) : {},
    engine: 'CHATDOCK',
    environment: { engine: 'CHATDOCK', tier: 'CORE' },
  };
}

function payloadOf(type: OutgoingType, { chat, message }: MessageNews): object {
  const address = chat.address ?? '';
  const id = `${message.fromMe}_${address}_${message.messageId ?? ''}`;
  const whole = {
    id,
    timestamp: Math.floor(message.at / 1_000),
    from: message.fromMe ? '' : address,
    fromMe: message.fromMe,
    source: message.agent ? 'api' : 'app',
    to: message.fromMe ? address : '',
    body: message.body,
    hasMedia: message.media !== null,
    // Files are had over the API, by addresses that live a few minutes.
    media: message.media && { mimetype: message.media.mime, filename: message.media.fileName, url: null },
    ack: message.ack,
    ackName: ackNames[message.ack] ?? 'PENDING',
    vCards: [],
    ...(message.sender && { participant: message.sender.phone && `${message.sender.phone}@c.us` }),
    ...(message.quotedMessageId && { replyTo: { id: message.quotedMessageId, body: message.quoted?.body } }),
  };
  if (type === 'message.revoked') return { revokedMessageId: message.messageId, before: whole, after: null };
  if (type === 'message.edited') return { ...whole, editedMessageId: message.messageId };
  if (type === 'message.reaction') {
    const latest = message.reactions.at(-1);
    return { ...whole, reaction: { text: latest?.emoji ?? '', messageId: id } };
  }
  return whole;
}

function sessionOf({ session }: SessionNews): object {
  return {
    status: statuses[session.state],
    statuses: [{ status: statuses[session.state], timestamp: session.since }],
    code: session.code,
  };
}
