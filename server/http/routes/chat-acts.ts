import { z } from 'zod';
import { memberList } from '../../contract/api.ts';
import type { Address } from '../../contract/address.ts';
import { givenLink } from '../../contract/content.ts';
import type { ChatEvent } from '../../contract/engine-event.ts';
import { Problem } from '../../contract/problem.ts';
import { chat } from '../../contract/wire.ts';
import type { Scope } from '../../chat/chat-room.ts';
import type { Act } from '../../session/sessions.ts';
import type { HttpParts } from '../parts.ts';
import { idText, signedInRoute, type Route } from '../route.ts';

const params = z.object({ chatId: idText });
const path = (verb: string) => `/chats/:chatId/${verb}`;

/** What an Agent does to a Chat as a whole. Without an engine that can, it is done here alone. */
export function chatActRoutes({ chat: room, sessions, pictures, previews }: HttpParts): Route[] {
  async function arrange(
    scope: Scope,
    chatId: number,
    run: (address: Address) => Act,
    change: Partial<ChatEvent>,
  ) {
    const row = await room.findChat(scope, chatId);
    const address = await room.chatAddress(row.inboxId, row.id);
    if (!address) throw new Problem('not-found');
    const { session } = await room.findInbox(scope, row.inboxId);
    if (session.capabilities.arrange) await sessions.act(row.inboxId, run(address));
    await room.receive(row.inboxId, [{ kind: 'chat', chat: address, ...change }], 'engine');
    return room.findChat(scope, row.id);
  }

  return [
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: path('pin'),
        summary: 'Keep a Chat at the top of the list, or no longer',
        params,
        body: z.object({ pinned: z.boolean() }),
        answer: chat,
      },
      ({ scope, params: { chatId }, body: { pinned } }) =>
        arrange(scope, chatId, (to) => (session, signal) => session.pin?.(to, pinned, signal), { pinned }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: path('archive'),
        summary: 'Put a Chat into the archive, or take it out',
        params,
        body: z.object({ archived: z.boolean() }),
        answer: chat,
      },
      ({ scope, params: { chatId }, body: { archived } }) =>
        arrange(scope, chatId, (to) => (session, signal) => session.archive?.(to, archived, signal), {
          archived,
        }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: path('mute'),
        summary: 'Silence a Chat until a time; 0 makes it loud again',
        params,
        body: z.object({ until: z.int().nonnegative().max(253_402_300_799_000).describe('ms') }),
        answer: chat,
      },
      ({ scope, params: { chatId }, body: { until } }) =>
        arrange(scope, chatId, (to) => (session, signal) => session.mute?.(to, until, signal), {
          mutedUntil: until,
        }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: path('unread'),
        summary: 'Mark a Chat as unread, here and on WhatsApp',
        params,
        body: z.object({}),
        answer: chat,
      },
      async ({ scope, params: { chatId } }) => {
        const row = await room.markUnread(scope, chatId);
        const address = await room.chatAddress(row.inboxId, row.id);
        if (address) sessions.hint(row.inboxId, (session) => session.markUnread?.(address));
        return row;
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: path('settled'),
        summary:
          'What has been written so far needs no answer, or does after all; nothing is told to WhatsApp',
        params,
        body: z.object({
          settled: z.boolean(),
          until: z.int().positive().optional().describe('ms: of the last Message that was seen'),
        }),
        answer: chat,
      },
      ({ scope, params: { chatId }, body }) => room.settleChat(scope, chatId, body),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: path('typing'),
        summary: 'Show the other side that somebody is writing; fades by itself',
        params,
        body: z.object({ what: z.enum(['typing', 'recording', 'paused']) }),
      },
      async ({ scope, params: { chatId }, body: { what } }) => {
        const row = await room.findChat(scope, chatId);
        const address = await room.chatAddress(row.inboxId, row.id);
        if (address) sessions.hint(row.inboxId, (session) => session.typing?.(address, what));
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: path('link-preview'),
        summary:
          'What a page says of itself, to go with a text that leads there; null: nothing. The page is read by this server, as a stranger',
        params,
        body: givenLink.pick({ url: true }),
        answer: z.object({ link: givenLink.nullable() }),
      },
      async ({ scope, params: { chatId }, body: { url } }) => {
        const row = await room.findChat(scope, chatId);
        const { session } = await room.findInbox(scope, row.inboxId);
        if (!session.capabilities.linkPreviews) throw new Problem('not-supported');
        const words = await previews.look(scope, url);
        return { link: words ? { url, ...words } : null };
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: path('invite-link'),
        summary:
          'The link by which anybody comes into a group we look after; asked of WhatsApp, kept nowhere',
        params,
        body: z.object({}),
        answer: z.object({ link: z.string() }),
      },
      async ({ scope, params: { chatId } }) => {
        const row = await room.findChat(scope, chatId);
        if (row.kind !== 'group') throw new Problem('not-supported');
        const address = await room.chatAddress(row.inboxId, row.id);
        if (!address) throw new Problem('not-found');
        let link: string | undefined;
        await sessions.act(row.inboxId, (session, signal) =>
          session.inviteLink?.(address, signal).then((outcome) => {
            if (outcome.kind === 'done') link = outcome.link;
            return outcome;
          }),
        );
        if (link === undefined) throw new Problem('refused-by-whatsapp');
        return { link };
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: path('members'),
        summary: 'Who is in a group',
        params,
        answer: memberList,
      },
      async ({ scope, params: { chatId } }) => {
        const { inboxId } = await room.findChat(scope, chatId);
        const list = await room.listMembers(scope, chatId);
        pictures.look(inboxId, { contacts: list.members.map(({ contactId }) => contactId) });
        return list;
      },
    ),
  ];
}
