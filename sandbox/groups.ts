import { androidMessageId, isGroup, messageKey, token } from './identifiers.ts';
import { Refusal } from './refusal.ts';
import type { Chat, Message, MessageFields, Wid } from './shapes.ts';
import type { World } from './world.ts';

// What happens to a group. Each leaves a line in the chat, as on the phone.

export type GroupChange =
  | { do: 'add'; people: Wid[]; by?: Wid }
  /** By a link. */
  | { do: 'join'; people: Wid[] }
  | { do: 'remove'; people: Wid[]; by?: Wid }
  | { do: 'leave'; people: Wid[] }
  | { do: 'promote'; people: Wid[]; by?: Wid }
  | { do: 'demote'; people: Wid[]; by?: Wid }
  | { do: 'subject'; text: string; by?: Wid }
  | { do: 'description'; text: string; by?: Wid }
  | { do: 'picture'; by?: Wid }
  /** A member has another number from now on. */
  | { do: 'number'; from: Wid; to: Wid };

export function createGroup(world: World, from: { subject: string; people: Wid[]; id?: Wid }): Chat {
  const id = from.id ?? `1203630${Buffer.from(token(), 'base64url').readUIntBE(0, 6) % 1e11}@g.us`;
  const chat = world.people.chat(id, world.now());
  chat.subject = from.subject;
  chat.participants = [world.me.phone, ...from.people];
  chat.admins = [world.me.phone];
  world.tell({ kind: 'chat', chat });
  notice(world, id, 'gp2', { subtype: 'create', recipients: from.people }, world.me.phone, from.subject);
  return chat;
}

export function changeGroup(world: World, id: Wid, change: GroupChange): Message {
  const chat = world.people.findChat(id);
  if (!chat || !isGroup(id)) throw new Refusal('unknown-chat');
  const by = ('by' in change ? change.by : undefined) ?? world.me.phone;
  const members = (chat.participants ??= [world.me.phone]);
  const admins = (chat.admins ??= [world.me.phone]);
  const line = (subtype: string, who: Wid[], author: Wid, body?: string): Message => {
    world.tell({ kind: 'chat', chat });
    return notice(world, id, 'gp2', { subtype, recipients: who }, author, body);
  };
  switch (change.do) {
    case 'add':
    case 'join':
      members.push(...change.people.filter((one) => !members.includes(one)));
      if (change.do === 'add') return line('add', change.people, by);
      return line('invite', change.people, change.people[0] ?? by);
    case 'remove':
    case 'leave':
      chat.participants = members.filter((one) => !change.people.includes(one));
      chat.admins = admins.filter((one) => !change.people.includes(one));
      if (change.do === 'remove') return line('remove', change.people, by);
      return line('leave', change.people, change.people[0] ?? by);
    case 'promote':
      chat.admins = [...new Set([...admins, ...change.people])];
      return line('promote', change.people, by);
    case 'demote':
      chat.admins = admins.filter((one) => !change.people.includes(one));
      return line('demote', change.people, by);
    case 'subject':
      chat.subject = change.text;
      return line('subject', [], by, change.text);
    case 'description':
      chat.description = change.text;
      return line('description', [], by, change.text);
    case 'picture':
      return line('picture', [], by);
    case 'number':
      chat.participants = members.map((one) => (one === change.from ? change.to : one));
      return line('modify', [change.to], change.from);
    default:
      throw new Refusal('bad-request', String(change satisfies never));
  }
}

/** Somebody we talk to has another number: a line in the talk. */
export const numberChanged = (world: World, from: Wid, to: Wid): Message =>
  notice(world, to, 'notification_template', { subtype: 'change_number', templateParams: [to, from] });

/** A safety number is another one: they have a new phone. */
export const newSecurityCode = (world: World, chat: Wid): Message =>
  notice(world, chat, 'e2e_notification', { subtype: 'identity' });

/** A line that nobody wrote. */
function notice(
  world: World,
  chat: Wid,
  type: string,
  fields: MessageFields,
  author?: Wid,
  body = '',
): Message {
  const identity = {
    id: androidMessageId(),
    chat,
    fromMe: author === world.me.phone,
    ...(author ? { author } : {}),
  };
  return world.place({
    n: 0,
    ...identity,
    key: messageKey(identity),
    type,
    body,
    t: world.now(),
    ack: 1,
    fields,
  });
}
