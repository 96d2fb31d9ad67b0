import { z } from 'zod';
import { inboxAgents } from '../../contract/access.ts';
import type { HttpParts } from '../parts.ts';
import { idText, signedInRoute, type Route } from '../route.ts';

const path = '/inboxes/:inboxId/agents';
const params = z.object({ inboxId: idText });

/** Which Agents may see an Inbox. */
export function inboxAgentRoutes({ access }: HttpParts): Route[] {
  return [
    signedInRoute(
      'supervisor',
      { method: 'get', path, summary: 'Who may see the Inbox', params, answer: inboxAgents },
      ({ scope, params: { inboxId } }) => access.inboxAgents(scope.organisationId, inboxId),
    ),
    signedInRoute(
      'admin',
      {
        method: 'put',
        path,
        summary: 'Say who may see the Inbox; what is taken away is gone at once, open sockets included',
        params,
        body: inboxAgents,
        answer: inboxAgents,
      },
      ({ scope, params: { inboxId }, body }) => access.setInboxAgents(scope.organisationId, inboxId, body),
    ),
  ];
}
