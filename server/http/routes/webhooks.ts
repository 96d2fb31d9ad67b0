import { z } from 'zod';
import { Problem } from '../../contract/problem.ts';
import { newSecret } from '../../ids.ts';
import { requireInUse } from '../in-use.ts';
import type { HttpParts } from '../parts.ts';
import { idText, signedInRoute, type Route } from '../route.ts';

const params = z.object({ inboxId: idText });
const webhook = z.object({
  id: z.int(),
  dialect: z.string(),
  session: z.string(),
  path: z.string().describe('where the foreign server posts to, below this server’s address'),
  createdAt: z.number(),
  lastAt: z.number().describe('0 = nothing has come yet'),
});

/** Webhooks that feed an Inbox. A secret is shown once, when it is made. */
export function webhookRoutes({ chat: room, webhooks, dialects }: HttpParts): Route[] {
  const newWebhook = z.object({
    dialect: z.string().max(40),
    session: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/),
    secret: z
      .string()
      .regex(/^[\x21-\x7e]{16,200}$/)
      .optional()
      .describe('made here unless the foreign server has one already'),
  });
  const pathOf = (row: { dialect: string; session: string }): string =>
    `/webhook/${row.dialect}/${row.session}`;
  return [
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/inboxes/:inboxId/webhooks',
        summary: 'Webhooks that feed the Inbox',
        params,
        answer: z.object({ list: z.array(webhook) }),
      },
      async ({ scope, params: { inboxId } }) => {
        await room.findInbox(scope, inboxId);
        const rows = await webhooks.list(inboxId);
        return { list: rows.map((row) => ({ ...row, path: pathOf(row) })) };
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/inboxes/:inboxId/webhooks',
        summary: 'Make a webhook; the answer shows its secret, once',
        params,
        body: newWebhook,
        answer: webhook.extend({ secret: z.string() }),
        status: 201,
      },
      async ({ scope, params: { inboxId }, body }) => {
        requireInUse(await room.findInbox(scope, inboxId));
        if (!dialects.includes(body.dialect)) throw new Problem('bad-request', 'body dialect');
        const secret = body.secret ?? newSecret();
        const { organisationId } = scope;
        const { dialect, session } = body;
        const row = await webhooks.create({ inboxId, organisationId, dialect, session, secret });
        return { ...row, path: pathOf(row), secret };
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'delete',
        path: '/inboxes/:inboxId/webhooks/:webhookId',
        summary: 'Take a webhook out of service',
        params: z.object({ inboxId: idText, webhookId: idText }),
      },
      async ({ scope, params: { inboxId, webhookId } }) => {
        await room.findInbox(scope, inboxId);
        if (!(await webhooks.remove(inboxId, webhookId))) throw new Problem('not-found');
      },
    ),
  ];
}
