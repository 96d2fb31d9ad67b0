import { addressKind, toAddress, type Address } from '../../contract/address.ts';
import type { MessageContent } from '../../contract/content.ts';
import { groupChanges } from '../../contract/group-change.ts';
import type { EngineEvent, MembershipEvent } from '../../contract/engine-event.ts';
import { toMessageReference } from '../../contract/message-reference.ts';
import { asRaw, known, limits, line, milliseconds, people, person, text, type Raw } from './bounds.ts';

type System = NonNullable<MessageContent['system']>;

/** The line nobody wrote that a person should see; `undefined` for the page's own bookkeeping. */
export function decodeSystem(data: Raw, kind: string): System | undefined {
  const subtype = line(data['subtype']) ?? '';
  if (kind === 'e2e_notification') return subtype === 'identity' ? { what: 'security-code' } : undefined;
  if (kind === 'notification_template') {
    if (subtype === 'change_number')
      return { what: 'number-changed', people: people(data['templateParams']).toReversed() };
    return /ephemeral|disappearing/.test(subtype) ? { what: 'disappearing' } : undefined;
  }
  if (kind !== 'gp2' || !subtype) return undefined;
  const { what, actor, who } = changeOf(data, subtype);
  const named = what === 'number-changed' && actor ? [actor, ...who] : who;
  return known<System>({
    what,
    actor,
    people: named.length ? named.slice(0, limits.list) : undefined,
    text:
      what === 'other'
        ? subtype
        : ['subject', 'description', 'created'].includes(what)
          ? line(data['body'], limits.line)
          : undefined,
  });
}

function changeOf(
  data: Raw,
  subtype: string,
): { what: System['what']; actor: Address | undefined; who: Address[]; role?: MembershipEvent['role'] } {
  const met = Object.hasOwn(groupChanges, subtype) ? groupChanges[subtype] : undefined;
  const actor = person(data['author']);
  const told = people(data['recipients'], limits.members);
  const who = !told.length && actor && (subtype === 'leave' || subtype === 'invite') ? [actor] : told;
  // Who adds themself has come by a link.
  const isOwnDoing = subtype === 'add' && who.length === 1 && who[0] === actor;
  const what = isOwnDoing ? 'joined' : (met?.what ?? 'other');
  return { what, actor, who, ...(met?.role ? { role: met.role } : {}) };
}

/** What such a line says of the group itself. */
export function decodeGroupChange(raw: unknown): EngineEvent[] {
  const data = asRaw(raw);
  const chat = toMessageReference(data['id'])?.chat;
  const at = milliseconds(data['t']);
  const subtype = line(data['subtype']) ?? '';
  if (data['type'] !== 'gp2' || !chat || at === undefined || addressKind(chat) !== 'group') return [];
  const { what, actor, who, role } = changeOf(data, subtype);
  const turned = (members: Address[], to: MembershipEvent['role']): EngineEvent[] =>
    members.length ? [{ kind: 'membership', chat, members, role: to, at }] : [];
  if (what === 'number-changed' && actor) return [...turned([actor], 'gone'), ...turned(who, 'member')];
  if (role) return turned(who, role);
  if (what === 'picture') return [{ kind: 'picture', of: chat }];
  const subject = what === 'subject' || what === 'created' ? line(data['body']) : undefined;
  if (subject) return [{ kind: 'group', chat, at, subject }];
  const description = what === 'description' ? text(data['body'], 2_048) : undefined;
  return description ? [{ kind: 'group', chat, at, description }] : [];
}

/** The library's GroupNotification, in which the page's subtype is called `type`, as the page's own model. */
export function rawOfNotification(notification: unknown): Raw {
  const { id, body, type, timestamp, author, recipientIds } = asRaw(notification);
  return { id, type: 'gp2', subtype: type, body, t: timestamp, author, recipients: recipientIds };
}

/** Who is in a group, as a snapshot of ours tells it. `now`: when it was taken. */
export function decodeGroup(raw: unknown, now: number): EngineEvent | undefined {
  const data = asRaw(raw);
  const chat = toAddress(data['id']);
  if (!chat || addressKind(chat) !== 'group') return undefined;
  const told = Array.isArray(data['participants']) ? data['participants'] : undefined;
  // A part of the list would be read as "the others have left".
  const isWhole = told !== undefined && told.length > 0 && told.length <= limits.members;
  const members = isWhole ? told.flatMap((one) => memberOf(asRaw(one))) : [];
  const event = known<Extract<EngineEvent, { kind: 'group' }>>({
    kind: 'group',
    chat,
    at: now,
    subject: line(data['subject']),
    description: text(data['desc'], 2_048),
    members: isWhole && members.length === told.length ? members : undefined,
  });
  return event.members || event.subject || event.description ? event : undefined;
}

function memberOf(one: Raw): { address: Address; role: 'member' | 'admin' | 'owner' }[] {
  const address = person(one['id']);
  if (!address) return [];
  const role = one['isSuperAdmin'] === true ? 'owner' : one['isAdmin'] === true ? 'admin' : 'member';
  return [{ address, role }];
}
