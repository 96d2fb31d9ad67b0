import { addressKind, toAddress, type Address } from '../../contract/address.ts';
import type { EngineEvent, GroupEvent, MembershipEvent } from '../../contract/engine-event.ts';
import { boundedLine, boundedText, limits, people, person } from '../bounded.ts';
import { at, millisecondsAt, textAt } from '../foreign.ts';
import { pair } from '../reference.ts';
import { decodeGroupNotification } from '../system-line.ts';

/**
 * WAHA's `group.v2.*`. One change comes in several of them, and again in the old `group.join` and `group.leave`: the line
 * in the Chat keeps WhatsApp's id, which stands in `_data`, and the rest is the same fact again.
 */
type Member = NonNullable<GroupEvent['members']>[number];

const roles: Record<string, Member['role']> = { participant: 'member', admin: 'admin', superadmin: 'owner' };

/** We are in the group from now on: all that WAHA knows of it. */
export function decodeJoined(payload: unknown, now: number): EngineEvent[] {
  return decodeSeen(payload, now);
}

/** Subject, description or settings are others. */
export function decodeUpdated(payload: unknown, now: number): EngineEvent[] {
  return decodeSeen(payload, now);
}

function decodeSeen(payload: unknown, now: number): EngineEvent[] {
  const group = at(payload, 'group');
  const chat = groupOf(payload);
  if (!chat) return decodeGroupNotification(at(payload, '_data'));
  const subject = boundedLine(at(group, 'subject'), limits.name);
  const description = boundedText(at(group, 'description'), 2_048);
  const listed = membersOf(group);
  const event: GroupEvent = {
    kind: 'group',
    chat,
    at: millisecondsAt(payload, 'timestamp') ?? now,
    ...(subject ? { subject } : {}),
    ...(description ? { description } : {}),
    // An empty list is one that was not told.
    ...(listed && listed.length > 0 ? { members: listed } : {}),
  };
  const says = Object.keys(event).length > 3;
  return [...pairsOf(group), ...(says ? [event] : []), ...decodeGroupNotification(at(payload, '_data'))];
}

/** We are out of the group. */
export function decodeLeft(payload: unknown, body: unknown, now: number): EngineEvent[] {
  const lines = decodeGroupNotification(at(payload, '_data'));
  const chat = groupOf(payload);
  if (!chat || lines.some((event) => event.kind === 'membership')) return lines;
  const members = people([at(body, 'me', 'id'), at(body, 'me', 'lid')]);
  if (members.length === 0) return lines;
  const when = millisecondsAt(payload, 'timestamp') ?? now;
  return [...lines, { kind: 'membership', chat, members, role: 'gone', at: when }];
}

const changes: Record<string, MembershipEvent['role']> = {
  join: 'member',
  leave: 'gone',
  promote: 'admin',
  demote: 'member',
};

export function decodeParticipants(payload: unknown, now: number): EngineEvent[] {
  const lines = decodeGroupNotification(at(payload, '_data'));
  const chat = groupOf(payload);
  const change = textAt(payload, 'type') ?? '';
  const listed = at(payload, 'participants');
  if (!chat || !Object.hasOwn(changes, change) || !Array.isArray(listed)) return lines;
  const members = people(
    listed.slice(0, limits.members).map((entry: unknown) => at(entry, 'id') ?? entry),
    limits.members,
  );
  if (members.length === 0) return lines;
  // The same change is told once: by the notification, where there is one.
  const told = lines.filter((event) => event.kind !== 'membership');
  const when = millisecondsAt(payload, 'timestamp') ?? now;
  return [
    ...pairsOf(payload),
    ...told,
    { kind: 'membership', chat, members, role: changes[change]!, at: when },
  ];
}

/** The whole list, or `undefined`: of a cut one nobody could say who has left. */
function membersOf(group: unknown): Member[] | undefined {
  const listed = at(group, 'participants');
  if (!Array.isArray(listed) || listed.length > limits.members) return undefined;
  const found = new Map<Address, Member>();
  for (const entry of listed as unknown[]) {
    const address = person(at(entry, 'id'));
    const role = textAt(entry, 'role') ?? 'participant';
    if (address && Object.hasOwn(roles, role)) found.set(address, { address, role: roles[role]! });
  }
  return [...found.values()];
}

/** Both Addresses of members, where the engine behind WAHA knows them. */
function pairsOf(group: unknown): EngineEvent[] {
  const listed = at(group, 'participants');
  if (!Array.isArray(listed)) return [];
  return listed
    .slice(0, limits.members)
    .flatMap((entry: unknown) => pair(at(entry, 'id'), at(entry, 'pn') ?? at(entry, 'lid')));
}

function groupOf(payload: unknown): Address | undefined {
  const chat = toAddress(at(payload, 'group', 'id'));
  return chat && addressKind(chat) === 'group' ? chat : undefined;
}
