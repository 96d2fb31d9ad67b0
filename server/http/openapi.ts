import { z } from 'zod';
import { messageNews, outgoingEvent, outgoingTypes, sessionNews, testNews } from '../contract/outgoing.ts';
import { problems } from '../contract/problem.ts';
import { mayBeAbsent, type Route } from './route.ts';

type Json = { [key: string]: unknown };

/** The OpenAPI 3.1 document, made from the route table; and the doors of the webhook room, which stand in front of it. */
export function openApi(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = `/api/v1${route.path.replaceAll(/:(\w+)/g, '{$1}')}`;
    (paths[path] ??= {})[route.method] = operation(route);
  }
  Object.assign(paths, webhookDoors());
  return {
    openapi: '3.1.0',
    info: { title: 'Chatdock', version: '1', description: 'WhatsApp inside the CRM.' },
    paths,
    webhooks: webhooks(),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: '__Host-chatdock' },
      },
      responses: {
        problem: {
          description: 'An expected refusal, or a fault with nothing but its correlation id',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code', 'correlationId'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string', enum: Object.keys(problems) },
            detail: { type: 'string' },
            correlationId: { type: 'string' },
          },
        },
      },
    },
  };
}

/** Where other servers post what happens on their numbers: not a sign-in but their key proves them. */
function webhookDoors(): Record<string, Json> {
  const door = (operationId: string, summary: string, names: readonly string[]): Json => ({
    post: {
      operationId,
      summary,
      description:
        '`waha`: X-Webhook-Hmac, HMAC-SHA512 of the bytes. `wwebjs-api`: x-api-key. The secret is that of POST /api/v1/inboxes/{inboxId}/webhooks. 200 after the commit; 503 with Retry-After: post it again',
      security: [],
      parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
      responses: {
        '200': {
          description: 'Stored, or nothing to store',
          content: {
            'application/json': { schema: { type: 'object', properties: { success: { const: true } } } },
          },
        },
        default: { $ref: '#/components/responses/problem' },
      },
    },
  });
  return {
    '/webhook/{dialect}/{session}': door('postWebhook', 'A delivery of a foreign WhatsApp server', [
      'dialect',
      'session',
    ]),
    '/api/v1/WhatsApp/action/webhook': door(
      'postWhatsAppActionWebhook',
      'The same; its format and session are read from the body',
      [],
    ),
  };
}

/** What Endpoints are posted, by type. */
function webhooks(): Json {
  return Object.fromEntries(
    Object.entries(outgoingTypes).map(([type, description]) => {
      const data = type.startsWith('message.')
        ? messageNews
        : type === 'session.state'
          ? sessionNews
          : testNews;
      const body = outgoingEvent.extend({ type: z.literal(type), data });
      const post = {
        summary: description,
        description:
          'Signed as Standard Webhooks says (webhook-id, webhook-timestamp, webhook-signature); posted again until answered with 2xx',
        requestBody: { required: true, content: { 'application/json': { schema: schema(body, 'output') } } },
        responses: { '2XX': { description: 'Taken' }, '410': { description: 'Never again' } },
      };
      return [type, { post }];
    }),
  );
}

function operation(route: Route): Json {
  return {
    operationId: `${route.method}${route.path.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    summary: route.summary,
    ...(route.who === 'public' ? { security: [] } : { security: [{ bearer: [] }, { cookie: [] }] }),
    'x-role': route.who,
    ...(route.key && { 'x-key-scope': route.key }),
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(route.body && {
      requestBody: {
        required: !mayBeAbsent(route.body),
        content: { 'application/json': { schema: schema(route.body, 'input') } },
      },
    }),
    ...(route.takesFile && {
      requestBody: {
        required: true,
        content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
      },
    }),
    responses: {
      [route.status]: route.answer
        ? { description: 'Done', content: { 'application/json': { schema: schema(route.answer, 'output') } } }
        : {
            description: 'Done',
            ...(route.files.length > 0 && {
              content: Object.fromEntries(
                route.files.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
              ),
            }),
          },
      default: { $ref: '#/components/responses/problem' },
    },
  };
}

function parameters(type: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!type) return [];
  const object = schema(type, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(object.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (object.required?.includes(name) ?? false),
    schema: property,
  }));
}

function schema(type: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(type, { io, unrepresentable: 'any' }) as Json;
  return rest;
}
