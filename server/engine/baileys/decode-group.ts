import { proto } from 'baileys';
import { addressKind, toAddress, type Address } from '../../contract/address.ts';
import type { MessageContent } from '../../contract/content.ts';
import { groupChanges } from '../../contract/group-change.ts';
import type { EngineEvent, MembershipEvent } from '../../contract/engine-event.ts';
import { asRaw, known, limits, line, list, milliseconds, number, person, text, type Raw } from './bounds.ts';

type System = NonNullable<MessageContent['system']>;
const { StubType } = proto.WebMessageInfo;

/** WhatsApp's numbers for lines nobody wrote, by the word for each. */
const words = new Map<number, string>([
  [StubType.GROUP_CREATE, 'create'],
  [StubType.GROUP_PARTICIPANT_ADD, 'add'],
  [StubType.GROUP_PARTICIPANT_INVITE, 'invite'],
  [StubType.GROUP_PARTICIPANT_ADD_REQUEST_JOIN, 'invite'],
  [StubType.GROUP_PARTICIPANT_REMOVE, 'remove'],
  [StubType.GROUP_PARTICIPANT_LEAVE, 'leave'],
  [StubType.GROUP_PARTICIPANT_PROMOTE, 'promote'],
  [StubType.GROUP_PARTICIPANT_DEMOTE, 'demote'],
  [StubType.GROUP_PARTICIPANT_CHANGE_NUMBER, 'modify'],
  [StubType.GROUP_CHANGE_SUBJECT, 'subject'],
  [StubType.GROUP_CHANGE_DESCRIPTION, 'description'],
  [StubType.GROUP_CHANGE_ICON, 'picture'],
  [StubType.CHANGE_EPHEMERAL_SETTING, 'ephemeral'],
]);

interface Change {
  what: System['what'];
  actor: Address | undefined;
  who: Address[];
  role?: MembershipEvent['role'];
  said: string | undefined;
}

function changeOf(info: Raw): Change | undefined {
  const word = words.get(number(info['messageStubType']) ?? -1);
  const met = word === undefined ? undefined : groupChanges[word];
  if (!word || !met) return undefined;
  const key = asRaw(info['key']);
  const actor = person(key['participant']) ?? person(info['participant']);
  const told = list(info['messageStubParameters'], limits.members);
  const isText = ['subject', 'description', 'created'].includes(met.what);
  const who = isText ? [] : told.flatMap((one) => person(idOf(one)) ?? []);
  const named = !who.length && actor && (word === 'leave' || word === 'invite') ? [actor] : who;
  // Who adds themself has come by a link; who removes themself has gone.
  const isOwnDoing = named.length === 1 && named[0] === actor;
  const what = isOwnDoing && word === 'add' ? 'joined' : isOwnDoing && word === 'remove' ? 'left' : met.what;
  const said = isText ? text(told[0], 2_048) : undefined;
  return { what, actor, who: named, said, ...(met.role ? { role: met.role } : {}) };
}
/** A person as a plain address, or as JSON with their addresses. */
function idOf(told: unknown): unknown {
  if (typeof told !== 'string' || !told.startsWith('{')) return told;
  try {
    return asRaw(JSON.parse(told))['id'];
  } catch {
    return undefined;
  }
}

/** The line nobody wrote that a person should see. */
export function decodeSystem(info: Raw): System | undefined {
  const type = number(info['messageStubType']);
  if (type === StubType.E2E_IDENTITY_CHANGED || type === StubType.E2E_DEVICE_CHANGED)
    return { what: 'security-code' };
  if (type === StubType.INDIVIDUAL_CHANGE_NUMBER)
    return {
      what: 'number-changed',
      people: list(info['messageStubParameters']).flatMap((one) => person(one) ?? []),
    };
  const change = changeOf(info);
  if (!change) return undefined;
  const { what, actor, who, said } = change;
  const named = what === 'number-changed' && actor ? [actor, ...who] : who;
  return known<System>({
    what,
    actor,
    people: named.length ? named.slice(0, limits.list) : undefined,
    text: line(said, limits.line),
  });
}

/** What such a line says of the group itself. */
export function decodeGroupChange(raw: unknown): EngineEvent[] {
  const info = asRaw(raw);
  const chat = toAddress(asRaw(info['key'])['remoteJid']);
  const at = milliseconds(info['messageTimestamp']);
  const change = changeOf(info);
  if (!change || !chat || at === undefined || addressKind(chat) !== 'group') return [];
  const { what, actor, who, role, said } = change;
  const turned = (members: Address[], to: MembershipEvent['role']): EngineEvent[] =>
    members.length ? [{ kind: 'membership', chat, members, role: to, at }] : [];
  if (what === 'number-changed' && actor) return [...turned([actor], 'gone'), ...turned(who, 'member')];
  if (role) return turned(who, role);
  const subject = what === 'subject' || what === 'created' ? line(said) : undefined;
  if (subject) return [{ kind: 'group', chat, at, subject }];
  return what === 'description' && said ? [{ kind: 'group', chat, at, description: said }] : [];
}

/** Who is in a group, and the pairs of addresses that its list tells. `now`: when it was asked. */
export function decodeGroup(raw: unknown, now: number): EngineEvent[] {
  const data = asRaw(raw);
  const chat = toAddress(data['id']);
  if (!chat || addressKind(chat) !== 'group') return [];
  const told = Array.isArray(data['participants']) ? data['participants'].map(asRaw) : undefined;
  // A part of the list would be read as "the others have left".
  const isWhole = told !== undefined && told.length > 0 && told.length <= limits.members;
  const members = isWhole ? told.flatMap(memberOf) : [];
  const event = known<Extract<EngineEvent, { kind: 'group' }>>({
    kind: 'group',
    chat,
    at: now,
    subject: line(data['subject']),
    description: text(data['desc'], 2_048),
    members: isWhole && members.length === told.length ? members : undefined,
  });
  const pairs = (told ?? []).flatMap((one) => decodePair([one['id'], one['lid'], one['phoneNumber']]) ?? []);
  return [...pairs, ...(event.members || event.subject || event.description ? [event] : [])];
}

function memberOf(one: Raw): { address: Address; role: 'member' | 'admin' | 'owner' }[] {
  const address = person(one['id']);
  if (!address) return [];
  const role = one['admin'] === 'superadmin' ? 'owner' : one['admin'] === 'admin' ? 'admin' : 'member';
  return [{ address, role }];
}

/** Finds a phone Address and a LID among what is given. */
export function decodePair(
  from: readonly unknown[],
): Extract<EngineEvent, { kind: 'address-pair' }> | undefined {
  const addresses = from.flatMap((one) => person(one) ?? []);
  const phone = addresses.find((address) => addressKind(address) === 'phone');
  const lid = addresses.find((address) => addressKind(address) === 'lid');
  return phone && lid ? { kind: 'address-pair', lid, phone } : undefined;
}
