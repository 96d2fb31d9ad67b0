import { Refusal } from './refusal.ts';
import type { Chat, Wid } from './shapes.ts';
import type { World } from './world.ts';

/** What one does to a chat as a whole, on the phone or on a device. */
export interface Arrangement {
  archived?: boolean;
  pinned?: boolean;
  /** Seconds; 0: loud; -1: for ever. */
  mutedUntil?: number;
  /** Marked by hand. */
  unread?: true;
}

const mostPinned = 3;

export function arrange(world: World, id: Wid, set: Arrangement): Chat {
  const chat = world.people.findChat(id);
  if (!chat) throw new Refusal('unknown-chat');
  const pinned = world.state.chats.filter((other) => other.pinned && other !== chat).length;
  if (set.pinned && pinned >= mostPinned) throw new Refusal('refused', 'three chats are pinned already');
  const { unread, ...rest } = set;
  Object.assign(chat, rest, unread ? { unread: -1 } : {});
  world.tell({ kind: 'chat', chat });
  return chat;
}

/** What they write does not arrive any more, or does again. */
export function block(world: World, wid: Wid, blocked: boolean): void {
  const person = world.people.byWid(wid);
  if (!person) throw new Refusal('not-on-whatsapp');
  if ((person.blocked ?? false) !== blocked) world.people.change(person, { blocked });
}
