import { proto } from 'baileys';
import type { BinaryNode } from 'baileys';
import type { Message, Wid } from '../shapes.ts';
import type { World } from '../world.ts';
import { otherAddress, toJid } from './addresses.ts';
import { node } from './nodes.ts';

// What happens to a group: as the server tells of it, and as history keeps it.

const person = (world: World, wid: Wid): BinaryNode => {
  const other = otherAddress(world, wid);
  return node('participant', {
    jid: toJid(wid),
    ...(other ? (other.endsWith('@lid') ? { lid: other } : { phone_number: toJid(other) }) : {}),
  });
};

/** The `w:gp2` notification behind a line of the chat; nothing for what the server does not tell of. */
export function noticeOf(world: World, message: Message): BinaryNode | undefined {
  const { subtype, recipients = [] } = message.fields ?? {};
  const people = recipients.map((wid) => person(world, wid));
  const child = childOf(subtype, message, people, world);
  if (!child) return undefined;
  const type = subtype === 'picture' ? 'picture' : 'w:gp2';
  return node(
    'notification',
    {
      from: toJid(message.chat),
      type,
      id: message.id,
      t: message.t,
      participant: message.author && toJid(message.author),
    },
    [child],
  );
}

function childOf(
  subtype: string | undefined,
  message: Message,
  people: BinaryNode[],
  world: World,
): BinaryNode | undefined {
  switch (subtype) {
    case 'create':
      return node('create', {}, [groupNode(world, message.chat)]);
    case 'add':
    case 'remove':
    case 'promote':
    case 'demote':
      return node(subtype, {}, people);
    // Who comes by a link adds themself; who goes removes themself.
    case 'invite':
      return node('add', { reason: 'invite' }, people);
    case 'leave':
      return node('remove', {}, people);
    case 'subject':
      return node('subject', { subject: message.body });
    case 'description':
      return node('description', {}, [node('body', {}, Buffer.from(message.body))]);
    case 'picture':
      return node('set', { id: String(message.t), author: message.author && toJid(message.author) });
    case 'modify':
      return node('modify', {}, people);
    default:
      return undefined;
  }
}

/** A group as it is asked for (`iq xmlns=w:g2`). */
export function groupNode(world: World, chat: Wid): BinaryNode {
  const group = world.people.findChat(chat);
  const { participants = [], admins = [], subject = '', description, t = 0 } = group ?? {};
  return node(
    'group',
    {
      id: chat.split('@')[0],
      subject,
      s_t: t,
      creation: t,
      creator: toJid(admins[0] ?? world.me.phone),
      addressing_mode: 'pn',
    },
    [
      ...participants.map((wid) => ({
        ...person(world, wid),
        attrs: {
          ...person(world, wid).attrs,
          ...(admins[0] === wid ? { type: 'superadmin' } : admins.includes(wid) ? { type: 'admin' } : {}),
        },
      })),
      ...(description === undefined
        ? []
        : [node('description', { id: 'D1' }, [node('body', {}, Buffer.from(description))])]),
    ],
  );
}

const { StubType } = proto.WebMessageInfo;
const stubs: Record<string, number> = {
  create: StubType.GROUP_CREATE,
  add: StubType.GROUP_PARTICIPANT_ADD,
  invite: StubType.GROUP_PARTICIPANT_ADD,
  remove: StubType.GROUP_PARTICIPANT_REMOVE,
  leave: StubType.GROUP_PARTICIPANT_LEAVE,
  promote: StubType.GROUP_PARTICIPANT_PROMOTE,
  demote: StubType.GROUP_PARTICIPANT_DEMOTE,
  subject: StubType.GROUP_CHANGE_SUBJECT,
  description: StubType.GROUP_CHANGE_DESCRIPTION,
  picture: StubType.GROUP_CHANGE_ICON,
  modify: StubType.GROUP_PARTICIPANT_CHANGE_NUMBER,
};

export function stubOf(
  message: Message,
): Pick<proto.IWebMessageInfo, 'messageStubType' | 'messageStubParameters'> | undefined {
  const { subtype = '', recipients = [] } = message.fields ?? {};
  const messageStubType = stubs[subtype];
  if (messageStubType === undefined) return undefined;
  const told = ['create', 'subject', 'description'].includes(subtype)
    ? [message.body]
    : recipients.map((wid) => (subtype === 'modify' ? toJid(wid) : JSON.stringify({ id: toJid(wid) })));
  return { messageStubType, messageStubParameters: told };
}
