import { z } from 'zod';
import { requireRoom } from '../../access/index.ts';
import { chatCounts, chatFilter, chatPage, chatSort, contactPage, startChat } from '../../contract/api.ts';
import { addressKind, addressUser, phoneAddress, toAddress, type Address } from '../../contract/address.ts';
import { Problem } from '../../contract/problem.ts';
import { removal, removeInbox, restoration } from '../../contract/removal.ts';
import { chat, inbox } from '../../contract/wire.ts';
import type { HttpParts } from '../parts.ts';
import { readPhone } from '../phone.ts';
import { idText, limitText, signedInRoute, type Route } from '../route.ts';

const params = z.object({ inboxId: idText });
const inboxName = z.string().trim().min(1).max(120);
const search = z.string().max(200).optional();
const pageToken = z.string().max(200).optional();

/** Inboxes, their chat lists and contacts. */
export function inboxRoutes(parts: HttpParts): Route[] {
  const { db, chat: room, sessions, engines, upstreams, removals, pictures } = parts;
  const newInbox = z.object({
    name: inboxName,
    upstream: z.string().default(upstreams[0] ?? 'whatsapp'),
    engine: z.string().default(engines.has('wwebjs') ? 'wwebjs' : 'none'),
  });
  return [
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/inboxes',
        summary: 'Inboxes of the Organisation',
        answer: z.object({ list: z.array(inbox) }),
      },
      async ({ scope }) => ({ list: await room.listInboxes(scope) }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/inboxes/counts',
        summary: 'How many Chats each tab of the chat lists holds; Inboxes without Chats are left out',
        answer: z.object({ list: z.array(chatCounts) }),
      },
      async ({ scope }) => ({ list: await room.countChats(scope) }),
    ),
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/inboxes/removals',
        summary: 'Numbers that were taken out of use, newest first, and how far each deletion has got',
        answer: z.object({ list: z.array(removal) }),
      },
      async ({ scope }) => ({ list: await removals.list(scope.organisationId) }),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/inboxes',
        summary: 'Make an Inbox; link its number afterwards',
        body: newInbox,
        answer: inbox,
        status: 201,
      },
      async ({ scope, body }) => {
        if (!upstreams.includes(body.upstream)) throw new Problem('bad-request', 'body upstream');
        if (body.engine !== 'none' && !engines.has(body.engine)) {
          throw new Problem('bad-request', 'body engine');
        }
        await requireRoom(db, scope.organisationId, 'inboxes');
        return room.createInbox(scope.organisationId, body);
      },
    ),
    signedInRoute(
      'agent',
      { method: 'get', path: '/inboxes/:inboxId', summary: 'One Inbox', params, answer: inbox },
      ({ scope, params: { inboxId } }) => room.findInbox(scope, inboxId),
    ),
    signedInRoute(
      'admin',
      {
        method: 'patch',
        path: '/inboxes/:inboxId',
        summary: 'Give an Inbox another name',
        params,
        body: z.object({ name: inboxName }),
        answer: inbox,
      },
      ({ scope, params: { inboxId }, body: { name } }) => room.renameInbox(scope, inboxId, name),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/inboxes/:inboxId/removal',
        summary:
          'Take a number out of use: archived (what was written can be read), or deleted with all of it; `name` as it is called',
        params,
        body: removeInbox,
        answer: removal,
        status: 202,
      },
      async ({ scope, params: { inboxId }, body }) => {
        await room.findInbox(scope, inboxId);
        return removals.remove(scope.organisationId, inboxId, body);
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/inboxes/:inboxId/restoration',
        summary:
          'Bring an archived number back: its phone has to be linked anew; keys, links and webhooks closed with it stay closed',
        params,
        answer: restoration,
      },
      async ({ scope, params: { inboxId } }) => {
        await room.findInbox(scope, inboxId);
        return removals.restore(scope.organisationId, inboxId);
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/inboxes/:inboxId/chats',
        summary: 'Chats: pinned, then newest first; or who waits longest first',
        params,
        query: z.object({
          before: pageToken,
          limit: limitText.optional(),
          search,
          filter: chatFilter.optional().describe('mentions: what is not read yet names our number, or me'),
          sort: chatSort.optional().describe('waiting: who waits longest for an answer, then the others'),
          assignee: z
            .union([z.enum(['me', 'none']), idText])
            .optional()
            .describe('only the Chats of one Agent, mine, or nobody’s'),
          label: idText.optional(),
        }),
        answer: chatPage,
      },
      async ({ scope, params: { inboxId }, query }) => {
        const page = await room.listChats(scope, inboxId, query);
        pictures.look(inboxId, { chats: page.list });
        return page;
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/inboxes/:inboxId/chats',
        summary:
          'The Chat with a phone number, made if there is none; or the known one of a WhatsApp id (`…@lid`)',
        params,
        body: startChat,
        answer: chat,
      },
      async ({ scope, params: { inboxId }, body }) => {
        await room.findInbox(scope, inboxId);
        const address = await targetOf(body.phone);
        const known = await room.chatOfAddress(inboxId, address);
        if (known !== undefined) return room.findChat(scope, known);
        // Nobody but WhatsApp knows whose a hidden number or a group is.
        if (addressKind(address) !== 'phone') throw new Problem('not-found');
        const found = await sessions.findNumber(inboxId, addressUser(address));
        if (!found) throw new Problem('not-on-whatsapp');
        return room.openChat(scope, inboxId, found.address, found.lid);
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/inboxes/:inboxId/contacts',
        summary: 'Contacts by name',
        params,
        query: z.object({ after: pageToken, limit: limitText.optional(), search }),
        answer: contactPage,
      },
      async ({ scope, params: { inboxId }, query }) => {
        const page = await room.listContacts(scope, inboxId, query);
        pictures.look(inboxId, { contacts: page.list.map(({ id }) => id) });
        return page;
      },
    ),
  ];
}

/** Of what a person typed, or of an id as WhatsApp writes it. Problem `bad-phone-number`. */
async function targetOf(text: string): Promise<Address> {
  const address = toAddress(text);
  return address && addressKind(address) !== 'phone'
    ? address
    : phoneAddress(await readPhone(address ? addressUser(address) : text));
}
