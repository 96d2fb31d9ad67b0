import type { Handle } from '../../engine-child/protocol.ts';
import type { Raw } from './bounds.ts';

// What is done to messages and chats inside WhatsApp's page. Each function is made into text on the way there: it uses
// nothing from outside its own braces. A message is looked for first and then handed to the others as it lives there.

interface PageWindow {
  require(name: string): never;
  WWebJS?: {
    getChat(id: string, options: { getAsModel: boolean }): Promise<object | null>;
    sendChatstate(state: string, chat: string): Promise<unknown>;
  };
}

/** A message as the page holds it. */
export type PageMessage = Raw & { id: { id: string; fromMe: boolean; remote: unknown }; type: string };

/** How a deed went: `done`, or why not. */
export type DeedWord = 'done' | 'missing' | 'too-late' | 'not-ours' | 'refused';

/** By its parts: the page may know the chat, or who wrote in it, by the other Address. */
export async function findMessage(wanted: Handle): Promise<PageMessage | undefined> {
  const page = window as unknown as PageWindow;
  const { Msg } = page.require('WAWebCollections') as {
    Msg: {
      getModelsArray(): PageMessage[];
      getMessagesById(ids: string[]): Promise<{ messages?: PageMessage[] } | undefined>;
    };
  };
  const isIt = (message: PageMessage | undefined): boolean =>
    message?.id.id === wanted.messageId && message.id.fromMe === wanted.fromMe;
  const here = Msg.getModelsArray().find(isIt);
  if (here) return here;
  const { createWid } = page.require('WAWebWidFactory') as { createWid(id: string): unknown };
  const known = page.require('WAWebApiContact') as Record<string, ((of: unknown) => unknown) | undefined>;
  const me = page.require('WAWebUserPrefsMeUser') as Record<string, (() => unknown) | undefined>;
  const spellings = (id: string): string[] => {
    if (id.endsWith('@g.us')) return [id];
    try {
      const ask = known[id.endsWith('@lid') ? 'getPhoneNumber' : 'getCurrentLid'];
      const other = ask?.(createWid(id));
      return other ? [id, String(other)] : [id];
    } catch {
      return [id];
    }
  };
  const own = [me['getMaybeMePnUser']?.(), me['getMaybeMeLidUser']?.()].filter(Boolean).map(String);
  const authors = wanted.participant ? spellings(wanted.participant) : wanted.fromMe ? own : [];
  const ids = spellings(wanted.chat).flatMap((chat) => {
    const id = `${wanted.fromMe}_${chat}_${wanted.messageId}`;
    return chat.endsWith('@g.us') ? authors.map((author) => `${id}_${author}`) : [id];
  });
  for (const id of ids) {
    const kept = (await Msg.getMessagesById([id]).catch(() => undefined))?.messages?.[0];
    if (isIt(kept)) return kept;
  }
  return undefined;
}

export async function editMessage(message: PageMessage, body: string): Promise<DeedWord> {
  const page = window as unknown as PageWindow;
  if (!message.id.fromMe) return 'not-ours';
  const may = page.require('WAWebMsgActionCapability') as Record<
    string,
    ((of: unknown) => boolean) | undefined
  >;
  if (!may['canEditText']?.(message) && !may['canEditCaption']?.(message)) return 'too-late';
  const sending = page.require('WAWebSendMessageEditAction') as {
    sendMessageEdit(message: unknown, body: string, options: object): Promise<unknown>;
  };
  await sending.sendMessageEdit(message, body, { linkPreview: undefined });
  return 'done';
}

export async function revokeMessage(message: PageMessage): Promise<DeedWord> {
  const page = window as unknown as PageWindow;
  if (message.type === 'revoked') return 'done';
  const may = page.require('WAWebMsgActionCapability') as Record<
    string,
    ((of: unknown) => boolean) | undefined
  >;
  if (!may['canSenderRevokeMsg']?.(message) && !may['canAdminRevokeMsg']?.(message))
    return message.id.fromMe ? 'too-late' : 'not-ours';
  const { Chat } = page.require('WAWebCollections') as {
    Chat: { get(id: unknown): unknown; find(id: unknown): Promise<unknown> };
  };
  const chat = Chat.get(message.id.remote) ?? (await Chat.find(message.id.remote));
  const { Cmd } = page.require('WAWebCmd') as {
    Cmd: { sendRevokeMsgs(chat: unknown, what: object, how: object): Promise<unknown> };
  };
  await Cmd.sendRevokeMsgs(chat, { list: [message], type: 'message' }, { clearMedia: true });
  return 'done';
}

export async function reactTo(message: PageMessage, emoji: string): Promise<DeedWord> {
  const page = window as unknown as PageWindow;
  const sending = page.require('WAWebSendReactionMsgAction') as {
    sendReactionToMsg(message: unknown, emoji: string): Promise<unknown>;
  };
  await sending.sendReactionToMsg(message, emoji);
  return 'done';
}

export async function starMessage(message: PageMessage, starred: boolean): Promise<DeedWord> {
  const page = window as unknown as PageWindow;
  const may = page.require('WAWebMsgActionCapability') as Record<
    string,
    ((of: unknown) => boolean) | undefined
  >;
  if (!may['canStarMsg']?.(message)) return 'refused';
  const { Chat } = page.require('WAWebCollections') as { Chat: { find(id: unknown): Promise<unknown> } };
  const { Cmd } = page.require('WAWebCmd') as {
    Cmd: Record<
      'sendStarMsgs' | 'sendUnstarMsgs',
      (chat: unknown, list: unknown[], toast: boolean) => unknown
    >;
  };
  const chat = await Chat.find(message.id.remote);
  await Cmd[starred ? 'sendStarMsgs' : 'sendUnstarMsgs'](chat, [message], false);
  return 'done';
}

/**
 * Passes a message on and gives what it became in the other chat: the page's own answer does not tell. `undefined`: it
 * may have been sent.
 */
export async function forwardTo(
  message: PageMessage,
  to: string,
): Promise<{ id: unknown; ack: unknown; t: unknown } | undefined> {
  const page = window as unknown as PageWindow;
  const chat = (await page.WWebJS?.getChat(to, { getAsModel: false })) as { id: unknown } | null | undefined;
  if (!chat) throw new Error('No LID for user');
  const { Msg } = page.require('WAWebCollections') as {
    Msg: {
      on(name: string, listener: (made: PageMessage) => void): void;
      off(name: string, listener: unknown): void;
    };
  };
  let made: PageMessage | undefined;
  const hear = (added: PageMessage): void => {
    if (added.id.fromMe && String(added.id.remote) === String(chat.id)) made ??= added;
  };
  Msg.on('add', hear);
  try {
    const forwarding = page.require('WAWebChatForwardMessage') as {
      forwardMessages(what: object): Promise<unknown>;
    };
    await forwarding.forwardMessages({
      chat,
      msgs: [message],
      multicast: true,
      includeCaption: true,
      appendedText: undefined,
    });
  } finally {
    Msg.off('add', hear);
  }
  if (!made) return undefined;
  const { fromMe, id } = made.id;
  return { id: { fromMe, id, remote: String(made.id.remote) }, ack: made['ack'], t: made['t'] };
}

/** Pins, archives, mutes (`until` in seconds, 0 = loud, -1 = for ever) or marks a chat as unread. */
export async function arrangeChat(
  id: string,
  what: 'pin' | 'archive' | 'mute' | 'mark-unread',
  value: boolean | number,
): Promise<DeedWord> {
  const page = window as unknown as PageWindow;
  const chat = (await page.WWebJS?.getChat(id, { getAsModel: false })) as {
    pin?: unknown;
    archive?: unknown;
    mute: { mute(how: object): Promise<unknown>; unmute(how: object): Promise<unknown> };
  } | null;
  if (!chat) return 'missing';
  const { Cmd } = page.require('WAWebCmd') as {
    Cmd: Record<
      'pinChat' | 'archiveChat' | 'markChatUnread',
      (chat: unknown, on: boolean) => Promise<unknown>
    >;
  };
  if (what === 'pin') {
    if (Boolean(chat.pin) === value) return 'done';
    const { Chat } = page.require('WAWebCollections') as { Chat: { getModelsArray(): { pin?: unknown }[] } };
    // WhatsApp pins three; its page answers a fourth with a notice and nothing else.
    if (value && Chat.getModelsArray().filter((other) => Boolean(other.pin)).length >= 3) return 'refused';
    await Cmd.pinChat(chat, value === true);
  } else if (what === 'archive') {
    if ((chat.archive === true) !== value) await Cmd.archiveChat(chat, value === true);
  } else if (what === 'mark-unread') {
    await Cmd.markChatUnread(chat, true);
  } else if (value === 0) {
    await chat.mute.unmute({ sendDevice: true });
  } else {
    await chat.mute.mute({ expiration: value, sendDevice: true });
  }
  return 'done';
}

export async function tellTyping(id: string, state: 'typing' | 'recording' | 'stop'): Promise<DeedWord> {
  const page = window as unknown as PageWindow;
  await page.WWebJS?.sendChatstate(state, id);
  return 'done';
}

/** How far a message of ours got with the members of its group; from the page's own tables. */
export async function messageInfo(message: PageMessage): Promise<Raw | undefined> {
  const page = window as unknown as PageWindow;
  const store = page.require('WAWebApiMessageInfoStore') as {
    queryMsgInfo(key: unknown): Promise<Record<string, { id: unknown; t: unknown }[] | undefined> | null>;
  };
  const info = await store.queryMsgInfo(message.id);
  if (!info) return undefined;
  const plain = (name: string): Raw[] => (info[name] ?? []).map(({ id, t }) => ({ id: String(id), t }));
  const { fromMe, id } = message.id;
  return {
    id: { fromMe, id, remote: String(message.id.remote) },
    delivery: plain('delivery'),
    read: plain('read'),
    played: plain('played'),
    remaining: (info as { readRemaining?: unknown }).readRemaining,
  };
}

/** Blocks a person or lets them write again; as it is already: nothing happens. */
export async function blockPerson(id: string, blocked: boolean): Promise<DeedWord> {
  const page = window as unknown as PageWindow;
  const { Contact } = page.require('WAWebCollections') as {
    Contact: { find(id: string): Promise<{ isContactBlocked?: boolean } | undefined> };
  };
  const contact = await Contact.find(id);
  if (!contact) return 'missing';
  const { getContactToBlockOnlyUseIfNoAssociatedChat: toBlock } = page.require('WAWebBlockContactUtils') as {
    getContactToBlockOnlyUseIfNoAssociatedChat(contact: unknown, from: string): unknown;
  };
  const blocking = page.require('WAWebBlockContactAction') as {
    blockContact(what: { contact: unknown }): Promise<unknown>;
    unblockContact(contact: unknown): Promise<unknown>;
  };
  const resolved = toBlock(contact, 'ChatListBlock');
  await (blocked ? blocking.blockContact({ contact: resolved }) : blocking.unblockContact(resolved));
  return 'done';
}
