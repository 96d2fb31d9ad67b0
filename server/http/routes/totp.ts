import { z } from 'zod';
import type { HttpParts } from '../parts.ts';
import { idText, signedInRoute, type Route } from '../route.ts';

const password = z.object({ password: z.string().min(1).max(1024) });

/** One's own second factor: an authenticator app. */
export function totpRoutes({ access, seal }: HttpParts): Route[] {
  return [
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/auth/totp',
        summary: 'Whether a code is asked for at sign-in',
        answer: z.object({ enabled: z.boolean(), recoveryLeft: z.int() }),
      },
      ({ principal }) => access.totpState(principal.agentId),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/auth/totp',
        summary: 'A secret for an authenticator app, told this once; it counts when confirmed',
        body: password,
        answer: z.object({ secret: z.string(), uri: z.string() }),
        bodyLimit: 16 * 1024,
      },
      ({ principal, body, caller }) => access.enrolTotp(seal, principal, { ...body, ip: caller.ip }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/auth/totp/confirm',
        summary: 'Prove that the app has it; the recovery codes are told this once',
        body: z.object({ code: z.string().regex(/^\d{6}$/) }),
        answer: z.object({ recoveryCodes: z.array(z.string()) }),
      },
      ({ principal, body, caller }) => access.confirmTotp(seal, principal, { ...body, ip: caller.ip }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/auth/totp/disable',
        summary: 'Ask for no code any more',
        body: password,
        bodyLimit: 16 * 1024,
      },
      ({ principal, body, caller }) => access.disableTotp(principal, { ...body, ip: caller.ip }),
    ),
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/agents/:agentId/totp',
        summary: 'Whether an Agent has a second factor',
        params: z.object({ agentId: idText }),
        answer: z.object({ enabled: z.boolean(), recoveryLeft: z.int() }),
      },
      ({ principal, params }) => access.totpStateOf(principal.organisationId, params.agentId),
    ),
    signedInRoute(
      'admin',
      {
        method: 'delete',
        path: '/agents/:agentId/totp',
        summary: 'Take the second factor off an Agent who has lost it',
        params: z.object({ agentId: idText }),
      },
      ({ principal, params }) => access.resetTotp(principal.organisationId, params.agentId),
    ),
  ];
}
