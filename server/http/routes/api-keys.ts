import { z } from 'zod';
import { apiKeyView, madeApiKey, newApiKey } from '../../contract/access.ts';
import type { HttpParts } from '../parts.ts';
import { idText, signedInRoute, type Route } from '../route.ts';

/** Keys with which other backends call us. */
export function apiKeyRoutes({ access }: HttpParts): Route[] {
  return [
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/api-keys',
        summary: 'API keys of the Organisation, newest first, also those revoked',
        answer: z.object({ list: z.array(apiKeyView) }),
      },
      async ({ principal }) => ({ list: await access.keys.list(principal.organisationId) }),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/api-keys',
        summary: 'Make an API key; its text is told this once',
        body: newApiKey,
        answer: madeApiKey,
        status: 201,
      },
      ({ principal, body }) =>
        access.keys.create(principal.organisationId, { ...body, createdBy: principal.agentId }),
    ),
    signedInRoute(
      'admin',
      {
        method: 'delete',
        path: '/api-keys/:apiKeyId',
        summary: 'Revoke a key, at once and for good',
        params: z.object({ apiKeyId: idText }),
      },
      ({ principal, params }) => access.keys.revoke(principal.organisationId, params.apiKeyId),
    ),
  ];
}
