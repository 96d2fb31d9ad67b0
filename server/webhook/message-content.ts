import { toAddress, type Address } from '../contract/address.ts';
import type { MessageContent } from '../contract/content.ts';
import type { MessageType } from '../contract/engine-event.ts';
import { invitationOf } from '../contract/invitation.ts';
import { toMessageReference } from '../contract/message-reference.ts';
import { webAddress } from '../contract/web-address.ts';
import { toMessageType } from '../contract/whatsapp-type.ts';
import { boundedCount, boundedLine, boundedList, boundedText, limits, people, person } from './bounded.ts';
import { callLog } from './call.ts';
import { at, flagAt, numberAt, record, textAt } from './foreign.ts';
import { thumbnailOf } from './media-facts.ts';
import { protocolText, unwrap, type ProtocolMessage } from './protocol-message.ts';
import { readCards, type Card } from './vcard.ts';

/** What a message holds beside its text and its file, from the page's model, the library's and WAHA's dress of it, or the protocol's. */
export function contentOf(
  model: unknown,
  told: { type: MessageType; fromMe: boolean; protocol: ProtocolMessage | undefined },
): MessageContent | undefined {
  const { type, fromMe, protocol } = told;
  const data = at(model, '_data') ?? model;
  const content: MessageContent = {};
  if (type === 'location') put(content, 'location', locationOf(model, data, protocol));
  if (type === 'contact-card') {
    const cards = cardsOf(model, protocol);
    if (cards.length > 0) content.cards = cards;
  }
  if (type === 'poll') put(content, 'poll', pollOf(model, data, protocol));
  if (type === 'invitation') put(content, 'invitation', invitedTo(model, data, protocol));
  if (type === 'call') content.call = callLog(protocolCall(protocol) ?? data, fromMe);
  if (type === 'text') put(content, 'link', linkOf(data, protocol));
  if (isViewOnce(model, protocol)) content.viewOnce = true;
  const mentions = people(
    at(model, 'mentionedIds') ??
      at(data, 'mentionedJidList') ??
      at(protocol?.context, 'mentionedJid') ??
      at(protocol?.context, 'mentionedJID'),
  );
  if (mentions.length > 0) content.mentions = mentions;
  put(content, 'quoted', quotedOf(model, data, protocol));
  return Object.keys(content).length > 0 ? content : undefined;
}

/** Of some, linked devices get only the word that there is one. */
export function isViewOnce(model: unknown, protocol: ProtocolMessage | undefined): boolean {
  const data = at(model, '_data') ?? model;
  return (
    protocol?.viewOnce === true ||
    flagAt(data, 'isViewOnce') === true ||
    flagAt(data, 'key', 'isViewOnce') === true ||
    textAt(data, 'subtype') === 'view_once_unavailable_fanout'
  );
}

function put<Part extends keyof MessageContent>(
  content: MessageContent,
  part: Part,
  value: MessageContent[Part],
): void {
  if (value !== undefined) content[part] = value;
}

/** The bare id of the message that is answered. */
export function quotedIdOf(model: unknown, protocol: ProtocolMessage | undefined): string | undefined {
  const id =
    at(model, 'replyTo', 'id') ??
    at(model, '_data', 'quotedStanzaID') ??
    at(model, 'quotedStanzaID') ??
    at(protocol?.context, 'stanzaId') ??
    at(protocol?.context, 'stanzaID');
  return toMessageReference(id)?.messageId;
}

function quotedOf(
  model: unknown,
  data: unknown,
  protocol: ProtocolMessage | undefined,
): MessageContent['quoted'] {
  if (quotedIdOf(model, protocol) === undefined) return undefined;
  const reply = at(model, 'replyTo');
  const copy = at(data, 'quotedMsg') ?? at(model, 'quotedMsg') ?? at(reply, '_data');
  const spelt =
    unwrap(at(protocol?.context, 'quotedMessage')) ??
    unwrap(at(reply, '_data', 'message')) ??
    unwrap(at(reply, '_data'));
  const type = toMessageType(textAt(copy, 'type')) ?? spelt?.type;
  const sender = person(
    at(reply, 'participant') ?? at(data, 'quotedParticipant') ?? at(protocol?.context, 'participant'),
  );
  const body = quotedText(reply, copy, type) ?? (spelt && boundedText(protocolText(spelt), limits.name));
  const fromMe = sender && wasOurs(model, sender);
  const quoted = {
    ...(body ? { body } : {}),
    ...(type ? { type } : {}),
    ...(sender ? { sender } : {}),
    ...(fromMe === undefined ? {} : { fromMe }),
  };
  return Object.keys(quoted).length > 0 ? quoted : undefined;
}

/** The start of it; of a file its caption, never the small picture that stands in its place. */
function quotedText(reply: unknown, copy: unknown, type: MessageType | undefined): string | undefined {
  if (type === 'contact-card') {
    const names = namesOf(readCards([textAt(copy, 'body')]));
    return boundedText(names || textAt(copy, 'vcardFormattedName'), limits.name);
  }
  const isPlain = type === undefined || type === 'text';
  const told =
    textAt(reply, 'body') ?? (isPlain ? textAt(copy, 'body') : undefined) ?? textAt(copy, 'caption');
  const text = told || textAt(copy, 'pollName') || textAt(copy, 'loc');
  return boundedText(text, limits.name);
}

/** Where our own number can be told: WEBJS names it as the other end of the message. */
function wasOurs(model: unknown, sender: Address): boolean | undefined {
  const [from, to] = [toAddress(at(model, 'from')), toAddress(at(model, 'to'))];
  if (!from || !to || from === to) return undefined;
  const own = flagAt(model, 'fromMe') ? from : to;
  const chat = own === from ? to : from;
  if (sender === own) return true;
  return sender === chat ? false : undefined;
}

function locationOf(
  model: unknown,
  data: unknown,
  protocol: ProtocolMessage | undefined,
): MessageContent['location'] {
  const told = record(at(model, 'location')) ?? protocol?.part;
  const latitude = degrees(at(told, 'latitude') ?? at(told, 'degreesLatitude') ?? at(data, 'lat'), 90);
  const longitude = degrees(at(told, 'longitude') ?? at(told, 'degreesLongitude') ?? at(data, 'lng'), 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  const [first, ...rest] = placeText(model, data).split('\n');
  const name = boundedLine(at(told, 'name') ?? first, limits.name);
  const address = boundedLine(at(told, 'address') ?? rest.join(' '), limits.line);
  const kind = textAt(data, 'type');
  const live = kind === 'live_location' || protocol?.key === 'liveLocationMessage' || flagAt(told, 'live');
  return {
    latitude,
    longitude,
    ...(name ? { name } : {}),
    ...(address ? { address } : {}),
    ...(live ? { live: true } : {}),
  };
}

/** Name and address of a place, a line each. */
export function placeText(model: unknown, data: unknown): string {
  return textAt(data, 'loc') ?? textAt(model, 'location', 'description') ?? '';
}

function degrees(value: unknown, most: number): number | undefined {
  const text = typeof value === 'string' && /^-?\d{1,3}(?:\.\d{1,20})?$/.test(value) ? Number(value) : value;
  return typeof text === 'number' && Math.abs(text) <= most ? text : undefined;
}

export function cardsOf(model: unknown, protocol: ProtocolMessage | undefined): Card[] {
  const data = at(model, '_data') ?? model;
  const listed = boundedList(at(data, 'vcardList')).map((entry) => at(entry, 'vcard'));
  const spelt = [protocol?.part, ...boundedList(at(protocol?.part, 'contacts'))].map((entry) =>
    at(entry, 'vcard'),
  );
  for (const texts of [
    boundedList(at(model, 'vCards')),
    listed,
    spelt,
    [at(data, 'body')],
    [at(model, 'body')],
  ]) {
    const cards = readCards(texts.filter((text) => text !== undefined));
    if (cards.length > 0) return cards;
  }
  return [];
}

export function namesOf(cards: readonly Card[]): string {
  return cards
    .map((card) => card.name)
    .filter(Boolean)
    .join(', ');
}

function pollOf(
  model: unknown,
  data: unknown,
  protocol: ProtocolMessage | undefined,
): MessageContent['poll'] {
  const told = record(protocol?.part) ? protocol?.part : undefined;
  const question = boundedLine(
    at(data, 'pollName') ?? at(model, 'pollName') ?? at(told, 'name') ?? at(model, 'body'),
    limits.line,
  );
  if (question === undefined) return undefined;
  const listed = boundedList(at(data, 'pollOptions') ?? at(model, 'pollOptions') ?? at(told, 'options'));
  const options = listed.flatMap((option) => {
    const name = typeof option === 'string' ? option : (at(option, 'name') ?? at(option, 'optionName'));
    return boundedLine(name, limits.name) ?? [];
  });
  const most = numberAt(data, 'pollSelectableOptionsCount') ?? numberAt(told, 'selectableOptionsCount');
  const several = most === undefined ? flagAt(model, 'allowMultipleAnswers') : most !== 1;
  return { question, options, ...(several === undefined ? {} : { several }) };
}

/** By the page's names, the library's, and the protocol's in its two spellings. */
function invitedTo(
  model: unknown,
  data: unknown,
  protocol: ProtocolMessage | undefined,
): MessageContent['invitation'] {
  const part = protocol?.part;
  const library = at(model, 'inviteV4');
  const until = at(data, 'inviteCodeExp') ?? at(library, 'inviteCodeExp') ?? at(part, 'inviteExpiration');
  const seconds = boundedCount(until, 100_000_000_000);
  return invitationOf({
    group: at(data, 'inviteGrp') ?? at(library, 'groupId') ?? at(part, 'groupJid') ?? at(part, 'groupJID'),
    name: boundedLine(
      at(data, 'inviteGrpName') ?? at(library, 'groupName') ?? at(part, 'groupName'),
      limits.name,
    ),
    text: boundedText(at(data, 'comment') ?? at(part, 'caption'), limits.line),
    until: seconds === undefined ? undefined : seconds * 1000,
    picture: thumbnailOf(
      at(data, 'inviteGrpJpegThum') ?? at(part, 'jpegThumbnail') ?? at(part, 'JPEGThumbnail'),
    ),
  });
}

function protocolCall(protocol: ProtocolMessage | undefined): unknown {
  if (protocol?.type !== 'call') return undefined;
  const outcomes = [
    'connected',
    'missed',
    'failed',
    'rejected',
    'accepted',
    'ongoing',
    'silenced',
    'silenced',
  ];
  const outcome = at(protocol.part, 'callOutcome');
  return {
    isVideo: at(protocol.part, 'isVideo'),
    callDuration: at(protocol.part, 'durationSecs'),
    callOutcome: typeof outcome === 'number' ? outcomes[outcome] : outcome,
  };
}

function linkOf(data: unknown, protocol: ProtocolMessage | undefined): MessageContent['link'] {
  const told = protocol?.key === 'extendedTextMessage' ? protocol.part : data;
  const title = boundedLine(at(told, 'title'), limits.name);
  const description = boundedLine(at(told, 'description'), limits.line);
  if (title === undefined && description === undefined) return undefined;
  const url = webAddress(at(told, 'canonicalUrl') || at(told, 'matchedText'));
  if (url === undefined) return undefined;
  return { url, ...(title ? { title } : {}), ...(description ? { description } : {}) };
}
