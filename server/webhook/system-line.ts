import { addressKind, type Address } from '../contract/address.ts';
import type { MessageContent } from '../contract/content.ts';
import { groupChanges } from '../contract/group-change.ts';
import type { EngineEvent, MembershipEvent, MessageEvent } from '../contract/engine-event.ts';
import { boundedLine, boundedList, boundedText, limits, people, person } from './bounded.ts';
import { at, millisecondsAt, textAt } from './foreign.ts';
import { referenceOf } from './reference.ts';

type What = NonNullable<MessageContent['system']>['what'];

/** Baileys' numbers and names of the same. */
const byStub: Record<string, string> = {
  '20': 'create',
  '21': 'subject',
  '22': 'picture',
  '24': 'description',
  '27': 'add',
  '28': 'remove',
  '29': 'promote',
  '30': 'demote',
  '31': 'invite',
  '32': 'leave',
  '33': 'modify',
  '72': 'ephemeral',
  GROUP_CREATE: 'create',
  GROUP_CHANGE_SUBJECT: 'subject',
  GROUP_CHANGE_ICON: 'picture',
  GROUP_CHANGE_DESCRIPTION: 'description',
  GROUP_PARTICIPANT_ADD: 'add',
  GROUP_PARTICIPANT_REMOVE: 'remove',
  GROUP_PARTICIPANT_PROMOTE: 'promote',
  GROUP_PARTICIPANT_DEMOTE: 'demote',
  GROUP_PARTICIPANT_INVITE: 'invite',
  GROUP_PARTICIPANT_LEAVE: 'leave',
  GROUP_PARTICIPANT_CHANGE_NUMBER: 'modify',
  CHANGE_EPHEMERAL_SETTING: 'ephemeral',
};

/** A "message" of these types is a line nobody wrote. */
const noticeTypes = new Set(['gp2', 'group_notification', 'e2e_notification', 'notification_template']);

export function isNotice(type: string | undefined, model: unknown): boolean {
  return (type !== undefined && noticeTypes.has(type)) || stubOf(model) !== undefined;
}

/** A system line as the page has it, or as Baileys has it in a message's stub; [] for one nobody needs to see. */
export function decodeNotice(model: unknown): EngineEvent[] {
  const data = at(model, '_data') ?? model;
  const type = textAt(model, 'type') ?? textAt(data, 'type');
  const notice = {
    subtype: textAt(data, 'subtype') ?? textAt(model, 'subtype') ?? stubOf(model) ?? '',
    actor: person(at(data, 'author') ?? at(data, 'participant') ?? at(model, 'author')),
    recipients: people(at(data, 'recipients') ?? at(data, 'messageStubParameters'), limits.members),
    text: boundedLine(at(data, 'body') ?? at(data, 'messageStubParameters', '0'), limits.line),
    // The page's lines about one person name them in their template.
    others: people(at(data, 'templateParams')),
  };
  if (type === 'e2e_notification') {
    return notice.subtype === 'identity' ? line(model, { what: 'security-code' }) : [];
  }
  if (type === 'notification_template') {
    const { subtype, others } = notice;
    if (subtype === 'change_number') return line(model, { what: 'number-changed', people: others });
    return /ephemeral|disappearing/.test(subtype) ? line(model, { what: 'disappearing' }) : [];
  }
  return groupChange(model, notice);
}

/**
 * whatsapp-web.js's GroupNotification, in which `type` is the page's subtype: alone (wwebjs-api, WAHA's old events) or as
 * the `_data` of WAHA's `group.v2.*`. The line keeps WhatsApp's id, so events that tell the same change are one line.
 */
export function decodeGroupNotification(notification: unknown): EngineEvent[] {
  return groupChange(notification, {
    subtype: textAt(notification, 'type') ?? '',
    actor: person(at(notification, 'author')),
    recipients: people(at(notification, 'recipientIds'), limits.members),
    text: boundedLine(at(notification, 'body'), limits.line),
  });
}

/** Lines that say something in words: how the group is called or described now. */
const worded: ReadonlySet<What> = new Set(['subject', 'description', 'created']);

function groupChange(
  model: unknown,
  notice: { subtype: string; actor: Address | undefined; recipients: Address[]; text: string | undefined },
): EngineEvent[] {
  const { subtype, actor, recipients, text } = notice;
  if (subtype === '') return [];
  const known = Object.hasOwn(groupChanges, subtype) ? groupChanges[subtype] : undefined;
  const isAlone = recipients.length === 0 && (subtype === 'leave' || subtype === 'invite');
  const who = isAlone && actor ? [actor] : recipients;
  const isOwnDoing = subtype === 'add' && who.length === 1 && who[0] === actor;
  const what = isOwnDoing ? 'joined' : (known?.what ?? 'other');
  const lines = line(model, {
    what,
    ...(actor ? { actor } : {}),
    people: subtype === 'modify' && actor ? [actor, ...who] : who,
    text: what === 'other' ? subtype : worded.has(what) ? text : undefined,
  });
  const place = placeOf(model);
  if (!place || addressKind(place.chat) !== 'group') return lines;
  const { chat, when: at } = place;
  const changed = (members: Address[], role: MembershipEvent['role']): EngineEvent[] =>
    members.length > 0 ? [{ kind: 'membership', chat, members, role, at }] : [];
  if (subtype === 'modify' && actor) lines.push(...changed([actor], 'gone'), ...changed(who, 'member'));
  if (known?.role) lines.push(...changed(who, known.role));
  if (text && (what === 'subject' || what === 'created')) {
    lines.push({ kind: 'group', chat, at, subject: text.slice(0, limits.name) });
  }
  if (text && what === 'description') lines.push({ kind: 'group', chat, at, description: text });
  return lines;
}

function line(
  model: unknown,
  system: { what: What; actor?: Address; people?: Address[]; text?: string | undefined },
): EngineEvent[] {
  const reference = referenceOf(model);
  const place = placeOf(model);
  if (!reference || !place) return [];
  const { what, actor } = system;
  const named = boundedList(system.people) as Address[];
  const text = boundedText(system.text, limits.line);
  const event: MessageEvent = {
    kind: 'message',
    messageId: reference.messageId,
    chat: place.chat,
    // Nobody's: what a notification's key says of its direction differs from source to source.
    fromMe: false,
    type: 'system',
    body: '',
    at: place.when,
    origin: 'live',
    content: {
      system: {
        what,
        ...(actor ? { actor } : {}),
        ...(named.length > 0 ? { people: named } : {}),
        ...(text ? { text } : {}),
      },
    },
  };
  return [event];
}

function placeOf(model: unknown): { chat: Address; when: number } | undefined {
  const chat = referenceOf(model)?.chat;
  const when =
    millisecondsAt(model, 'timestamp') ??
    millisecondsAt(model, '_data', 't') ??
    millisecondsAt(model, 't') ??
    millisecondsAt(model, '_data', 'messageTimestamp');
  if (!chat || when === undefined) return undefined;
  return ['broadcast', 'channel'].includes(addressKind(chat)) ? undefined : { chat, when };
}

function stubOf(model: unknown): string | undefined {
  const stub = at(model, '_data', 'messageStubType');
  const name = typeof stub === 'number' || typeof stub === 'string' ? String(stub) : '';
  return Object.hasOwn(byStub, name) ? byStub[name] : undefined;
}
