import { addressKind, type Address } from '../../contract/address.ts';
import type { MessageContent } from '../../contract/content.ts';
import type { MessageType } from '../../contract/engine-event.ts';
import { invitationOf } from '../../contract/invitation.ts';
import { webAddress } from '../../contract/web-address.ts';
import { readCard, type Card } from '../../engine-child/card.ts';
import {
  asRaw,
  count,
  known,
  limits,
  line,
  list,
  milliseconds,
  number,
  people,
  person,
  text,
  type Raw,
} from './bounds.ts';
import { thumbnailOf } from './decode-media.ts';

/** The parts of a message that hold something to be shown, with the type each is. */
const kinds: Record<string, MessageType> = {
  conversation: 'text',
  extendedTextMessage: 'text',
  imageMessage: 'image',
  videoMessage: 'video',
  ptvMessage: 'video',
  audioMessage: 'audio',
  documentMessage: 'document',
  stickerMessage: 'sticker',
  lottieStickerMessage: 'sticker',
  locationMessage: 'location',
  liveLocationMessage: 'location',
  contactMessage: 'contact-card',
  contactsArrayMessage: 'contact-card',
  pollCreationMessage: 'poll',
  pollCreationMessageV2: 'poll',
  pollCreationMessageV3: 'poll',
  pollCreationMessageV5: 'poll',
  callLogMesssage: 'call',
  listResponseMessage: 'text',
  buttonsResponseMessage: 'text',
  templateButtonReplyMessage: 'text',
  groupInviteMessage: 'invitation',
};

/** What travels between devices and is never shown. */
const bookkeeping = [
  'protocolMessage',
  'reactionMessage',
  'encReactionMessage',
  'pollUpdateMessage',
  'keepInChatMessage',
  'pinInChatMessage',
  'editedMessage',
  'encEventResponseMessage',
  'albumMessage',
  'messageHistoryBundle',
  'stickerSyncRmrMessage',
  'secretEncryptedMessage',
  'placeholderMessage',
];

export interface Part {
  name: string;
  type: MessageType;
  data: Raw;
}

/** The part a message is about; `undefined` for bookkeeping. A message of a kind from the future is `unknown`. */
export function partOf(content: Raw): Part | undefined {
  for (const name of bookkeeping) if (content[name]) return undefined;
  for (const [name, type] of Object.entries(kinds)) {
    const value = content[name];
    if (name === 'conversation' && typeof value === 'string' && value)
      return { name, type, data: { text: value } };
    if (name === 'conversation' || !value || typeof value !== 'object') continue;
    const data = asRaw(value);
    return { name, type: name === 'audioMessage' && data['ptt'] === true ? 'voice' : type, data };
  }
  // A key for a group and nothing else is no message.
  if (content['senderKeyDistributionMessage']) return undefined;
  return { name: 'unknown', type: 'unknown', data: {} };
}

/** Text, or the caption; '' where there is none. */
export function bodyOf({ name, type, data }: Part): string {
  switch (type) {
    case 'text':
      return (
        text(data['text']) ??
        text(data['title']) ??
        text(data['selectedDisplayText']) ??
        text(data['caption']) ??
        ''
      );
    case 'contact-card':
      return (cardsOf(name, data) ?? []).map((card) => card.name).join(', ');
    case 'location':
      return (
        [line(data['name']), line(data['address'], limits.line)].filter(Boolean).join('\n') ||
        (text(data['caption']) ?? '')
      );
    case 'poll':
      return text(data['name']) ?? '';
    case 'invitation':
      return line(data['groupName']) ?? '';
    case 'image':
    case 'video':
    case 'document':
      return text(data['caption']) ?? '';
    default:
      return '';
  }
}

/** What a message holds beside text and file. `me`: our own Addresses. */
export function decodeContent(
  part: Part,
  fromMe: boolean,
  me: readonly Address[],
): MessageContent | undefined {
  const { name, type, data } = part;
  const context = asRaw(data['contextInfo']);
  const mentions = people(context['mentionedJid']);
  const content = known<MessageContent>({
    location: type === 'location' ? locationOf(name, data) : undefined,
    cards: type === 'contact-card' ? cardsOf(name, data) : undefined,
    poll: type === 'poll' ? pollOf(data) : undefined,
    invitation: type === 'invitation' ? invitedTo(data) : undefined,
    link: name === 'extendedTextMessage' ? linkOf(data) : undefined,
    system: undefined,
    call: type === 'call' ? callOf(data, fromMe) : undefined,
    viewOnce: undefined,
    mentions: mentions.length ? mentions : undefined,
    quoted: quotedOf(context, me),
  });
  return Object.keys(content).length ? content : undefined;
}

function locationOf(name: string, data: Raw): MessageContent['location'] {
  const [latitude, longitude] = [
    degrees(data['degreesLatitude'], 90),
    degrees(data['degreesLongitude'], 180),
  ];
  if (latitude === undefined || longitude === undefined) return undefined;
  return known<NonNullable<MessageContent['location']>>({
    latitude,
    longitude,
    name: line(data['name']),
    address: line(data['address'], limits.line),
    live: name === 'liveLocationMessage' || data['isLive'] === true || undefined,
  });
}
const degrees = (value: unknown, most: number): number | undefined =>
  typeof value === 'number' && Math.abs(value) <= most ? value : undefined;

function cardsOf(name: string, data: Raw): Card[] | undefined {
  const several = name === 'contactsArrayMessage' ? list(data['contacts']).map(asRaw) : [data];
  const cards = several.map((one) => readCard(one['vcard'], one['displayName']));
  const read = cards.filter((card) => card !== undefined);
  return read.length ? read : undefined;
}

/** The texts of a poll's options, in order. */
export const optionsOf = (data: Raw): string[] =>
  list(data['options']).flatMap((one) => line(asRaw(one)['optionName'], limits.line) ?? []);

function pollOf(data: Raw): MessageContent['poll'] {
  const question = line(data['name'], limits.line);
  if (question === undefined) return undefined;
  const most = count(data['selectableOptionsCount']) ?? 0;
  return { question, options: optionsOf(data), several: most !== 1 };
}

const invitedTo = (data: Raw): MessageContent['invitation'] =>
  invitationOf({
    group: data['groupJid'],
    name: line(data['groupName']),
    text: text(data['caption'], limits.line),
    until: milliseconds(data['inviteExpiration']),
    picture: thumbnailOf(data['jpegThumbnail']),
  });

/** The writer's device makes the preview; a link alone is no preview. */
function linkOf(data: Raw): MessageContent['link'] {
  const [title, description] = [line(data['title']), line(data['description'], limits.line)];
  const url = webAddress(data['matchedText']);
  if (!url || (title === undefined && description === undefined)) return undefined;
  return known<NonNullable<MessageContent['link']>>({ url, title, description });
}

/** `CallLogMessage.CallOutcome` */
const connected = new Set([0, 'CONNECTED', 5, 'ACCEPTED_ELSEWHERE', 6, 'ONGOING']);

function callOf(data: Raw, fromMe: boolean): NonNullable<MessageContent['call']> {
  const seconds = count(data['durationSecs'], 1_000_000) ?? 0;
  const outcome = (data['callOutcome'] as number | string | undefined) ?? 0;
  const hasWorked = seconds > 0 || connected.has(outcome);
  return {
    video: data['isVideo'] === true,
    missed: !hasWorked || (number(data['callOutcome']) === 1 && !fromMe),
    ...(seconds > 0 ? { seconds } : {}),
  };
}

function quotedOf(context: Raw, me: readonly Address[]): MessageContent['quoted'] {
  if (!text(context['stanzaId'], 200)) return undefined;
  const part = partOf(asRaw(context['quotedMessage']));
  const sender = person(context['participant']);
  const isKnown = part !== undefined && part.name !== 'unknown';
  const quoted = known<NonNullable<MessageContent['quoted']>>({
    body: isKnown ? text(bodyOf(part), limits.name) : undefined,
    type: isKnown ? part.type : undefined,
    sender,
    fromMe: sender && isOfOneKind(sender, me) ? me.includes(sender) : undefined,
  });
  return Object.keys(quoted).length ? quoted : undefined;
}
/** That a LID is not our number says nothing while we do not know our own LID. */
const isOfOneKind = (one: Address, others: readonly Address[]): boolean =>
  others.some((other) => addressKind(other) === addressKind(one));
