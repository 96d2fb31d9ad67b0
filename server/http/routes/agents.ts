import { z } from 'zod';
import { lastSeenOfAgents } from '../../../db/query/agent.ts';
import { role } from '../../contract/access.ts';
import { agent } from '../../contract/wire.ts';
import { mostOrigins } from '../../access/origins.ts';
import type { HttpParts } from '../parts.ts';
import { idText, signedInRoute, type Route } from '../route.ts';

const name = z.string().trim().min(1).max(120);
const locale = z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/);
const password = z.string().min(1).max(1024);

const newAgent = z.object({
  email: z.email().max(254),
  name,
  role: role.default('agent'),
  password,
  locale: locale.optional(),
});
const agentChange = z.object({
  name: name.optional(),
  role: role.optional(),
  disabled: z.boolean().optional(),
  password: password.optional(),
  locale: locale.optional(),
});
/** While a widget or our page is open somewhere, this is at most about two minutes old. */
const seenAgent = agent.extend({
  lastSeenAt: z.number().describe('the last sign of life of their newest sign-in, ms; 0: none is open'),
});
const origins = z.object({ list: z.array(z.string().max(200)).max(mostOrigins) });

/** The people of an Organisation and the pages they may work from. */
export function agentRoutes({ access, db }: HttpParts): Route[] {
  return [
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/agents',
        summary: 'Agents of the Organisation',
        answer: z.object({ list: z.array(seenAgent) }),
      },
      async ({ principal: { organisationId } }) => {
        const [list, seen] = await Promise.all([
          access.listAgents(organisationId),
          lastSeenOfAgents(db, organisationId),
        ]);
        return { list: list.map((one) => ({ ...one, lastSeenAt: seen.get(one.id) ?? 0 })) };
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/agents',
        summary: 'Make an Agent',
        body: newAgent,
        answer: agent,
        status: 201,
      },
      ({ principal, body }) => access.createAgent(principal.organisationId, body),
    ),
    signedInRoute(
      'admin',
      {
        method: 'patch',
        path: '/agents/:agentId',
        summary: 'Change an Agent; disabling, another role or password end its sign-ins',
        params: z.object({ agentId: idText }),
        body: agentChange,
        answer: agent,
      },
      ({ principal, params, body }) => access.changeAgent(principal.organisationId, params.agentId, body),
    ),
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/organisation/origins',
        summary: 'Page origins that may embed the widget',
        answer: origins,
      },
      async ({ principal }) => ({ list: await access.origins.list(principal.organisationId) }),
    ),
    signedInRoute(
      'admin',
      {
        method: 'put',
        path: '/organisation/origins',
        summary: 'Replace the list of page origins',
        body: origins,
        answer: origins,
      },
      async ({ principal, body }) => ({
        list: await access.origins.replace(principal.organisationId, body.list),
      }),
    ),
  ];
}
