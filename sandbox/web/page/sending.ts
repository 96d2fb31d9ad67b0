import type { MessageFields } from '../../shapes.ts';
import type { RawMessage, RawReaction } from '../wire.ts';
import { account } from './account.ts';
import { base64 } from './bytes.ts';
import { Message, messages, type Chat } from './chats.ts';
import { call } from './link.ts';
import { MessageKey } from './message-key.ts';
import type { Attributes } from './model.ts';
import { createWid, serialized } from './wid.ts';

const editableSeconds = 15 * 60;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Two promises: the message as the page keeps it at once, and the server's word on it. */
export function addAndSendMsgToChat(chat: Chat, attributes: Attributes): [Promise<Message>, Promise<object>] {
  const message = new Message(attributes);
  chat.msgs.hold(message);
  const isMedia = message['directPath'] !== undefined;
  if (isMedia) message.set({ isUnsentMedia: true });
  messages.add(message);
  chat['lastReceivedKey'] = message.id;
  chat.set({ t: message.t });
  const result = call('send', { chat: String(chat.id), message: rawOf(message, chat) }).then(
    ({ ack, t }) => {
      // The tick of delivery may have come first; the answer never takes it back.
      message.set({ ack: Math.max(ack, message.ack), t, ...(isMedia ? { isUnsentMedia: false } : {}) });
      return { messageSendResult: 'OK', t };
    },
    () => {
      message.set({ ack: -1 });
      return { messageSendResult: 'ERROR_NETWORK' };
    },
  );
  return [account.hangSends ? new Promise(() => {}) : Promise.resolve(message), result];
}

const fieldNames = [
  'duration',
  'width',
  'height',
  'isGif',
  'isAnimated',
  'isViewOnce',
  'isForwarded',
  'forwardingScore',
  'lat',
  'lng',
  'loc',
  'vcardFormattedName',
  'vcardList',
  'pollName',
  'pollOptions',
  'pollSelectableOptionsCount',
  'subtype',
  'title',
  'description',
  'matchedText',
  'canonicalUrl',
] as const satisfies (keyof MessageFields)[];

function rawOf(message: Message, chat: Chat): RawMessage & { fields: MessageFields } {
  const size = message['size'];
  const { mentionedJidList: mentions, waveform } = message as Record<string, unknown>;
  const isFile = message['directPath'] !== undefined;
  return {
    id: String(message.id),
    chat: String(chat.id),
    from: serialized(message['from']),
    to: serialized(message['to']),
    type: message.type,
    t: message.t,
    ack: message.ack,
    ...defined('body', textOf(message.body)),
    ...defined('caption', textOf(message['caption'])),
    ...defined('quotedStanzaID', textOf(message['quotedStanzaID'])),
    ...defined('directPath', textOf(message['directPath'])),
    ...defined(
      'mimetype',
      textOf(message['mimetype']) ?? (message.type === 'sticker' ? 'image/webp' : undefined),
    ),
    ...defined('filename', textOf(message['filename'])),
    ...(typeof size === 'number' ? { size } : {}),
    fields: {
      ...Object.fromEntries(
        fieldNames.flatMap((name) => {
          const value = message[name];
          return value === undefined || value === null ? [] : [[name, value]];
        }),
      ),
      ...(Array.isArray(mentions) && mentions.length ? { mentionedJidList: mentions.map(serialized) } : {}),
      ...(waveform instanceof Uint8Array ? { waveform: base64(waveform) } : {}),
      ...(isFile ? defined('thumbnail', textOf(message.body)) : {}),
    },
  };
}

const defined = <Name extends string>(
  name: Name,
  value: string | undefined,
): Partial<Record<Name, string>> => (value === undefined ? {} : ({ [name]: value } as Record<Name, string>));

/** Each is sent as a new message of ours. */
export async function forwardMessages({ chat, msgs }: { chat: Chat; msgs: Message[] }): Promise<object[]> {
  const results: Promise<object>[] = [];
  for (const from of msgs) {
    const score = Number(from['forwardingScore'] ?? 0) + 1;
    const { quotedMsg: _msg, quotedStanzaID: _id, quotedParticipant: _by, ...kept } = from.serialize();
    const me = chat.id.isLid() ? account.lid : account.me;
    const id = new MessageKey({
      fromMe: true,
      remote: chat.id,
      id: await MessageKey.newId(),
      participant: chat.id.isGroup() ? (me ?? undefined) : undefined,
    });
    const [, result] = addAndSendMsgToChat(chat, {
      ...kept,
      id,
      from: me,
      to: chat.id,
      author: undefined,
      notifyName: undefined,
      t: Math.floor(Date.now() / 1000),
      ack: 0,
      star: false,
      isNewMsg: true,
      isForwarded: true,
      forwardingScore: score,
    });
    results.push(result);
  }
  return Promise.all(results);
}

export async function star(list: Message[], star: boolean): Promise<void> {
  for (const message of list) await call('star', { id: String(message.id), star });
}

export const canEditText = (message: Message): boolean =>
  message.id.fromMe && message.type === 'chat' && Date.now() / 1000 - message.t < editableSeconds;

export async function sendMessageEdit(message: Message, body: string): Promise<void> {
  await call('edit', { id: String(message.id), body });
}

export async function sendReactionToMsg(message: Message, text: string): Promise<void> {
  await call('react', { id: String(message.id), text });
}

export async function revoke(list: Message[]): Promise<void> {
  for (const message of list) {
    await call('revoke', { id: String(message.id) });
    message.set({ type: 'revoked', body: undefined, protocolMessageKey: message.id });
  }
}

type ReactionTable = { bulkUpsert(rows: Attributes[]): Promise<void> };
/** The library replaces `bulkUpsert` to hear of reactions. */
export const reactionTableMode: ReactionTable = { bulkUpsert: async () => {} };

export function keepReaction(raw: RawReaction): void {
  const row = {
    id: MessageKey.fromString(raw.id),
    reactionParentKey: MessageKey.fromString(raw.parent),
    reactionText: raw.text,
    reactionTimestamp: raw.t * 1000,
    from: createWid(raw.from),
    read: false,
    orphan: 0,
    ack: 1,
  };
  const parent = messages.get(raw.parent);
  if (parent) {
    const others = parent.reactions.filter((other) => serialized(other['from']) !== raw.from);
    parent.reactions.splice(0, Infinity, ...others, ...(raw.text ? [row] : []));
    parent.set({ hasReaction: parent.reactions.length > 0 });
  }
  void reactionTableMode.bulkUpsert([row]);
}
