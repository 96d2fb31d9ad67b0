import type { Message, Wid } from './shapes.ts';
import type { World } from './world.ts';

// How far a message got with each member of a group. Its own tick is the lowest of all of theirs.

export function members(world: World, chat: Wid): Wid[] {
  const { participants = [] } = world.people.findChat(chat) ?? {};
  return participants.filter((wid) => wid !== world.me.phone && wid !== world.me.lid);
}

/** One member has it, read it, or listened to it. */
export function receive(world: World, message: Message, member: Wid, ack: 2 | 3 | 4): void {
  const receipts = (message.receipts ??= []);
  let one = receipts.find((receipt) => receipt.member === member);
  if (!one) receipts.push((one = { member, delivered: world.now() }));
  if (ack >= 3) one.read ??= world.now();
  if (ack === 4) one.played ??= world.now();
  const all = members(world, message.chat).map((wid) => receipts.find((receipt) => receipt.member === wid));
  const reached = all.every((receipt) => receipt?.read !== undefined) ? 3 : all.every(Boolean) ? 2 : 1;
  if (reached > message.ack) world.ack(message.id, reached);
  else world.tell({ kind: 'changed', message, what: 'receipts' });
}

/** Its members as the page's query of a message tells them. */
export function infoOf(world: World, message: Message): object {
  const receipts = message.receipts ?? [];
  const of = (pick: 'delivered' | 'read' | 'played'): { id: Wid; t: number }[] =>
    receipts.flatMap((receipt) => {
      const t = receipt[pick];
      return t === undefined ? [] : [{ id: receipt.member, t }];
    });
  const all = members(world, message.chat).length;
  const [delivery, read, played] = [of('delivered'), of('read'), of('played')];
  return {
    delivery,
    deliveryRemaining: all - delivery.length,
    read,
    readRemaining: all - read.length,
    played,
    playedRemaining: all - played.length,
  };
}
