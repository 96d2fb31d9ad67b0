import { z } from 'zod';
import {
  bindConnectLink,
  endConnectLink,
  findConnectLink,
  insertConnectLink,
  listConnectLinks,
  type ConnectLinkRow,
} from '../../../db/query/connection.ts';
import { connectLinkView, linkView, madeConnectLink } from '../../contract/access.ts';
import { Problem } from '../../contract/problem.ts';
import { digest, newSecret, sameSecret } from '../../ids.ts';
import { statusNow } from '../connect.ts';
import { requireOwnPage } from '../identity.ts';
import { requireInUse } from '../in-use.ts';
import type { HttpParts } from '../parts.ts';
import { qrImage } from '../qr-image.ts';
import { idText, publicRoute, signedInRoute, type Route } from '../route.ts';

export const linkMs = 10 * 60_000;
const params = z.object({ inboxId: idText });
const secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** A one-time link with which the phone's owner scans without an account: one Inbox's code and state, nothing else. */
export function linkRoutes({ db, chat: room, sessions, access, clock, config }: HttpParts): Route[] {
  const toView = (row: ConnectLinkRow): z.output<typeof connectLinkView> => ({
    id: row.id,
    inboxId: row.inbox_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    opened: row.browser !== '',
    ended: row.ended_by === '' && row.expires_at <= clock.now() ? 'expired' : row.ended_by,
  });
  const audited = (row: ConnectLinkRow, act: string, ip: string, run: () => Promise<void>): Promise<void> =>
    access.audit.around(
      {
        organisationId: row.organisation_id,
        actor: 'link',
        act,
        subject: `inbox:${row.inbox_id}`,
        detail: `link:${row.id.slice(0, 12)}`,
        ip,
      },
      run,
    );
  return [
    signedInRoute(
      'supervisor',
      {
        method: 'get',
        path: '/inboxes/:inboxId/links',
        summary: 'Links to scan by, newest first',
        params,
        answer: z.object({ list: z.array(connectLinkView) }),
      },
      async ({ scope, params: { inboxId } }) => {
        await room.findInbox(scope, inboxId);
        return { list: (await listConnectLinks(db, inboxId)).map(toView) };
      },
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'post',
        path: '/inboxes/:inboxId/links',
        summary: 'A link for the phone’s owner, good for 10 minutes and one browser, told this once',
        params,
        answer: madeConnectLink,
        status: 201,
      },
      async ({ scope, params: { inboxId } }) => {
        const inbox = requireInUse(await room.findInbox(scope, inboxId));
        if ((await statusNow({ sessions }, inbox)) === 'connected') {
          throw new Problem('conflict', 'The number is connected');
        }
        const token = newSecret();
        const now = clock.now();
        const row: ConnectLinkRow = {
          id: digest(token),
          organisation_id: scope.organisationId,
          inbox_id: inboxId,
          created_by: scope.agentId,
          created_at: now,
          expires_at: now + linkMs,
          browser: '',
          ended_at: 0,
          ended_by: '',
        };
        await insertConnectLink(db, row);
        return { ...toView(row), token, path: `/link#${token}` };
      },
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'delete',
        path: '/inboxes/:inboxId/links/:linkId',
        summary: 'Take a link back at once',
        params: z.object({ inboxId: idText, linkId: z.string().regex(/^[0-9a-f]{64}$/) }),
      },
      async ({ scope, params: { inboxId, linkId } }) => {
        await room.findInbox(scope, inboxId);
        const row = await findConnectLink(db, linkId);
        if (row?.inbox_id !== inboxId) throw new Problem('not-found');
        await endConnectLink(db, linkId, 'revoked', clock.now());
      },
    ),
    publicRoute(
      {
        method: 'post',
        path: '/link',
        summary:
          'What the phone’s owner sees; asked every 2 s. The first browser is told a secret and keeps the link',
        body: z.object({
          token: secret,
          browser: secret.optional().describe('as the first answer told it'),
          refresh: z.boolean().default(false).describe('the code is over: show a new one'),
        }),
        answer: linkView.extend({ browser: z.string().nullable() }),
        bodyLimit: 16 * 1024,
      },
      async ({ body, caller, request }) => {
        requireOwnPage(request, config.publicUrl);
        const row = await findConnectLink(db, digest(body.token));
        if (!row || row.expires_at <= clock.now() || row.ended_by === 'revoked') {
          throw new Problem('not-found');
        }
        let given: string | null = null;
        if (row.browser === '') {
          const browser = newSecret();
          await audited(row, 'link.open', caller.ip, async () => {
            if (!(await bindConnectLink(db, row.id, digest(browser)))) throw new Problem('not-found');
          });
          given = browser;
        } else if (body.browser === undefined || !sameSecret(digest(body.browser), row.browser)) {
          throw new Problem('not-found');
        }
        const inbox = await room.findInbox({ organisationId: row.organisation_id, agentId: 0 }, row.inbox_id);
        const seen = { inbox: inbox.name, expiresAt: row.expires_at, browser: given };
        // Once connected it shows nothing any more, whatever becomes of the number.
        if (row.ended_by === 'connected') return { ...seen, status: 'connected' as const, qr: null };
        const status = await statusNow({ sessions }, inbox);
        if (status === 'connected') {
          await audited(row, 'link.connected', caller.ip, async () => {
            const isFirst = await endConnectLink(db, row.id, 'connected', clock.now());
            if (!isFirst) throw new Problem('not-found');
          });
          return { ...seen, status, qr: null };
        }
        const isDown = status === 'disconnected' || status === 'failed';
        const code = status === 'qr' ? await sessions.pairing(inbox.id) : undefined;
        // Where a code to type is shown to somebody else, a QR code comes only when it is asked for.
        if ((isDown && given !== null) || ((isDown || code?.kind === 'code') && body.refresh)) {
          await sessions.link(inbox.id, { method: 'qr' });
          return { ...seen, status: 'starting' as const, qr: null };
        }
        return { ...seen, status, qr: code?.kind === 'qr' ? qrImage(code.value) : null };
      },
    ),
  ];
}
