import { z } from 'zod';
import { backfillBounds, backfillProgress } from '../../contract/api.ts';
import { Problem } from '../../contract/problem.ts';
import type { HttpParts } from '../parts.ts';
import { idText, signedInRoute, type Route } from '../route.ts';

const params = z.object({ inboxId: idText });
const path = '/inboxes/:inboxId/backfill';

/** Pulling the history of a whole Inbox from the phone, beside everything else. */
export function backfillRoutes({ chat: room, sessions }: HttpParts): Route[] {
  return [
    signedInRoute(
      'agent',
      {
        method: 'get',
        path,
        summary: 'How far the pull of the history is',
        params,
        answer: backfillProgress,
      },
      async ({ scope, params: { inboxId } }) => {
        await room.findInbox(scope, inboxId);
        return sessions.backfillProgress(inboxId);
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path,
        summary: 'Pull the history, newest Chats first; goes on after a restart',
        params,
        body: backfillBounds,
        answer: backfillProgress,
        status: 202,
      },
      async ({ scope, params: { inboxId }, body }) => {
        const { session } = await room.findInbox(scope, inboxId);
        if (!session.capabilities.history) throw new Problem('not-supported');
        await sessions.startBackfill(inboxId, body);
        return sessions.backfillProgress(inboxId);
      },
    ),
    signedInRoute(
      'admin',
      { method: 'delete', path, summary: 'Stop pulling; what has come stays', params },
      async ({ scope, params: { inboxId } }) => {
        await room.findInbox(scope, inboxId);
        await sessions.stopBackfill(inboxId);
      },
    ),
  ];
}
