import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { transact } from '../../../db/database.ts';
import { readSetting, writeSetting } from '../../../db/query/setting.ts';
import type { Scope } from '../../chat/chat-room.ts';
import {
  addressKind,
  addressUser,
  isStatusBroadcast,
  phoneAddress,
  toAddress,
  type Address,
} from '../../contract/address.ts';
import { Problem } from '../../contract/problem.ts';
import { canSend } from '../../contract/session-state.ts';
import type { Chat, Inbox } from '../../contract/wire.ts';
import { PullPacer } from '../espo-pull.ts';
import { toEspoMessage } from '../../contract/espo.ts';
import type { HttpParts } from '../parts.ts';
import { whyRefused } from '../../webhook/remote-address.ts';
import { readPhone } from '../phone.ts';
import { qrImage } from '../qr-image.ts';
import { idText, signedInRoute, type Method, type Route } from '../route.ts';

const base = '/WhatsApp/action';
/** Numbers arrive as text in a query and as numbers in a body. */
const number = z.union([idText, z.int().positive()]);
const which = z.object({ inboxId: number.optional() });
/** The seed's pages know no second page: what they ask for comes at once, up to here. */
const mostChats = 1_000;
const mostContacts = 5_000;
const given = z.object({
  inboxId: number.optional(),
  limit: number.optional(),
  chatId: z.string().max(130).optional(),
});

const espoMessage = z.object({
  id: z.string().describe('never changes: a page that keeps Messages by it shows each once'),
  messageId: z.string().nullable().describe('WhatsApp’s own; null while there is none'),
  body: z.string(),
  chatId: z.string(),
  fromMe: z.boolean(),
  timestamp: z.int(),
  ack: z.int(),
  status: z.enum(['Sent', 'Received']),
});
const success = z.object({ success: z.boolean() });
const messageList = success.extend({ list: z.array(espoMessage) });
const chatList = success.extend({
  list: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      isGroup: z.boolean(),
      unreadCount: z.int(),
      timestamp: z.int(),
      pinned: z.boolean(),
      archived: z.boolean(),
      isMuted: z.boolean(),
      lastMessage: z
        .object({ body: z.string(), fromMe: z.boolean(), timestamp: z.int(), ack: z.int() })
        .nullable(),
    }),
  ),
});
const contactList = success.extend({
  list: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      pushname: z.string(),
      number: z.string(),
      isBusiness: z.boolean(),
      isMe: z.boolean(),
    }),
  ),
});
const status = z.object({ status: z.string(), isConnected: z.boolean(), enabled: z.boolean() });
const qr = z.object({ qr: z.string().nullable(), qrImage: z.string().nullable() });

/**
 * The seed's contract (`GET|POST /api/v1/WhatsApp/action/…`): a thin translation onto the features the rest of the API
 * uses. Answers come from our database; WhatsApp is asked beside the request. `webhook`, the tenth action, is the
 * webhook room's.
 */
export function espoRoutes(parts: HttpParts): Route[] {
  const { chat: room, sessions, db, seal, clock, config } = parts;
  const pacer = new PullPacer(clock);

  const inboxOf = async (scope: Scope, inboxId: number | undefined): Promise<Inbox> => {
    if (inboxId !== undefined) return room.findInbox(scope, inboxId);
    const first = (await room.listInboxes(scope)).toSorted((a, b) => a.id - b.id)[0];
    if (!first) throw new Problem('not-found', 'There is no Inbox yet');
    return first;
  };

  /** An action that reads: the seed's GET, and POST with the same fields in the body, or without any. */
  const reader = <A extends z.ZodType, G extends z.ZodObject>(
    action: string,
    summary: string,
    fields: G,
    answer: A,
    handler: (scope: Scope, fields: z.output<G>) => Promise<z.input<A>>,
    { who = 'agent' as 'agent' | 'supervisor', changes = false } = {},
  ): Route[] => [
    signedInRoute(
      who,
      { method: 'get', path: `${base}/${action}`, summary, query: fields, answer, changes },
      (call) => handler(call.scope, call.query),
    ),
    signedInRoute(
      who,
      {
        method: 'post',
        path: `${base}/${action}`,
        summary,
        body: fields.prefault({} as never),
        answer,
        status: 200,
      },
      (call) => handler(call.scope, call.body),
    ),
  ];
  const writer = <B extends z.ZodType, A extends z.ZodType>(
    who: 'agent' | 'admin',
    action: string,
    summary: string,
    body: B,
    answer: A,
    handler: (scope: Scope, body: z.output<B>) => Promise<z.input<A>>,
  ): Route =>
    signedInRoute(
      who,
      { method: 'post' satisfies Method, path: `${base}/${action}`, summary, body, answer, status: 200 },
      (call) => handler(call.scope, call.body),
    );

  const shownCode = async (inboxId: number): Promise<string | null> => {
    const code = await sessions.pairing(inboxId);
    return code?.kind === 'qr' ? code.value : null;
  };

  return [
    ...reader(
      'login',
      'Start the Session; the QR code follows',
      which,
      success.extend({ qrCode: z.string().nullable() }),
      async (scope, { inboxId }) => {
        const inbox = await inboxOf(scope, inboxId);
        if (!inbox.session.capabilities.pairing.includes('qr')) throw new Problem('not-supported');
        if (!canSend(inbox.session.state)) await sessions.link(inbox.id, { method: 'qr' });
        return { success: true, qrCode: await shownCode(inbox.id) };
      },
      { who: 'supervisor', changes: true },
    ),
    ...reader(
      'qrCode',
      'The QR code to be shown now, as text and picture',
      which,
      qr,
      async (scope, { inboxId }) => {
        const code = await shownCode((await inboxOf(scope, inboxId)).id);
        return { qr: code, qrImage: code === null ? null : qrImage(code) };
      },
      { who: 'supervisor' },
    ),
    ...reader('status', 'CONNECTED or disconnected', which, status, async (scope, { inboxId }) => {
      const { session } = await inboxOf(scope, inboxId);
      const isConnected = canSend(session.state);
      return { status: isConnected ? 'CONNECTED' : 'disconnected', isConnected, enabled: true };
    }),
    ...reader('getChats', 'Chats, newest first', given, chatList, async (scope, { inboxId, limit }) => {
      const inbox = await inboxOf(scope, inboxId);
      const chats = await gather(Math.min(limit ?? 100, mostChats), (before) =>
        room.listChats(scope, inbox.id, { before, limit: 100 }),
      );
      const addresses = await room.chatAddresses(
        inbox.id,
        chats.map((row) => row.id),
      );
      return {
        success: true,
        list: chats.flatMap((row) => {
          const address = addresses.get(row.id);
          return address ? [toEspoChat(row, address, clock.now())] : [];
        }),
      };
    }),
    ...reader(
      'getChatMessages',
      'The newest Messages of a Chat, oldest first',
      given,
      messageList,
      async (scope, { inboxId, limit, chatId }) => {
        const address = toAddress(chatId);
        if (!address) throw new Problem('bad-request', 'chatId is required');
        const inbox = await inboxOf(scope, inboxId);
        if (isStatusBroadcast(address)) return { success: true, list: [] };
        // Beside the request: what the phone has and we do not arrives with one of the next polls.
        if (
          inbox.session.capabilities.history &&
          canSend(inbox.session.state) &&
          pacer.isDue(inbox.id, address)
        ) {
          sessions.backfill(inbox.id, address, undefined);
        }
        const id = await room.chatOfAddress(inbox.id, address);
        if (id === undefined) return { success: true, list: [] };
        const page = await room.listMessages(scope, id, { limit: Math.min(limit ?? 50, 100) });
        return { success: true, list: page.list.map((row) => toEspoMessage(row, address)) };
      },
    ),
    ...reader('getContacts', 'Contacts by name', given, contactList, async (scope, { inboxId, limit }) => {
      const inbox = await inboxOf(scope, inboxId);
      const contacts = await gather(Math.min(limit ?? mostContacts, mostContacts), (after) =>
        room.listContacts(scope, inbox.id, { after, limit: 200 }),
      );
      const hidden = contacts.flatMap((row) => (row.phone === null && row.chatId ? [row.chatId] : []));
      const addresses = await room.chatAddresses(inbox.id, hidden);
      return {
        success: true,
        list: contacts.flatMap((row) => {
          const id = row.phone === null ? addresses.get(row.chatId ?? 0) : phoneAddress(row.phone);
          if (!id) return [];
          const { name, pushName: pushname, isBusiness, isMe } = row;
          return [{ id, name, pushname, number: row.phone ?? '', isBusiness, isMe }];
        }),
      };
    }),
    writer(
      'agent',
      'sendMessage',
      'Send a text',
      z.object({
        inboxId: number.optional(),
        chatId: z.string().max(130).optional(),
        phone: z.string().max(130).optional().describe('the predecessor’s other name for chatId'),
        message: z.string().min(1).max(65_536),
        clientId: z.uuid().optional().describe('the same one again is the same Message'),
      }),
      success.extend({ messageId: z.string(), message: espoMessage }),
      async (scope, body) => {
        const inbox = await inboxOf(scope, body.inboxId);
        const address = await readTarget(body.chatId ?? body.phone);
        const id =
          (await room.chatOfAddress(inbox.id, address)) ?? (await room.openChat(scope, inbox.id, address)).id;
        const clientId = body.clientId ?? randomUUID();
        const message = toEspoMessage(await room.send(scope, id, { clientId, body: body.message }), address);
        return { success: true, messageId: message.id, message };
      },
    ),
    writer(
      'admin',
      'saveSettings',
      'Keep the address and key of a remote WhatsApp server',
      z.object({
        whatsappApiUrl: z
          .url({ protocol: /^https?$/ })
          .max(500)
          .or(z.literal(''))
          .optional(),
        whatsappApiKey: z.string().max(500).optional(),
      }),
      success,
      async ({ organisationId }, body) => {
        if (body.whatsappApiUrl) {
          const refused = await whyRefused(body.whatsappApiUrl, { trusted: config.remoteServers, clock });
          if (refused !== undefined) throw new Problem('bad-request', `whatsappApiUrl: ${refused}`);
        }
        await transact(db, async (tx) => {
          let key = body.whatsappApiKey;
          if (body.whatsappApiUrl !== undefined) {
            const before = await readSetting(tx, organisationId, 'whatsappApiUrl');
            // Nobody is told the key; nor is another server, of whoever changes the address.
            if (before && URL.parse(before)?.origin !== URL.parse(body.whatsappApiUrl)?.origin) key ??= '';
            await writeSetting(tx, organisationId, 'whatsappApiUrl', body.whatsappApiUrl);
          }
          if (key !== undefined) {
            const sealed = seal.seal(key, settingPlace(organisationId, 'whatsappApiKey'));
            await writeSetting(tx, organisationId, 'whatsappApiKey', sealed);
          }
        });
        return { success: true };
      },
    ),
    writer(
      'admin',
      'logout',
      'Unlink the device on WhatsApp; the history stays',
      // The seed’s page sends nothing with it.
      which.prefault({}),
      success,
      async (scope, body) => {
        await sessions.unlink((await inboxOf(scope, body.inboxId)).id);
        return { success: true };
      },
    ),
  ];
}

/** Where a sealed setting lives, for `seal.open`. */
export function settingPlace(organisationId: number, name: string) {
  return { table: 'setting', row: name, organisationId };
}

/** The two settings of the seed, the key in plain: for the remote engine. */
export async function readRemoteServer(
  parts: Pick<HttpParts, 'db' | 'seal'>,
  organisationId: number,
): Promise<{ url: string; key: string } | undefined> {
  const url = await readSetting(parts.db, organisationId, 'whatsappApiUrl');
  if (!url) return undefined;
  const sealed = await readSetting(parts.db, organisationId, 'whatsappApiKey');
  const key = sealed ? parts.seal.open(sealed, settingPlace(organisationId, 'whatsappApiKey')) : '';
  return { url, key };
}

/** Page after page, until `most` rows are there or no more come. */
async function gather<T>(
  most: number,
  pageAfter: (from: string | undefined) => Promise<{ list: T[]; next: string | null }>,
): Promise<T[]> {
  const rows: T[] = [];
  for (let from: string | undefined; ;) {
    const { list, next } = await pageAfter(from);
    rows.push(...list);
    if (next === null || rows.length >= most) return rows.slice(0, most);
    from = next;
  }
}

async function readTarget(text: string | undefined): Promise<Address> {
  if (text === undefined) throw new Problem('bad-request', 'chatId is required');
  const address = text.includes('@') ? toAddress(text) : phoneAddress(await readPhone(text));
  if (!address || addressKind(address) === 'broadcast') throw new Problem('bad-request', 'chatId is no chat');
  return address;
}

function toEspoChat(row: Chat, id: Address, now: number): z.input<typeof chatList>['list'][number] {
  const { last } = row;
  const timestamp = last ? Math.floor(last.at / 1000) : 0;
  return {
    id,
    name: row.name || addressUser(id),
    isGroup: row.kind === 'group',
    unreadCount: Math.abs(row.unread),
    timestamp,
    pinned: row.pinned,
    archived: row.archived,
    isMuted: row.mutedUntil > now,
    lastMessage: last && {
      body: last.revoked ? '' : last.body,
      fromMe: last.fromMe,
      timestamp,
      ack: last.ack,
    },
  };
}
