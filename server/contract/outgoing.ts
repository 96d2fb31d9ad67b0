import { z } from 'zod';
import { removalMode } from './removal.ts';
import { chat, message } from './wire.ts';
import { sessionAction, sessionCode, sessionState } from './session-state.ts';

/** What an Endpoint can be told of. Closed list; a new type is a new row here and reaches nobody who has chosen types. */
export const outgoingTypes = {
  'message.received': 'Somebody wrote',
  'message.sent': 'WhatsApp took a Message of ours, written here or on the phone',
  'message.failed': 'A Message was not sent, or may not have been (`delivery`: failed, uncertain)',
  'message.ack': 'A Message of ours got further: device, read, played',
  'message.edited': 'A Message has another text',
  'message.revoked': 'A Message was taken back',
  'message.reaction': 'The reactions of a Message have changed',
  'message.updated': 'Something else of a Message has changed: its file, its votes, its star',
  'message.removed': 'A Message told of before turned out to be another one (`mergedInto`)',
  'session.state': 'The number was connected, lost, logged out …',
  'inbox.removed': 'A number was taken out of use: archived, or deleted with all that was written',
  'inbox.restored': 'An archived number is in use again; its phone has yet to be linked',
  'endpoint.test': 'Somebody pressed the test button',
} as const;
export type OutgoingType = keyof typeof outgoingTypes;
export const outgoingType = z.enum(Object.keys(outgoingTypes) as [OutgoingType, ...OutgoingType[]]);

const inbox = z.object({ id: z.int(), name: z.string() });

export const messageNews = z.object({
  inbox,
  chat: chat.pick({ id: true, kind: true, name: true, phone: true }).extend({
    address: z.string().nullable().describe('as WhatsApp names it: 15551230001@c.us, …@g.us, …@lid'),
  }),
  message,
  history: z.boolean().describe('heard of from the phone’s history: it had been lost on its way'),
});
export const sessionNews = z.object({
  inbox,
  session: z.object({
    state: sessionState,
    code: sessionCode,
    action: sessionAction,
    since: z.number(),
    lastedMs: z.number().describe('how long the state before had lasted'),
  }),
});
export const removalNews = z.object({
  inbox,
  removal: z.object({
    mode: removalMode.describe('keep: what was written can still be read. delete: it is deleted'),
  }),
});
export const restorationNews = z.object({
  inbox,
  restoration: z.object({ engine: z.string().describe('none: it lives on webhooks') }),
});
export const testNews = z.object({ endpoint: z.object({ id: z.int() }) });

/** The body of a POST. `type` tells what `data` holds. */
export const outgoingEvent = z.object({
  type: outgoingType,
  timestamp: z.string().describe('ISO 8601: when it was noticed here'),
  data: z.union([messageNews, sessionNews, removalNews, restorationNews, testNews]),
});
export type OutgoingEvent = z.infer<typeof outgoingEvent>;
export type MessageNews = z.infer<typeof messageNews>;
export type SessionNews = z.infer<typeof sessionNews>;

export const endpointState = z
  .enum(['on', 'off', 'gone', 'failing'])
  .describe(
    'off: by you. gone: it answered 410. failing: nothing got through for five days; what happens is kept',
  );

export const endpoint = z.object({
  id: z.int(),
  url: z.string(),
  description: z.string(),
  format: z.enum(['chatdock', 'waha']),
  events: z.array(outgoingType).describe('[] = all'),
  inboxIds: z.array(z.int()).nullable().describe('null = all, also those made later'),
  state: endpointState,
  createdAt: z.number(),
  lastOkAt: z.number().describe('0 = never'),
  failures: z.int().describe('in a row'),
  pausedUntil: z.number().describe('after five failures in a row it is left alone for a while; 0 = not'),
  waiting: z.int().describe('not told yet'),
  dead: z.int().describe('given up'),
});
export type Endpoint = z.infer<typeof endpoint>;

export const endpointDelivery = z.object({
  id: z.int(),
  webhookId: z.string(),
  type: outgoingType,
  inboxId: z.int(),
  state: z.enum(['queued', 'delivered', 'dead']),
  at: z.number().describe('when it happened'),
  dueAt: z.number(),
  attempts: z.array(
    z.object({
      at: z.number(),
      ms: z.number(),
      status: z.int().nullable(),
      error: z.string().nullable(),
      excerpt: z.string(),
    }),
  ),
});
export type EndpointDelivery = z.infer<typeof endpointDelivery>;
