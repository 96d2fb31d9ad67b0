import { z } from 'zod';
import { chatWork } from '../../chat/work/index.ts';
import { crmLink, newCrmLink } from '../../contract/work.ts';
import type { HttpParts } from '../parts.ts';
import { idText, signedInRoute, type Route } from '../route.ts';

const params = z.object({ chatId: idText });

/** Which record of the CRM the person of a Chat is: said once, known to all colleagues. */
export function crmLinkRoutes({ chat: room }: HttpParts): Route[] {
  const work = chatWork(room);
  const path = '/chats/:chatId/crm-link';
  return [
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/crm-links',
        summary: 'Who is which record of the CRM, by number, the newest first; at most 2,000',
        answer: z.object({ list: z.array(crmLink.extend({ phone: z.string() })) }),
      },
      async ({ scope }) => ({ list: await work.crmLinks(scope) }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path,
        summary: 'The record of the CRM that the person of a Chat was linked to',
        params,
        answer: z.object({ link: crmLink.nullable() }),
      },
      async ({ scope, params: { chatId } }) => ({ link: await work.crmLink(scope, chatId) }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'put',
        path,
        summary: 'Say which record of the CRM the person of a Chat is, in all Inboxes',
        params,
        body: newCrmLink,
        answer: crmLink,
      },
      ({ scope, params: { chatId }, body }) => work.linkCrm(scope, chatId, body),
    ),
    signedInRoute(
      'agent',
      { method: 'delete', path, summary: 'Take that back', params, status: 204 },
      ({ scope, params: { chatId } }) => work.unlinkCrm(scope, chatId),
    ),
  ];
}
