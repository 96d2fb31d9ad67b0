import { readMembers, writeMemberRows, type MemberRow } from '../../db/query/member.ts';
import type { Address } from '../contract/address.ts';
import { addressKind } from '../contract/address.ts';
import type { GroupEvent, MembershipEvent } from '../contract/engine-event.ts';
import { chatOf, contactOf } from './identity.ts';
import { joinTold } from './merge.ts';
import { joinMembers } from './member.ts';
import type { Turn } from './turn.ts';

type Role = MemberRow['role'];

/** A group as it was seen: subject, description and, where the whole list is told, its members. */
export async function applyGroup(turn: Turn, event: GroupEvent): Promise<void> {
  if (addressKind(event.chat) !== 'group') return;
  const { now: chat } = await chatOf(turn, event.chat);
  if (event.subject) {
    const told = joinTold({ value: chat.name, at: chat.name_at }, { value: event.subject, at: event.at });
    [chat.name, chat.name_at] = [told.value, told.at];
  }
  if (event.description !== undefined) {
    const told = joinTold(
      { value: chat.description, at: chat.description_at },
      { value: event.description, at: event.at },
    );
    [chat.description, chat.description_at] = [told.value, told.at];
  }
  if (!event.members) return;
  chat.members_at = Math.max(chat.members_at, event.at);
  await tellMembers(turn, chat.id, event.members, event.at);
}

export async function applyMembership(turn: Turn, event: MembershipEvent): Promise<void> {
  if (addressKind(event.chat) !== 'group') return;
  const { now: chat } = await chatOf(turn, event.chat);
  const members = event.members.map((address) => ({ address, role: event.role }));
  if (await tellMembers(turn, chat.id, members, event.at)) chat.seq = turn.seq;
}

async function tellMembers(
  turn: Turn,
  chatId: number,
  members: readonly { address: Address; role: Role }[],
  at: number,
): Promise<boolean> {
  const known = new Map((await readMembers(turn.tx, chatId)).map((row) => [row.contact_id, row]));
  const changed = new Map<number, MemberRow>();
  for (const { address, role } of members) {
    const contact = (await contactOf(turn, address)).now.id;
    const before = known.get(contact);
    const joined = joinMembers(before, { chat_id: chatId, contact_id: contact, role, told_at: at });
    if (before && before.role === joined.role && before.told_at === joined.told_at) continue;
    known.set(contact, joined);
    changed.set(contact, joined);
  }
  if (changed.size === 0) return false;
  await writeMemberRows(turn.tx, [...changed.values()]);
  turn.wrote = true;
  return true;
}
