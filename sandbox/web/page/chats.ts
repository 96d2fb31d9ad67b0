import type { RawChat, RawContact, RawMessage } from '../wire.ts';
import { account, alternate, learn } from './account.ts';
import { bytesOf } from './bytes.ts';
import { call } from './link.ts';
import { MessageKey } from './message-key.ts';
import { Collection, Model, type Attributes } from './model.ts';
import { createWid, serialized, type Wid } from './wid.ts';

const notifications = new Set(['gp2', 'e2e_notification', 'notification_template']);

export class Message extends Model {
  declare id: MessageKey;
  declare type: string;
  declare body?: string;
  declare t: number;
  declare ack: number;
  #reactions: Attributes[] = [];
  #stage = 'INIT';

  constructor(attributes: Attributes) {
    // The page of September 2026 lets a private field slip into media models and then stumbles over it.
    if ('__x_id' in attributes)
      throw new Error(
        "Data passed to getter must include an id property (it's how we memoize) but got undefined",
      );
    super({
      viewed: false,
      star: false,
      isNewMsg: false,
      invis: false,
      ack: 0,
      broadcast: false,
      ...attributes,
    });
    if (!(this.id instanceof MessageKey)) this.id = MessageKey.fromString(serialized(this.id));
    for (const name of ['from', 'to', 'author']) if (this[name]) this[name] = createWid(this[name]);
    for (const name of ['mentionedJidList', 'recipients'])
      if (Array.isArray(this[name])) this[name] = this[name].map(createWid);
    if (typeof this['waveform'] === 'string') this['waveform'] = bytesOf(this['waveform']);
  }
  /** Files of others are not here until somebody asks for them. */
  get mediaData(): { mediaStage: string; type: string } | undefined {
    if (!this['directPath']) return undefined;
    return { mediaStage: this.id.fromMe ? 'RESOLVED' : this.#stage, type: this.type };
  }
  get mediaObject(): object | undefined {
    return this['directPath'] ? {} : undefined;
  }
  get isNotification(): boolean {
    return notifications.has(this.type);
  }
  get reactions(): Attributes[] {
    return this.#reactions;
  }
  msgContextInfo(): Attributes {
    return {
      quotedMsg: { type: this.type, body: this.body },
      quotedStanzaID: this.id.id,
      quotedParticipant: this.id.fromMe ? account.me : (this['author'] ?? this['from']),
    };
  }
  canReply(): boolean {
    return true;
  }
  updateAck(ack: number): void {
    this.set({ ack });
  }
  /** The page's own way to a file; a file that the server has lost is asked of the phone. */
  async downloadMedia(): Promise<void> {
    const path = String(this['directPath']);
    this.#stage = 'FETCHING';
    const { ok, status } = await fetch(path, { method: 'HEAD' }).catch(() => ({ ok: false, status: 0 }));
    if (ok) this.#stage = 'RESOLVED';
    else if (status !== 404) this.#stage = 'ERROR_UNKNOWN';
    else {
      const again = await call('reupload', { path });
      this.#stage = again === 'there' ? 'RESOLVED' : again === 'missing' ? 'ERROR_MISSING' : 'REUPLOADING';
    }
  }
}

export class Chat extends Model {
  declare id: Wid;
  declare name?: string;
  declare t: number;
  declare unreadCount: number;
  #msgs = new Collection(Message);
  #mute = {
    expiration: 0,
    mute: async ({ expiration }: { expiration: number }): Promise<void> => {
      await call('arrange', { chat: String(this.id), mutedUntil: expiration });
    },
    unmute: async (): Promise<void> => {
      await call('arrange', { chat: String(this.id), mutedUntil: 0 });
    },
  };
  #group: Model | undefined;

  constructor(attributes: Attributes) {
    const { group, ...rest } = attributes;
    super({
      unreadCount: 0,
      t: 0,
      archive: false,
      pin: 0,
      muteExpiration: 0,
      ...rest,
      id: createWid(rest['id']),
    });
    if (this.id.isGroup()) this.group = group as RawChat['group'];
  }
  get msgs(): Collection<Message> {
    return this.#msgs;
  }
  get mute(): object {
    this.#mute.expiration = Number(this['muteExpiration']);
    return this.#mute;
  }
  set group(group: RawChat['group']) {
    this.#group = groupMetadata(this.id, group);
  }
  get groupMetadata(): Model | undefined {
    return this.#group;
  }
  get formattedTitle(): string {
    const contact = contacts.get(this.id) ?? contacts.get(alternate(this.id));
    const name = this.name ?? contact?.['name'] ?? (this.id.isLid() ? contact?.['pushname'] : undefined);
    return typeof name === 'string' ? name : `+${this.id.user}`;
  }
  override serialize(): Attributes {
    return { ...super.serialize(), msgs: this.#msgs.serialize() };
  }
}

class Participants extends Collection {
  override serialize(): Attributes[] {
    return this.getModelsArray().map(({ id, isAdmin, isSuperAdmin }) => ({ id, isAdmin, isSuperAdmin }));
  }
}

function groupMetadata(id: Wid, group: RawChat['group']): Model {
  const participants = new Participants(Model);
  for (const one of group?.participants ?? []) participants.add({ ...one, id: createWid(one.id) });
  const model = new GroupMetadata({
    id,
    subject: group?.subject,
    desc: group?.desc,
    announce: false,
    isLidAddressingMode: false,
  });
  model.participants = participants;
  return model;
}

class GroupMetadata extends Model {
  #participants = new Participants(Model);
  get participants(): Participants {
    return this.#participants;
  }
  set participants(participants: Participants) {
    this.#participants = participants;
  }
  override serialize(): Attributes {
    return { ...super.serialize(), participants: this.#participants.serialize() };
  }
}

export const chats = Object.assign(new Collection(Chat), {
  find: async (wid: unknown) => (await findOrCreateChat(createWid(wid))).chat,
});
export const contacts = Object.assign(new Collection(Model), {
  find: async (from: unknown) => {
    const wid = createWid(from);
    return contacts.get(wid) ?? contacts.add({ id: wid, isBusiness: false }, { silent: true });
  },
});
export const messages = Object.assign(new Collection(Message), {
  getMessagesById: async (ids: unknown[]) => {
    if (ids.some((id) => id === undefined || id === null)) throw minified('r');
    const missing = ids.filter((id) => !messages.get(id)).map(serialized);
    if (missing.length) for (const raw of await call('stored', { ids: missing })) keepMessage(raw, false);
    return { messages: ids.map((id) => messages.get(id)).filter((found) => found !== undefined) };
  },
  search: async (text: string, _page: unknown, _count: unknown, remote?: string) => ({
    messages: messages
      .getModelsArray()
      .filter((message) => message.body?.includes(text) && (!remote || String(message.id.remote) === remote)),
  }),
});
export const reactions = Object.assign(new Collection(Model), {
  find: async (id: unknown) => {
    const list = [...(messages.get(id)?.reactions ?? [])];
    return { reactions: Object.assign(list, { serialize: () => list }) };
  },
});

/** WhatsApp's page is minified: its errors have one-letter names and no stack. */
export const minified = (name: string): Error => Object.assign(new Error(name), { name, stack: name });

/** The chat with somebody; throws `No LID for user` when they are not on WhatsApp. */
export async function findOrCreateChat(wid: Wid): Promise<{ chat: Chat; created: boolean }> {
  const had = chats.get(wid) ?? chats.get(alternate(wid));
  if (had) return { chat: had, created: false };
  if (wid.isUser()) {
    const found = await call('exists', { wid: String(wid) });
    if (!found.wid) throw new Error('No LID for user');
    learn(found.wid, found.lid);
  }
  return { chat: chats.add({ id: wid }), created: true };
}

/** Whom we have blocked, by the address that the page has of them. */
export const blocklist = new Collection(Model);

export function keepContact({ blocked, ...raw }: RawContact): void {
  learn(raw.pn, raw.lid);
  const listed = blocklist.get(raw.id);
  if (blocked && !listed) blocklist.add({ id: createWid(raw.id) });
  if (!blocked && listed) blocklist.remove(listed);
  const attributes = {
    ...raw,
    id: createWid(raw.id),
    ...(raw.lid && raw.pn ? { phoneNumber: createWid(raw.pn) } : {}),
  };
  const had = contacts.get(raw.id);
  if (had) had.set(attributes);
  else contacts.add(attributes, { silent: true });
}

export function keepChat({ group, ...raw }: RawChat): void {
  const had = chats.get(raw.id);
  if (!had) return void chats.add({ ...raw, group }, { silent: true });
  if (group) had.group = group;
  had.set({ ...raw, id: had.id });
}

/** A message enters the page. `fresh` ones are told to listeners; a known one only `again` when asked to. */
export function keepMessage(raw: RawMessage, fresh: boolean, again = false): Message {
  const chat = chats.get(raw.chat) ?? chats.add({ id: raw.chat }, { silent: !fresh });
  const had = messages.get(raw.id);
  if (had) {
    if (again) messages.trigger('add', had, messages);
    return had;
  }
  const { chat: _chat, ...attributes } = raw;
  const message = new Message({ ...attributes, isNewMsg: fresh });
  chat.msgs.hold(message);
  if (!chat['lastReceivedKey'] || raw.t >= chat.t) chat['lastReceivedKey'] = message.id;
  messages.add(message, { silent: !fresh });
  if (raw.t > chat.t) chat.set({ t: raw.t });
  return message;
}
