import { z } from 'zod';
import { linkSession } from '../../contract/api.ts';
import { Problem } from '../../contract/problem.ts';
import {
  sessionAction,
  sessionCode,
  sessionEventKind,
  sessionState,
  statusOf,
} from '../../contract/session-state.ts';
import { pairing, session } from '../../contract/wire.ts';
import { sendRules } from '../../session/sessions.ts';
import { activityOf } from '../../../db/query/figures.ts';
import { listSessionLog } from '../../../db/query/session-log.ts';
import { healthOf, poolFigures, poolFiguresOf, sessionHealth } from '../session-figures.ts';
import type { HttpParts } from '../parts.ts';
import { readPhone } from '../phone.ts';
import { idText, limitText, signedInRoute, type Route } from '../route.ts';

const sendLimits = z.object({
  rules: sendRules,
  sentThisMinute: z.int(),
  newContactsToday: z.int(),
  newContactsCap: z.int(),
  reached: z.enum(['per-minute', 'new-contacts']).nullable(),
  retryAt: z.number().nullable(),
});
const params = z.object({ inboxId: idText });
const sessionLog = z.object({
  list: z.array(
    z.object({
      id: z.int(),
      at: z.number(),
      state: sessionState,
      code: sessionCode,
      action: sessionAction,
      /** WhatsApp’s own number for the trouble: 401, 408, 428, 440, …; null where it has none. */
      status: z.int().nullable(),
      detail: z.string(),
      lastedMs: z.number(),
      event: sessionEventKind,
      number: z.string(),
      engine: z.string(),
      engineVersion: z.string(),
      /** Since it last connected. */
      connectedMs: z.number().nullable(),
      lastAction: z.string(),
      lastActionAt: z.number().nullable(),
    }),
  ),
});

/** The live link of an Inbox: its state, linking, stopping, unlinking. */
export function sessionRoutes({ chat: room, sessions, db, clock }: HttpParts): Route[] {
  return [
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/inboxes/:inboxId/session',
        summary: 'State of the Session',
        params,
        answer: session,
      },
      async ({ scope, params: { inboxId } }) => (await room.findInbox(scope, inboxId)).session,
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'get',
        path: '/inboxes/:inboxId/session/pairing',
        summary: 'The code to be shown now; 404 when there is none',
        params,
        answer: pairing,
      },
      async ({ scope, params: { inboxId } }) => {
        await room.findInbox(scope, inboxId);
        const code = await sessions.pairing(inboxId);
        if (!code) throw new Problem('not-found');
        return code;
      },
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'post',
        path: '/inboxes/:inboxId/session/link',
        summary: 'Start linking by QR or pairing code; the code follows in the Session',
        params,
        body: linkSession,
        status: 202,
      },
      async ({ scope, params: { inboxId }, body }) => {
        const { session: current } = await room.findInbox(scope, inboxId);
        if (!current.capabilities.pairing.includes(body.method)) throw new Problem('not-supported');
        await sessions.link(
          inboxId,
          body.method === 'code' ? { ...body, phone: await readPhone(body.phone) } : body,
        );
      },
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'post',
        path: '/inboxes/:inboxId/session/stop',
        summary: 'End the live link, keep the credentials',
        params,
        status: 202,
      },
      async ({ scope, params: { inboxId } }) => {
        await room.findInbox(scope, inboxId);
        await sessions.stop(inboxId);
      },
    ),
    signedInRoute(
      'supervisor',
      {
        method: 'post',
        path: '/inboxes/:inboxId/session/restart',
        summary:
          'End the live link and begin it afresh, as one act; 409 `not-linked` where no phone is linked',
        params,
        status: 202,
      },
      async ({ scope, params: { inboxId } }) => {
        await room.findInbox(scope, inboxId);
        await sessions.restart(inboxId);
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/inboxes/:inboxId/session/unlink',
        summary: 'Unlink the device on WhatsApp; the history stays',
        params,
        status: 202,
      },
      async ({ scope, params: { inboxId } }) => {
        await room.findInbox(scope, inboxId);
        await sessions.unlink(inboxId);
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/inboxes/:inboxId/session/engine',
        summary: 'Another engine runs the Inbox from now on; the history stays, link it afterwards',
        params,
        body: z.object({ engine: z.string().max(40) }),
        status: 202,
      },
      async ({ scope, params: { inboxId }, body }) => {
        await room.findInbox(scope, inboxId);
        await sessions.useEngine(inboxId, body.engine);
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/inboxes/:inboxId/session/health',
        summary: 'How the Session is at this moment: looks, breaker, memory, counts',
        params,
        answer: sessionHealth,
      },
      async ({ scope, params: { inboxId } }) => {
        const { session: current } = await room.findInbox(scope, inboxId);
        return healthOf(current, sessions.health(inboxId), sessions.figures().get(inboxId));
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/inboxes/:inboxId/session/limits',
        summary: 'What the number may send, what of it is used, and when a limit that is reached ends',
        params,
        answer: sendLimits,
      },
      async ({ scope, params: { inboxId } }) => {
        await room.findInbox(scope, inboxId);
        return sessions.limits(inboxId);
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'put',
        path: '/inboxes/:inboxId/session/limits',
        summary: 'Change what the number may send',
        params,
        body: sendRules,
        answer: sendLimits,
      },
      async ({ scope, params: { inboxId }, body }) => {
        await room.findInbox(scope, inboxId);
        await sessions.setLimits(inboxId, body);
        return sessions.limits(inboxId);
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/sessions/activity',
        summary: 'When each Inbox had its last Message, and how many since the moment given, else in a day',
        query: z.object({ since: z.coerce.number().int().nonnegative().optional() }),
        answer: z.object({
          list: z.array(z.object({ inboxId: z.int(), lastAt: z.number(), messages: z.int() })),
        }),
      },
      async ({ scope, query: { since } }) => {
        const ids = (await room.listInboxes(scope)).map(({ id }) => id);
        return { list: await activityOf(db, ids, since ?? clock.now() - 86_400_000) };
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/sessions/figures',
        summary: 'What the Sessions of the organisation have done since the server began',
        answer: poolFigures,
      },
      async ({ scope }) => poolFiguresOf(await room.listInboxes(scope), sessions.figures()),
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/inboxes/:inboxId/session/events',
        summary: 'Why and when the Session changed, newest first',
        params,
        query: z.object({ before: idText.optional(), limit: limitText.optional() }),
        answer: sessionLog,
      },
      async ({ scope, params: { inboxId }, query }) => {
        await room.findInbox(scope, inboxId);
        const rows = await listSessionLog(db, inboxId, { before: query.before, limit: query.limit ?? 50 });
        return { list: rows.map((row) => ({ ...row, status: statusOf(row.code) ?? null })) };
      },
    ),
  ];
}
