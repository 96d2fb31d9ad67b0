import { z } from 'zod';
import { changes } from '../../contract/wire.ts';
import { readChanges, sinceText, type ChangesParts } from '../changes.ts';
import { signedInRoute, type Route } from '../route.ts';

/** The polling door, as Express serves it; GETs usually end in the fast handler before (see fast-changes.ts). */
export function changeRoutes(parts: ChangesParts): Route[] {
  return [
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/changes',
        summary:
          'Rows changed since the cursors given, by Inbox; 204 when nothing is new. Where `reset`, what was read before is to be dropped',
        query: z.object({ since: sinceText }),
        answer: z.object({ inboxes: z.array(changes) }),
      },
      async ({ scope, query, response }) => {
        const answer = await readChanges(parts, scope, query.since);
        if (!answer) response.statusCode = 204;
        return answer as NonNullable<typeof answer>;
      },
    ),
  ];
}
