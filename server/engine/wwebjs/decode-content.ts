import { addressKind, type Address } from '../../contract/address.ts';
import type { MessageContent } from '../../contract/content.ts';
import { invitationOf } from '../../contract/invitation.ts';
import { toMessageType } from '../../contract/whatsapp-type.ts';
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
  people,
  person,
  text,
  type Raw,
} from './bounds.ts';
import { isFile, thumbnailOf } from './decode-media.ts';

/** What a message holds beside text and file. `me`: our own Addresses. */
export function decodeContent(
  data: Raw,
  kind: string,
  fromMe: boolean,
  me: readonly Address[],
): MessageContent | undefined {
  const type = toMessageType(kind);
  const mentions = people(data['mentionedJidList']);
  const content = known<MessageContent>({
    location: type === 'location' ? locationOf(data, kind) : undefined,
    cards: type === 'contact-card' ? cardsOf(data) : undefined,
    poll: type === 'poll' ? pollOf(data) : undefined,
    invitation: type === 'invitation' ? invitedTo(data) : undefined,
    link: type === 'text' ? linkOf(data) : undefined,
    system: undefined,
    call: type === 'call' ? callOf(data, fromMe) : undefined,
    viewOnce: isViewOnce(data) || undefined,
    mentions: mentions.length ? mentions : undefined,
    quoted: quotedOf(data, me),
  });
  return Object.keys(content).length ? content : undefined;
}

/** Of a view-once message linked devices get a placeholder that is never filled. */
export const isViewOnce = (data: Raw): boolean =>
  data['isViewOnce'] === true || data['subtype'] === 'view_once_unavailable_fanout';

function locationOf(data: Raw, kind: string): MessageContent['location'] {
  const [latitude, longitude] = [degrees(data['lat'], 90), degrees(data['lng'], 180)];
  if (latitude === undefined || longitude === undefined) return undefined;
  const [first, ...rest] = (text(data['loc'], limits.line * 2) ?? '').split('\n');
  return known<NonNullable<MessageContent['location']>>({
    latitude,
    longitude,
    name: line(first),
    address: line(rest.join(' '), limits.line),
    live: kind === 'live_location' || data['isLive'] === true || undefined,
  });
}

const degrees = (value: unknown, most: number): number | undefined =>
  typeof value === 'number' && Math.abs(value) <= most ? value : undefined;

export function cardsOf(data: Raw): Card[] | undefined {
  const several = list(data['vcardList']).map(asRaw);
  const cards = several.length
    ? several.map((one) => readCard(one['vcard'], one['displayName']))
    : [readCard(data['body'], data['vcardFormattedName'])];
  const read = cards.filter((card) => card !== undefined);
  return read.length ? read : undefined;
}

function pollOf(data: Raw): MessageContent['poll'] {
  const question = line(data['pollName'], limits.line);
  if (question === undefined) return undefined;
  const options = list(data['pollOptions']).flatMap((one) => {
    const option = line(typeof one === 'string' ? one : asRaw(one)['name'], limits.line);
    return option === undefined ? [] : [option];
  });
  const most = count(data['pollSelectableOptionsCount']);
  return { question, options, ...(most === undefined ? {} : { several: most !== 1 }) };
}

const invitedTo = (data: Raw): MessageContent['invitation'] =>
  invitationOf({
    group: data['inviteGrp'],
    name: line(data['inviteGrpName']),
    text: text(data['comment'], limits.line),
    until: milliseconds(count(data['inviteCodeExp'])),
    picture: thumbnailOf(data['inviteGrpJpegThum']),
  });

/** The writer's device makes the preview; a link alone is no preview. */
function linkOf(data: Raw): MessageContent['link'] {
  const [title, description] = [line(data['title']), line(data['description'], limits.line)];
  const url = webAddress(data['canonicalUrl']) ?? webAddress(data['matchedText']);
  if (!url || (title === undefined && description === undefined)) return undefined;
  return known<NonNullable<MessageContent['link']>>({ url, title, description });
}

/** What a call leaves in a chat: a word for how it went (`Missed`, `Connected`, `miss_video`, …) and how long. */
function callOf(data: Raw, fromMe: boolean): NonNullable<MessageContent['call']> {
  const seconds = count(data['callDuration'], 1_000_000) ?? 0;
  const went = `${line(data['callOutcome']) ?? ''} ${line(data['subtype']) ?? ''}`;
  const hasFailed = /miss|reject|declin|cancel|fail|unavail|silence|busy/i.test(went);
  const hasWorked = seconds > 0 || /connect|complet|accept|ongoing/i.test(went);
  return {
    video: typeof data['isVideoCall'] === 'boolean' ? data['isVideoCall'] : /video/i.test(went),
    missed: hasFailed || (!hasWorked && !fromMe),
    ...(seconds > 0 ? { seconds } : {}),
  };
}

function quotedOf(data: Raw, me: readonly Address[]): MessageContent['quoted'] {
  const copy = asRaw(data['quotedMsg']);
  const kind = text(copy['type'], 40) ?? '';
  const sender = person(data['quotedParticipant']);
  // Of a file, what stands in place of the text is its picture.
  const said = isFile(kind) ? copy['caption'] : (copy['body'] ?? copy['pollName'] ?? copy['loc']);
  const body = kind === 'vcard' ? cardsOf(copy)?.[0]?.name : text(said, limits.name);
  const quoted = known<NonNullable<MessageContent['quoted']>>({
    body: body || undefined,
    type: toMessageType(kind),
    sender,
    fromMe: sender && me.length && isOfOneKind(sender, me) ? me.includes(sender) : undefined,
  });
  return Object.keys(quoted).length && data['quotedStanzaID'] ? quoted : undefined;
}

/** That a LID is not our number says nothing while we do not know our own LID. */
const isOfOneKind = (one: Address, others: readonly Address[]): boolean =>
  others.some((other) => addressKind(other) === addressKind(one));
