import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Caller } from '../../access/index.ts';
import { signedIn } from '../../contract/api.ts';
import { framedBy } from '../identity.ts';
import type { HttpParts } from '../parts.ts';
import { idText, publicRoute, signedInRoute, type Route } from '../route.ts';

const token = z.object({ token: z.string().min(1).max(4_096) });
const publicKey = z.string().min(1).max(8_000);
const newKey = z.object({
  name: z.string().trim().min(1).max(80).default('CRM'),
  algorithm: z.enum(['HS256', 'RS256']).default('HS256'),
  issuer: z.string().trim().min(1).max(200).default('crm'),
  makesAgents: z.boolean().default(false).describe('an Agent nobody knows yet is made, role `agent`'),
  publicKey: publicKey.optional().describe('RS256: PEM or JWK'),
});
const keyView = z.object({
  id: z.int(),
  kid: z.string(),
  name: z.string(),
  algorithm: z.enum(['HS256', 'RS256']),
  issuer: z.string(),
  makesAgents: z.boolean(),
  createdAt: z.number(),
  lastUsedAt: z.number(),
  endsAt: z.number().describe('ms; 0 = until revoked'),
});
const madeKey = keyView.extend({ secret: z.string().nullable().describe('HS256: told this once') });
const expiresAt = z.number().describe('ms');
const keyParams = z.object({ embedKeyId: idText });

/** Agents that a host page vouches for with a short-lived token, and the keys it signs with. */
export function embedRoutes({ access, seal }: HttpParts): Route[] {
  const embedded = access.embedded(seal);
  const from = (request: IncomingMessage, caller: Caller) => ({
    caller,
    pageOrigin: framedBy(request) ?? request.headers.origin,
    originAllowed: async (organisationId: number) =>
      caller.origin === '' || access.originAllowed(caller.origin, { organisationId }),
  });
  return [
    publicRoute(
      {
        method: 'post',
        path: '/auth/embed',
        summary: 'Sign in with a token of the host page (JWT, HS256 or RS256, at most 15 minutes)',
        body: token,
        answer: signedIn.extend({ expiresAt }),
        bodyLimit: 16 * 1024,
      },
      ({ body, caller, request }) => embedded.signIn({ token: body.token, ...from(request, caller) }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/auth/embed/renew',
        summary: 'The same sign-in lasts longer, with a new token of the host page',
        body: token,
        answer: z.object({ expiresAt }),
        bodyLimit: 16 * 1024,
      },
      ({ body, caller, request, principal }) =>
        embedded.renew(principal, { token: body.token, ...from(request, caller) }),
    ),
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/organisation/embed-keys',
        summary: 'Keys with which host pages vouch for Agents',
        answer: z.object({ list: z.array(keyView) }),
      },
      async ({ principal }) => ({ list: await embedded.listKeys(principal.organisationId) }),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/organisation/embed-keys',
        summary: 'Make a key; an HS256 secret is told this once',
        body: newKey,
        answer: madeKey,
        status: 201,
      },
      ({ principal, body }) => embedded.createKey(principal.organisationId, body),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/organisation/embed-keys/:embedKeyId/rotate',
        summary: 'Make a successor; the old key stays good for a day',
        params: keyParams,
        body: z.object({ publicKey: publicKey.optional() }),
        answer: madeKey,
        status: 201,
      },
      ({ principal, params, body }) =>
        embedded.rotateKey(principal.organisationId, params.embedKeyId, body.publicKey),
    ),
    signedInRoute(
      'admin',
      {
        method: 'delete',
        path: '/organisation/embed-keys/:embedKeyId',
        summary: 'Revoke a key at once; every sign-in it has opened ends',
        params: keyParams,
      },
      ({ principal, params }) => embedded.revokeKey(principal.organisationId, params.embedKeyId),
    ),
  ];
}
