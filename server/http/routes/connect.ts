import { z } from 'zod';
import { listConnections } from '../../../db/query/connection.ts';
import { connection, connectQr, connectState } from '../../contract/access.ts';
import { choices, connect, connectionOf, phoneOf, statusNow, view } from '../connect.ts';
import type { HttpParts } from '../parts.ts';
import { qrImage } from '../qr-image.ts';
import { signedInRoute, type Route } from '../route.ts';

const request = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/)
    .refine((name) => !name.startsWith('inbox-'))
    .optional()
    .describe('another number than the first'),
  inboxId: z.int().positive().optional().describe('a number that is there already'),
  engine: z.string().max(40).optional(),
  upstream: z.string().max(40).optional(),
  label: z
    .string()
    .trim()
    .min(1)
    .max(120)
    .optional()
    .describe('what people call the number; the name without it'),
});
const params = z.object({ session: z.string().regex(/^client_[a-z0-9_-]{8,70}$/) });

/** Connect WhatsApp in three clicks, or by another backend: no key is typed by hand. */
export function connectRoutes(parts: HttpParts): Route[] {
  const { db, sessions } = parts;
  return [
    signedInRoute(
      'supervisor',
      {
        method: 'get',
        path: '/connect',
        summary: 'What has been connected',
        answer: z.object({ list: z.array(connection) }),
      },
      async ({ principal }) => {
        const rows = await listConnections(db, principal.organisationId);
        const own = rows.filter((row) => principal.sees(row.inbox_id));
        return { list: await Promise.all(own.map((row) => view(parts, principal, row))) };
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/engines',
        summary: 'What a number can be made with; the first engine and the first upstream are the usual ones',
        answer: z.object({ engines: z.array(z.string()), upstreams: z.array(z.string()) }),
      },
      () => Promise.resolve(choices(parts)),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/connect',
        summary:
          'Connect a number; asking again gives the same session. The key is whole the first time only',
        body: request.default({}),
        answer: connection,
      },
      async ({ principal, body, response }) => {
        const { answer, isNew } = await connect(parts, principal, { ...body, name: body.name ?? '' });
        if (isNew) response.statusCode = 201;
        return answer;
      },
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'get',
        path: '/connect/:session',
        summary: 'One connection, its key masked',
        params,
        answer: connection,
      },
      async ({ principal, params: { session } }) =>
        view(parts, principal, (await connectionOf(parts, principal, session)).row),
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'get',
        path: '/connect/:session/qr',
        summary: 'The QR code to be scanned now; null while there is none',
        params,
        answer: connectQr,
      },
      async ({ principal, params: { session } }) => {
        const { inbox } = await connectionOf(parts, principal, session);
        const code = inbox.session.state === 'pairing' ? await sessions.pairing(inbox.id) : undefined;
        const shown = code?.kind === 'qr' ? code : undefined;
        return {
          success: true as const,
          qr: shown ? qrImage(shown.value) : null,
          code: shown?.value ?? null,
          expiresAt: shown?.expiresAt ?? null,
        };
      },
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'get',
        path: '/connect/:session/status',
        summary: 'How far it is: starting, qr, connected, disconnected, failed',
        params,
        answer: connectState,
      },
      async ({ principal, params: { session } }) => {
        const { inbox } = await connectionOf(parts, principal, session);
        return {
          success: true as const,
          status: await statusNow(parts, inbox),
          state: inbox.session.state,
          action: inbox.session.action,
          phone: phoneOf(inbox.session),
          name: inbox.name,
        };
      },
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'post',
        path: '/connect/:session/refresh',
        summary: 'Show a new QR code',
        params,
        status: 202,
      },
      async ({ principal, params: { session } }) => {
        const { inbox } = await connectionOf(parts, principal, session);
        if ((await statusNow(parts, inbox)) !== 'connected') await sessions.link(inbox.id, { method: 'qr' });
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/connect/:session/disconnect',
        summary: 'Unlink the device on WhatsApp; the history stays',
        params,
        status: 202,
      },
      async ({ principal, params: { session } }) => {
        const { inbox } = await connectionOf(parts, principal, session);
        await sessions.unlink(inbox.id);
      },
    ),
  ];
}
