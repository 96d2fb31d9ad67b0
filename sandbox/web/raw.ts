import type { Chat, Me, Message, Person, Wid } from '../shapes.ts';
import type { World } from '../world.ts';
import type { RawChat, RawContact, RawMessage, RawVote } from './wire.ts';

/** A world's message as the page's models hold it. */
export function rawMessage(message: Message, world: World): RawMessage {
  const mine = message.chat.endsWith('@lid') && world.me.lid ? world.me.lid : world.me.phone;
  const quoted = message.quoted ? quotedPart(world, message.quoted) : {};
  const media = message.media;
  // The page keeps a picture's thumbnail where a text has its body.
  const { thumbnail, ...fields } = message.fields ?? {};
  return {
    id: message.key,
    chat: message.chat,
    from: message.fromMe ? mine : message.chat,
    to: message.fromMe ? message.chat : mine,
    ...(message.author ? { author: message.author } : {}),
    type: message.type,
    ...(media
      ? { ...(message.body ? { caption: message.body } : {}), body: thumbnail ?? '' }
      : message.type === 'revoked'
        ? {}
        : { body: message.body }),
    t: message.t,
    ack: message.ack,
    ...(message.pushName ? { notifyName: message.pushName } : {}),
    ...quoted,
    ...(message.edited ? { latestEditSenderTimestampMs: message.editedAt ?? message.t * 1000 + 1000 } : {}),
    ...fields,
    ...(media
      ? {
          directPath: media.path,
          mimetype: media.mimetype,
          size: media.size,
          ...(media.filename ? { filename: media.filename } : {}),
          mediaKey: 'c3RhbmRpbi1tZWRpYS1rZXk=',
          mediaKeyTimestamp: message.t,
          filehash: world.media.digest(media.path),
          encFilehash: media.path,
        }
      : {}),
  };
}

export function rawVote(
  message: Message,
  { id, from, options, t }: { id?: string; from: Wid; options: number[]; t: number },
  world: World,
): RawVote {
  const mine = from === world.me.phone || from === world.me.lid;
  const key = `${mine}_${message.chat}_${id ?? `V${t}`}${message.author ? `_${from}` : ''}`;
  return { id: key, parent: message.key, from, options, t };
}

function quotedPart(world: World, id: string): Partial<RawMessage> {
  const quoted = world.state.messages.find((message) => message.id === id);
  if (!quoted) return {};
  return {
    quotedStanzaID: id,
    quotedParticipant: quoted.fromMe ? world.me.phone : (quoted.author ?? quoted.chat),
    quotedMsg: { type: quoted.type, ...(quoted.media ? { caption: quoted.body } : { body: quoted.body }) },
  };
}

export const rawChat = (chat: Chat, world: World): RawChat => {
  const person = world.people.byWid(chat.id);
  const name = chat.subject ?? person?.name;
  return {
    id: chat.id,
    ...(name === undefined ? {} : { name }),
    unreadCount: chat.unread,
    t: chat.t,
    archive: chat.archived ?? false,
    pin: chat.pinned ? chat.t * 1000 : 0,
    muteExpiration: chat.mutedUntil ?? 0,
    ...(chat.participants ? { group: groupOf(chat, chat.participants) } : {}),
  };
};

const groupOf = (chat: Chat, participants: Wid[]): NonNullable<RawChat['group']> => ({
  subject: chat.subject ?? '',
  ...(chat.description === undefined ? {} : { desc: chat.description }),
  participants: participants.map((id) => ({
    id,
    isAdmin: chat.admins?.includes(id) ?? false,
    isSuperAdmin: chat.admins?.[0] === id,
  })),
});

/** What a device may know of a person; nothing of strangers. */
export function rawContact(person: Person): RawContact | undefined {
  const id: Wid | undefined = person.numberHidden ? person.lid : (person.phone ?? person.lid);
  if (!id || person.stranger) return undefined;
  return {
    id,
    ...(person.phone && !person.numberHidden ? { pn: person.phone } : {}),
    ...(person.lid ? { lid: person.lid } : {}),
    ...(person.name === undefined ? {} : { name: person.name }),
    pushname: person.pushName,
    blocked: person.blocked === true,
  };
}

export const rawMe = (me: Me): { pn: string; lid?: string; pushname: string } => ({
  pn: me.phone,
  ...(me.lid ? { lid: me.lid } : {}),
  pushname: me.pushName,
});
