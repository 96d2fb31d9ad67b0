import { z } from 'zod';
import { endpoint, endpointDelivery, outgoingType } from '../../contract/outgoing.ts';
import { Problem } from '../../contract/problem.ts';
import type { HttpParts } from '../parts.ts';
import { idText, limitText, signedInRoute, type Route } from '../route.ts';

const params = z.object({ endpointId: idText });
const types = z.array(outgoingType.exclude(['endpoint.test'])).max(20);
const newEndpoint = z.object({
  url: z
    .string()
    .max(2_000)
    .describe('https; http and private networks only where the operator vouches for it'),
  description: z.string().max(200).default(''),
  format: z
    .enum(['chatdock', 'waha'])
    .default('chatdock')
    .describe('waha: the envelope of a WAHA server, for receivers written for one'),
  events: types.default([]).describe('[] = all'),
  inboxIds: z.array(z.int().positive()).max(1_000).nullable().default(null).describe('null = all'),
});
const change = z
  .object({
    url: newEndpoint.shape.url,
    description: z.string().max(200),
    format: z.enum(['chatdock', 'waha']),
    events: types,
    inboxIds: z.array(z.int().positive()).max(1_000).nullable(),
    on: z.boolean().describe('true also after `gone` and `failing`'),
  })
  .partial();

/** Outgoing webhooks: servers of others that are told what happens. Admins only. */
export function endpointRoutes({ endpoints }: HttpParts): Route[] {
  const path = (rest = ''): string => `/organisation/endpoints/:endpointId${rest}`;
  return [
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: '/organisation/endpoints',
        summary: 'Servers that are told what happens (outgoing webhooks)',
        answer: z.object({ list: z.array(endpoint) }),
      },
      async ({ scope }) => ({ list: await endpoints.list(scope.organisationId) }),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: '/organisation/endpoints',
        summary: 'Have a server told; the answer shows the secret it verifies with (Standard Webhooks), once',
        body: newEndpoint,
        answer: endpoint.extend({ secret: z.string() }),
        status: 201,
      },
      async ({ scope, body }) => {
        const made = await endpoints.create(scope.organisationId, body);
        return { ...made.endpoint, secret: made.secret };
      },
    ),
    signedInRoute(
      'admin',
      { method: 'get', path: path(), summary: 'One of them', params, answer: endpoint },
      async ({ scope, params: { endpointId } }) => endpoints.one(scope.organisationId, endpointId),
    ),
    signedInRoute(
      'admin',
      {
        method: 'patch',
        path: path(),
        summary: 'Change it, switch it off or on again',
        params,
        body: change,
        answer: endpoint,
      },
      async ({ scope, params: { endpointId }, body }) => {
        const { url, description, format, events, inboxIds, on } = body;
        return endpoints.change(scope.organisationId, endpointId, {
          ...(url !== undefined && { url }),
          ...(description !== undefined && { description }),
          ...(format !== undefined && { format }),
          ...(events !== undefined && { events }),
          ...(inboxIds !== undefined && { inboxIds }),
          on,
        });
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'delete',
        path: path(),
        summary: 'Tell it nothing any more; what waited for it is forgotten',
        params,
      },
      async ({ scope, params: { endpointId } }) => endpoints.remove(scope.organisationId, endpointId),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: path('/rotate'),
        summary: 'A new secret, shown once; for a day both sign',
        params,
        answer: z.object({ secret: z.string(), previousUntil: z.number() }),
      },
      async ({ scope, params: { endpointId } }) => endpoints.rotate(scope.organisationId, endpointId),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: path('/test'),
        summary: 'Post an `endpoint.test` now and say what came of it',
        params,
        answer: z.object({
          ok: z.boolean(),
          status: z.int().nullable(),
          error: z.string().nullable(),
          ms: z.number(),
          excerpt: z.string(),
        }),
      },
      async ({ scope, params: { endpointId } }) => {
        const posted = await endpoints.test(scope.organisationId, endpointId);
        if (!posted) throw new Problem('not-found');
        const { status, error, ms, excerpt } = posted;
        return { ok: error === undefined, status, error: error ?? null, ms, excerpt };
      },
    ),
    signedInRoute(
      'admin',
      {
        method: 'get',
        path: path('/deliveries'),
        summary: 'What it was told, newest first, with every try; `state=dead`: what was given up',
        params,
        query: z.object({
          state: z.enum(['queued', 'delivered', 'dead']).optional(),
          before: idText.optional(),
          limit: limitText.optional(),
        }),
        answer: z.object({ list: z.array(endpointDelivery) }),
      },
      async ({ scope, params: { endpointId }, query }) => ({
        list: await endpoints.deliveries(scope.organisationId, endpointId, {
          state: query.state,
          before: query.before,
          limit: query.limit ?? 50,
        }),
      }),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: path('/deliveries/:endpointDeliveryId/replay'),
        summary: 'Tell this once more, under the same webhook-id',
        params: params.extend({ endpointDeliveryId: idText }),
      },
      async ({ scope, params: { endpointId, endpointDeliveryId } }) =>
        endpoints.replayOne(scope.organisationId, endpointId, endpointDeliveryId),
    ),
    signedInRoute(
      'admin',
      {
        method: 'post',
        path: path('/replay'),
        summary: 'Tell again what was given up since then, or everything; two weeks back at most',
        params,
        body: z.object({ since: z.number().nonnegative(), everything: z.boolean().default(false) }),
        answer: z.object({ count: z.int() }),
      },
      async ({ scope, params: { endpointId }, body }) => ({
        count: await endpoints.replay(scope.organisationId, endpointId, body),
      }),
    ),
  ];
}
