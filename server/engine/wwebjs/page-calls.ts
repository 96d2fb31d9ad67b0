import type { Raw } from './decode.ts';

// Functions that run inside WhatsApp's page. They are made into text on the way there: each uses nothing from
// outside its own braces. What they give back is plain JSON of a known, small shape.

interface PageWindow {
  require(name: string): never;
  WWebJS?: {
    getChat(id: string, options: { getAsModel: boolean }): Promise<Raw | null>;
    getMessageModel(message: unknown): Raw;
  };
  AuthStore?: object;
  onAppStateHasSyncedEvent?: () => unknown;
  Debug?: { VERSION?: string };
}

export interface PageLook {
  /** WhatsApp's words: OPENING, UNPAIRED, UNPAIRED_IDLE, PAIRING, CONNECTED, TIMEOUT, CONFLICT, … */
  state: string | undefined;
  synced: boolean;
  /** The library's auth listeners are on this page. */
  listening: boolean;
  /** The library's functions are on this page. */
  injected: boolean;
  version: string | undefined;
}

/** What the page looks like now; never throws while there is a page. */
export function lookAtPage(): PageLook {
  const page = window as unknown as PageWindow;
  let socket: { state?: string; hasSynced?: boolean } | undefined;
  try {
    socket = (page.require('WAWebSocketModel') as { Socket: { state?: string; hasSynced?: boolean } }).Socket;
  } catch {
    // Not that far yet.
  }
  return {
    state: socket?.state,
    synced: socket?.hasSynced === true,
    listening: page.AuthStore !== undefined && page.onAppStateHasSyncedEvent !== undefined,
    injected: page.WWebJS !== undefined,
    version: page.Debug?.VERSION,
  };
}

export function kickSynced(): void {
  const hook = (window as unknown as PageWindow).onAppStateHasSyncedEvent;
  if (hook) void hook();
}

export function refreshQr(): void {
  const page = window as unknown as PageWindow;
  (page.require('WAWebCmd') as { Cmd: { refreshQR(): void } }).Cmd.refreshQR();
}

export function readMe(): { phone: string | undefined; lid: string | undefined; name: string } {
  const page = window as unknown as PageWindow;
  const user = page.require('WAWebUserPrefsMeUser') as Record<string, (() => unknown) | undefined>;
  const conn = page.require('WAWebConnModel') as { Conn: { pushname?: string } };
  const textOf = (wid: unknown): string | undefined => (wid ? String(wid) : undefined);
  return {
    phone: textOf(user['getMaybeMePnUser']?.()),
    lid: textOf(user['getMaybeMeLidUser']?.()),
    name: conn.Conn.pushname ?? '',
  };
}

export async function logOutPage(): Promise<void> {
  const page = window as unknown as PageWindow;
  await (page.require('WAWebSocketModel') as { Socket: { logout(): Promise<void> } }).Socket.logout();
}

/** The other Address of each person, LID or number, as far as the page knows it by itself. */
export function otherAddresses(ids: readonly string[]): (string | undefined)[] {
  const page = window as unknown as PageWindow;
  const { createWid } = page.require('WAWebWidFactory') as { createWid(id: string): unknown };
  const known = page.require('WAWebApiContact') as Record<string, ((of: unknown) => unknown) | undefined>;
  return ids.map((id) => {
    try {
      const ask = known[id.endsWith('@lid') ? 'getPhoneNumber' : 'getCurrentLid'];
      const other = ask?.(createWid(id));
      return other ? String(other) : undefined;
    } catch {
      return undefined;
    }
  });
}

/** What is unread with a person the page keeps two chats of; `undefined` where there are no two. `t` in seconds. */
export function unreadTogether(one: string, other: string): { unread: number; t: number } | undefined {
  const page = window as unknown as PageWindow;
  const { createWid } = page.require('WAWebWidFactory') as { createWid(id: string): unknown };
  const { Chat } = page.require('WAWebCollections') as { Chat: { get(id: unknown): Raw | undefined } };
  const [first, second] = [Chat.get(createWid(one)), Chat.get(createWid(other))];
  if (!first || !second || first === second) return undefined;
  let unread = 0;
  let t = 0;
  for (const chat of [first, second]) {
    if (typeof chat['t'] === 'number') t = Math.max(t, chat['t']);
    // -1 is "marked as unread by hand".
    if (typeof chat['unreadCount'] === 'number') unread += Math.abs(chat['unreadCount']);
  }
  return { unread, t };
}

/** Makes sure there is a chat to send to. Throws `No LID for user` when nobody is there. */
export async function openChat(id: string): Promise<boolean> {
  const library = (window as unknown as PageWindow).WWebJS;
  if (!library) throw new Error('the page is not ready');
  return Boolean(await library.getChat(id, { getAsModel: false }));
}

/** The full key of a message known by its bare id, or undefined. */
export function fullKey(bareId: string): string | undefined {
  const page = window as unknown as PageWindow;
  const { Msg } = page.require('WAWebCollections') as { Msg: { getModelsArray(): { id: { id: string } }[] } };
  const found = Msg.getModelsArray().find((message) => message.id.id === bareId);
  return found && String(found.id);
}

/**
 * How often the page began to send anything, with a mark of the page itself: two equal answers mean that between them
 * nothing was sent. '' when it is not counted (compat.ts counts). Not by chat: a chat has two addresses.
 */
export function sendsBegun(): string {
  const { sendsBegun: begun } = window as unknown as { sendsBegun?: { page: string; count: number } };
  return begun ? `${begun.page} ${begun.count}` : '';
}

/** Newest chats first; one that cannot be read is left out. */
export function listChats(limit: number): Raw[] {
  const page = window as unknown as PageWindow;
  const { Chat } = page.require('WAWebCollections') as { Chat: { getModelsArray(): Raw[] } };
  const time = (chat: Raw): number => (typeof chat['t'] === 'number' ? chat['t'] : 0);
  return Chat.getModelsArray()
    .toSorted((a, b) => time(b) - time(a))
    .slice(0, limit)
    .flatMap((chat) => {
      try {
        const mute = chat['mute'] as { expiration?: unknown } | undefined;
        return [
          {
            id: String(chat['id']),
            name: chat['name'],
            formattedTitle: chat['formattedTitle'],
            unreadCount: chat['unreadCount'],
            t: chat['t'],
            pinned: Boolean(chat['pin']),
            archived: chat['archive'] === true,
            muteExpiration: mute?.expiration,
          },
        ];
      } catch {
        return [];
      }
    });
}

export function listContacts(skip: number, limit: number): { contacts: Raw[]; more: boolean } {
  const page = window as unknown as PageWindow;
  const { Contact } = page.require('WAWebCollections') as { Contact: { getModelsArray(): Raw[] } };
  const getters = page.require('WAWebContactGetters') as Record<string, ((of: Raw) => unknown) | undefined>;
  const alternates = page.require('WAWebApiContact') as Record<
    string,
    ((of: unknown) => unknown) | undefined
  >;
  const all = Contact.getModelsArray();
  const contacts = all.slice(skip, skip + limit).flatMap((contact) => {
    try {
      const other = alternates['getAlternateUserWid']?.(contact['id']);
      return [
        {
          id: String(contact['id']),
          phoneNumber: contact['phoneNumber'] ? String(contact['phoneNumber']) : undefined,
          alternate: other ? String(other) : undefined,
          name: getters['getName']?.(contact) ?? contact['name'],
          pushname: getters['getPushname']?.(contact) ?? contact['pushname'],
          verifiedName: getters['getVerifiedName']?.(contact),
          isBusiness: contact['isBusiness'] === true,
          isMe: getters['getIsMe']?.(contact) === true,
        },
      ];
    } catch {
      return [];
    }
  });
  return { contacts, more: skip + limit < all.length };
}

/**
 * The newest messages of a chat, or the newest of those at or before `before` (seconds), oldest first. Asks the
 * phone's history page by page, at most eight times and about `patienceMs`. `hidden`: types that are no messages;
 * `fields`: what is wanted of each.
 */
export async function listMessages(
  id: string,
  before: number | undefined,
  limit: number,
  patienceMs: number,
  hidden: readonly string[],
  fields: readonly string[],
): Promise<Raw[]> {
  const page = window as unknown as PageWindow;
  const library = page.WWebJS;
  if (!library) throw new Error('the page is not ready');
  const chat = (await library.getChat(id, { getAsModel: false })) as {
    msgs: { getModelsArray(): (Raw & { t: number })[] };
  } | null;
  if (!chat) return [];
  const loader = page.require('WAWebChatLoadMessages') as {
    loadEarlierMsgs(from: object): Promise<unknown[] | undefined>;
  };
  const deadline = Date.now() + patienceMs;
  const isShown = (message: Raw): boolean => {
    const [type, subtype] = [String(message['type']), String(message['subtype'] ?? '')];
    return !hidden.includes(type) && (type !== 'e2e_notification' || subtype === 'identity');
  };
  // Of one second many are written, and the page keeps what it loaded last at either end: what comes later is earlier.
  let models = chat.msgs.getModelsArray().slice();
  const wanted = (): (Raw & { t: number })[] => {
    const known = new Set(models);
    models = [...chat.msgs.getModelsArray().filter((message) => !known.has(message)), ...models];
    return models.filter((message) => isShown(message) && (before === undefined || message.t <= before));
  };
  for (let round = 0; round < 8 && wanted().length < limit && Date.now() < deadline; round++) {
    const patience = new Promise<undefined>((resolve) => setTimeout(resolve, deadline - Date.now()));
    const earlier = await Promise.race([loader.loadEarlierMsgs({ chat }), patience]);
    if (!earlier?.length) break;
  }
  return wanted()
    .toSorted((a, b) => a.t - b.t)
    .slice(-limit)
    .flatMap((message) => {
      try {
        const model = library.getMessageModel(message);
        // Long before it is a body it is a thumbnail; of a card it is the card with its photo.
        const body = model['body'];
        const isLong = typeof body === 'string' && body.length > 300_000;
        return [
          { ...Object.fromEntries(fields.map((name) => [name, model[name]])), body: isLong ? '' : body },
        ];
      } catch {
        return [];
      }
    });
}

/** Under which addresses these numbers are reached, in their order; `null`: not on WhatsApp. */
export async function lookUpNumbers(
  ids: readonly string[],
): Promise<({ wid: string; lid: string | undefined } | null)[]> {
  const page = window as unknown as PageWindow;
  const { createWid } = page.require('WAWebWidFactory') as { createWid(id: string): unknown };
  const { queryWidExists } = page.require('WAWebQueryExistsJob') as {
    queryWidExists(wid: unknown): Promise<{ wid?: unknown; lid?: unknown } | null | undefined>;
  };
  const found = [];
  for (const id of ids) {
    const answer = await queryWidExists(createWid(id));
    const text = (wid: unknown): string => String((wid as { _serialized?: unknown })?._serialized ?? wid);
    found.push(
      answer?.wid ? { wid: text(answer.wid), lid: answer.lid ? text(answer.lid) : undefined } : null,
    );
  }
  return found;
}
