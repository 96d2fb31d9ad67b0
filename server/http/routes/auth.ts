import { z } from 'zod';
import { csrfOf, lifetimes } from '../../access/index.ts';
import { signedIn, signIn, ticket } from '../../contract/api.ts';
import { Problem } from '../../contract/problem.ts';
import { clearSessionCookie, readToken, requireOwnPage, setSessionCookie } from '../identity.ts';
import type { HttpParts } from '../parts.ts';
import { publicRoute, signedInRoute, type Route } from '../route.ts';

const agentSessionView = z.object({
  id: z.string(),
  mode: z.enum(['cookie', 'bearer']),
  origin: z.string(),
  userAgent: z.string(),
  createdAt: z.number(),
  lastSeenAt: z.number(),
  expiresAt: z.number(),
  current: z.boolean(),
});

const password = z.object({
  current: z.string().min(1).max(1024),
  next: z.string().min(1).max(1024),
});

const cookieSeconds = lifetimes.absoluteMs / 1000;

/** Signing in and out, and what belongs to one's own sign-ins. */
export function authRoutes({ access, config, seal }: HttpParts): Route[] {
  return [
    publicRoute(
      {
        method: 'post',
        path: '/auth/sign-in',
        summary: 'Sign in with e-mail and password',
        body: signIn,
        answer: signedIn,
        bodyLimit: 16 * 1024,
      },
      async ({ body, caller, request, response }) => {
        if (body.mode === 'cookie') requireOwnPage(request, config.publicUrl);
        const { answer, token } = await access.signIn({
          ...body,
          seal,
          caller,
          originAllowed: async (organisationId) =>
            caller.origin === '' || access.originAllowed(caller.origin, { organisationId }),
        });
        // What the browser carried before is over: a planted cookie gains nothing.
        const before = readToken(request);
        const stale = before?.mode === 'cookie' ? await access.authenticate(before.token) : undefined;
        if (stale && body.mode === 'cookie') await access.sessions.end(stale.agentId, stale.agentSessionId);
        if (body.mode === 'cookie') setSessionCookie(response, token, cookieSeconds);
        return answer;
      },
    ),
    signedInRoute(
      'agent',
      { method: 'post', path: '/auth/sign-out', summary: 'End this sign-in; its sockets close' },
      async ({ principal, response }) => {
        await access.sessions.end(principal.agentId, principal.agentSessionId);
        if (principal.mode === 'cookie') clearSessionCookie(response);
      },
    ),
    signedInRoute(
      'agent',
      { method: 'get', path: '/auth/me', summary: 'Who is signed in', answer: signedIn },
      async ({ principal, token }) => ({
        ...(await access.describe(principal)),
        token: null,
        csrf: principal.mode === 'cookie' ? csrfOf(token) : null,
      }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/auth/ticket',
        summary: 'One-time ticket for a socket, good for 60 s',
        answer: ticket,
      },
      ({ principal }) => access.issueTicket(principal),
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/auth/sessions',
        summary: 'One’s own sign-ins',
        answer: z.object({ list: z.array(agentSessionView) }),
      },
      async ({ principal }) => {
        const rows = await access.sessions.list(principal.agentId);
        return {
          list: rows.map((row) => ({
            id: row.id,
            mode: row.mode,
            origin: row.origin,
            userAgent: row.user_agent,
            createdAt: row.created_at,
            lastSeenAt: row.last_seen_at,
            expiresAt: row.expires_at,
            current: row.id === principal.agentSessionId,
          })),
        };
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'delete',
        path: '/auth/sessions/:agentSessionId',
        summary: 'End one of one’s own sign-ins',
        params: z.object({ agentSessionId: z.string().regex(/^[0-9a-f]{64}$/) }),
      },
      async ({ principal, params }) => {
        if (!(await access.sessions.end(principal.agentId, params.agentSessionId))) {
          throw new Problem('not-found');
        }
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/auth/password',
        summary: 'Change one’s password: ends every sign-in and begins a new one',
        body: password,
        answer: signedIn,
        bodyLimit: 16 * 1024,
      },
      async ({ principal, body, caller, response }) => {
        const { answer, token } = await access.changePassword(principal, { ...body, caller });
        if (principal.mode === 'cookie') setSessionCookie(response, token, cookieSeconds);
        return answer;
      },
    ),
  ];
}
