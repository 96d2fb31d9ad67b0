import { z } from 'zod';
import { messagePage, sendMessage, sharedKind, sharedPage } from '../../contract/api.ts';
import { Problem } from '../../contract/problem.ts';
import { chat, message } from '../../contract/wire.ts';
import type { Scope } from '../../chat/chat-room.ts';
import type { HttpParts } from '../parts.ts';
import { findReadReceipts, type ReadReceipts } from '../read-receipts.ts';
import { idText, limitText, signedInRoute, type Route } from '../route.ts';

const params = z.object({ chatId: idText });
const messageParams = z.object({ messageId: idText });

/** One Chat and its Messages. */
export function chatRoutes({ chat: room, sessions, db, pictures }: HttpParts): Route[] {
  /** The other side sees its ticks turn blue, where the Organisation wants it now. */
  async function tellRead(scope: Scope, row: { inboxId: number; id: number }, when: ReadReceipts) {
    if ((await findReadReceipts(db, scope.organisationId)) !== when) return;
    const address = await room.chatAddress(row.inboxId, row.id);
    if (address) sessions.markRead(row.inboxId, address);
  }

  return [
    signedInRoute(
      'agent',
      { method: 'get', path: '/chats/:chatId', summary: 'One Chat', params, answer: chat },
      async ({ scope, params: { chatId } }) => {
        const row = await room.findChat(scope, chatId);
        pictures.look(row.inboxId, { chats: [row] });
        return row;
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/chats/:chatId/messages',
        summary:
          'A page of Messages: the newest page first, or the one around a Message or a moment; oldest first within it',
        params,
        query: z.object({
          before: z.string().max(200).optional(),
          after: z.string().max(200).optional(),
          around: idText.optional().describe('a Message of the Chat'),
          from: idText
            .optional()
            .describe('ms: from then on, with a little before; the newest if nothing is'),
          limit: limitText.optional(),
        }),
        answer: messagePage,
      },
      ({ scope, params: { chatId }, query }) => room.listMessages(scope, chatId, query),
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/chats/:chatId/shared',
        summary: 'Photos and videos, documents or links of a Chat, newest first',
        params,
        query: z.object({
          kind: sharedKind.default('media'),
          before: z.string().max(200).optional(),
          limit: limitText.optional(),
        }),
        answer: sharedPage,
      },
      ({ scope, params: { chatId }, query }) => room.listShared(scope, chatId, query),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/chats/:chatId/messages',
        summary: 'Send a text; the same client id again is the same Message',
        params,
        body: sendMessage,
        answer: message,
        status: 202,
      },
      async ({ scope, params: { chatId }, body }) => {
        const row = await room.send(scope, chatId, body);
        await tellRead(scope, { inboxId: row.inboxId, id: row.chatId }, 'on-reply');
        return row;
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/chats/:chatId/read',
        summary: 'Set unread to 0; on WhatsApp too, as the setting readReceipts says',
        params,
        query: z.object({
          upTo: idText.optional().describe('the last Message that was seen: what came after it stays unread'),
        }),
        answer: chat,
      },
      async ({ scope, params: { chatId }, query: { upTo } }) => {
        const row = await room.markRead(scope, chatId, upTo);
        // WhatsApp knows no "up to": it would count as read what nobody has seen.
        if (row.unread === 0) await tellRead(scope, row, 'on-open');
        return row;
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/chats/:chatId/backfill',
        summary: 'Pull older Messages from the phone, beside the request',
        params,
        body: z.object({ before: z.number().positive().optional().describe('ms: older than this') }),
        answer: z.object({ started: z.boolean().describe('false: one is under way already') }),
        status: 202,
      },
      async ({ scope, params: { chatId }, body }) => {
        const row = await room.findChat(scope, chatId);
        const { session } = await room.findInbox(scope, row.inboxId);
        if (!session.capabilities.history) throw new Problem('not-supported');
        const address = await room.chatAddress(row.inboxId, row.id);
        if (!address) throw new Problem('not-found');
        return { started: sessions.backfill(row.inboxId, address, body.before) };
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/messages/:messageId/retry',
        summary: 'Send a failed or uncertain Message again',
        params: messageParams,
        answer: message,
      },
      ({ scope, params: { messageId } }) => room.retry(scope, messageId),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/messages/:messageId/discard',
        summary: 'Leave a failed or uncertain Message as it is',
        params: messageParams,
        answer: message,
      },
      ({ scope, params: { messageId } }) => room.discard(scope, messageId),
    ),
  ];
}
