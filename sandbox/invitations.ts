import { changeGroup } from './groups.ts';
import { token } from './identifiers.ts';
import type { Wid } from './shapes.ts';
import type { World } from './world.ts';

// The ways into a group, answered as WhatsApp's servers do: by the number of a status.

/** We come in by the code of an invitation: 200, 404 for a code nobody has given, 409 if we are in, 410 when it is over. */
export function acceptInvitation(world: World, group: Wid, code: string): number {
  const given = world.state.messages.findLast(
    ({ fromMe, fields }) => !fromMe && fields?.inviteGrp === group && fields.inviteCode === code,
  );
  if (!given) return 404;
  if ((given.fields?.inviteCodeExp ?? 0) <= world.now()) return 410;
  const by = given.author ?? given.chat;
  const had = world.people.findChat(group);
  const chat = had ?? world.people.chat(group, world.now());
  if (!had)
    Object.assign(chat, { subject: given.fields?.inviteGrpName ?? '', participants: [by], admins: [by] });
  if (chat.participants?.includes(world.me.phone)) return 409;
  changeGroup(world, group, { do: 'add', people: [world.me.phone], by });
  return 200;
}

/** The code of the link into a group that the owner of the phone looks after; else the number of the refusal. */
export function codeOfLink(world: World, group: Wid): string | number {
  const chat = world.people.findChat(group);
  if (!chat) return 404;
  if (!chat.admins?.includes(world.me.phone)) return 401;
  return (chat.inviteCode ??= token());
}
