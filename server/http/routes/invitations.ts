import { z } from 'zod';
import { lifetimes } from '../../access/index.ts';
import { signedIn } from '../../contract/api.ts';
import { invitationView, madeInvitation, newInvitation, role } from '../../contract/access.ts';
import { Problem } from '../../contract/problem.ts';
import { requireOwnPage, setSessionCookie } from '../identity.ts';
import type { HttpParts } from '../parts.ts';
import { idText, publicRoute, signedInRoute, type Route } from '../route.ts';

const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const agentSession = z.object({
  id: z.string(),
  mode: z.enum(['cookie', 'bearer']),
  origin: z.string(),
  userAgent: z.string(),
  createdAt: z.number(),
  lastSeenAt: z.number(),
  expiresAt: z.number(),
});

/** People who join by a one-time link, and the sign-ins of those who are in. */
export function invitationRoutes({ access, config }: HttpParts): Route[] {
  return [
    publicRoute(
      {
        method: 'post',
        path: '/auth/invitation',
        summary: 'What an invitation is to; its token in the body, so that no log sees it',
        body: z.object({ token }),
        answer: z.object({
          email: z.string(),
          name: z.string(),
          role,
          organisation: z.string(),
          expiresAt: z.number(),
        }),
        bodyLimit: 16 * 1024,
      },
      ({ body, request }) => {
        requireOwnPage(request, config.publicUrl);
        return access.readInvitation(body.token);
      },
    ),
    publicRoute(
      {
        method: 'post',
        path: '/auth/invitation/accept',
        summary: 'Choose name and password, and be signed in',
        body: z.object({
          token,
          name: z.string().trim().min(1).max(120),
          password: z.string().min(1).max(1024),
          locale: z
            .string()
            .regex(/^[a-z]{2}(-[A-Z]{2})?$/)
            .optional(),
          mode: z.enum(['cookie', 'bearer']).default('cookie'),
        }),
        answer: signedIn,
        bodyLimit: 16 * 1024,
      },
      async ({ body, caller, request, response }) => {
        requireOwnPage(request, config.publicUrl);
        const { email } = await access.acceptInvitation({ ...body, ip: caller.ip });
        const { password, mode } = body;
        const made = await access.signIn({ email, password, mode, caller, originAllowed: async () => true });
        if (mode === 'cookie') setSessionCookie(response, made.token, lifetimes.absoluteMs / 1000);
        return made.answer;
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/invitations',
        summary: 'Invitations, newest first',
        answer: z.object({ list: z.array(invitationView) }),
      },
      async ({ principal }) => ({ list: await access.listInvitations(principal.organisationId) }),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/invitations',
        summary: 'Invite somebody: a one-time link, good for 72 hours, told this once',
        body: newInvitation,
        answer: madeInvitation,
        status: 201,
      },
      async ({ principal, body }) => {
        const made = await access.invite(principal.organisationId, { ...body, createdBy: principal.agentId });
        return { ...made, path: `/admin#invitation=${made.token}` };
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'delete',
        path: '/invitations/:invitationId',
        summary: 'Take an invitation back',
        params: z.object({ invitationId: hash }),
      },
      ({ principal, params }) => access.revokeInvitation(principal.organisationId, params.invitationId),
    ),
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/agents/:agentId/sessions',
        summary: 'Sign-ins of an Agent',
        params: z.object({ agentId: idText }),
        answer: z.object({ list: z.array(agentSession) }),
      },
      async ({ principal, params: { agentId } }) => {
        await access.requireAgent(principal.organisationId, agentId);
        const rows = await access.sessions.list(agentId);
        return {
          list: rows.map((row) => ({
            id: row.id,
            mode: row.mode,
            origin: row.origin,
            userAgent: row.user_agent,
            createdAt: row.created_at,
            lastSeenAt: row.last_seen_at,
            expiresAt: row.expires_at,
          })),
        };
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'delete',
        path: '/agents/:agentId/sessions/:agentSessionId',
        summary: 'End a sign-in of an Agent; its sockets close',
        params: z.object({ agentId: idText, agentSessionId: hash }),
      },
      async ({ principal, params: { agentId, agentSessionId } }) => {
        await access.requireAgent(principal.organisationId, agentId);
        if (!(await access.sessions.end(agentId, agentSessionId))) throw new Problem('not-found');
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'delete',
        path: '/agents/:agentId/sessions',
        summary: 'End all sign-ins of an Agent',
        params: z.object({ agentId: idText }),
      },
      ({ principal, params: { agentId } }) => access.endAllSignIns(principal.organisationId, agentId),
    ),
  ];
}
