import { androidMessageId, isGroup, messageKey, token } from './identifiers.ts';
import { sampleReference } from './media-store.ts';
import { sample } from './samples.ts';
import type { Chat, Message, SeedMessage, Wid, WorldSeed, WorldState } from './shapes.ts';

/** A phone in an empty world. */
export const emptyState = (): WorldState => ({
  me: { phone: '390659991234@c.us', lid: '11112222333344@lid', pushName: 'Bottega Aurora' },
  people: [],
  chats: [],
  messages: [],
  devices: [],
  receipts: true,
});

/** Fills in what a seed leaves out: ids, keys, chats of its messages, newest times. */
export function fromSeed(seed: WorldSeed, now: number): WorldState {
  const state = emptyState();
  if (seed.me) state.me = seed.me;
  state.people = (seed.people ?? []).map((person) => ({
    id: token().slice(0, 8),
    receipts: true,
    ...person,
  }));
  state.chats = (seed.chats ?? []).map((chat) => ({ unread: 0, t: 0, ...chat }));
  const sorted = (seed.messages ?? []).toSorted((a, b) => a.t - b.t);
  state.messages = sorted.map((from, index): Message => {
    const fromMe = from.fromMe ?? false;
    const author = from.author ?? (isGroup(from.chat) && fromMe ? state.me.phone : undefined);
    const identity = {
      id: from.id ?? androidMessageId(),
      chat: from.chat,
      fromMe,
      ...(author ? { author } : {}),
    };
    const writer = state.people.find((person) => [person.phone, person.lid].includes(author ?? from.chat));
    return {
      n: index + 1,
      ...identity,
      key: messageKey(identity),
      type: from.type ?? (from.sample ? sample(from.sample).type : 'chat'),
      body: from.body,
      ...contentsOf(from),
      t: from.t,
      ack: from.ack ?? (fromMe ? 3 : 1),
      ...(fromMe || !writer ? {} : { pushName: writer.pushName }),
    };
  });
  for (const message of state.messages) {
    const chat = chatOf(state, message.chat);
    chat.t = Math.max(chat.t, message.t);
  }
  for (const chat of state.chats) chat.t ||= now;
  return state;
}

function contentsOf({ sample: name, fields, quoted }: SeedMessage): Partial<Message> {
  const given = name ? sample(name) : undefined;
  return {
    ...(name ? { media: sampleReference(name) } : {}),
    ...(given || fields ? { fields: { ...given?.fields, ...fields } } : {}),
    ...(quoted ? { quoted } : {}),
  };
}

function chatOf(state: WorldState, id: Wid): Chat {
  const had = state.chats.find((chat) => chat.id === id);
  if (had) return had;
  const chat: Chat = { id, unread: 0, t: 0 };
  state.chats.push(chat);
  return chat;
}
