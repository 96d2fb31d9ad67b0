import { z } from 'zod';
import { numberChecks } from '../../contract/api.ts';
import { Problem } from '../../contract/problem.ts';
import { contact } from '../../contract/wire.ts';
import type { HttpParts } from '../parts.ts';
import { idText, signedInRoute, type Route } from '../route.ts';

const params = z.object({ contactId: idText });

/** People: one of them, blocking, and whether numbers are on WhatsApp. */
export function contactRoutes({ chat: room, sessions, pictures }: HttpParts): Route[] {
  return [
    signedInRoute(
      'agent',
      { method: 'get', path: '/contacts/:contactId', summary: 'One Contact', params, answer: contact },
      async ({ scope, params: { contactId } }) => {
        const { contact: row } = await room.findContact(scope, contactId);
        pictures.look(row.inboxId, { contacts: [row.id] });
        return row;
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/contacts/:contactId/block',
        summary: 'Block a person on WhatsApp, or let them write again; nothing of theirs arrives meanwhile',
        params,
        body: z.object({ blocked: z.boolean() }),
        answer: contact,
      },
      async ({ scope, params: { contactId }, body: { blocked } }) => {
        const { contact: row, address } = await room.findContact(scope, contactId);
        if (!address || row.isMe) throw new Problem('bad-request', 'contactId');
        const { session } = await room.findInbox(scope, row.inboxId);
        if (!session.capabilities.block) throw new Problem('not-supported');
        await sessions.act(row.inboxId, (live, signal) => live.block?.(address, blocked, signal));
        await room.receive(row.inboxId, [{ kind: 'contact', address, blocked }], 'engine');
        return (await room.findContact(scope, row.id)).contact;
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/inboxes/:inboxId/number-checks',
        summary: 'Whether people are on WhatsApp: from what is known, else asked, sparingly',
        params: z.object({ inboxId: idText }),
        body: z.object({ contactIds: z.array(z.int().positive()).min(1).max(20) }),
        answer: numberChecks,
      },
      async ({ scope, params: { inboxId }, body: { contactIds } }) => {
        const numbers = await room.numbersOf(scope, inboxId, contactIds);
        if (numbers.size === 0) return { list: [] };
        const known = await sessions.checkNumbers(inboxId, [...numbers.values()]);
        return {
          list: Array.from(numbers, ([contactId, phone]) => ({
            contactId,
            onWhatsApp: known.get(phone) ?? null,
          })),
        };
      },
    ),
  ];
}
