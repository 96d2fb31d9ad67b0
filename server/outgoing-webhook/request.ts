import { createHmac } from 'node:crypto';
import type { EndpointRow } from '../../db/query/endpoint.ts';
import type { SealPlace } from '../access/seal.ts';
import type { OutgoingEvent } from '../contract/outgoing.ts';
import { signatures } from './signature.ts';
import { asWaha } from './waha.ts';

export type Open = (sealed: string, place: SealPlace) => string;

/** Where an Endpoint's secret belongs. */
export function secretPlace(row: { id: number; organisation_id: number }): SealPlace {
  return { table: 'endpoint', row: row.id, organisationId: row.organisation_id };
}

/** Headers and body of one try. `body` is an OutgoingEvent as it was written down; `name` stays the same over all tries: the receiver's key against doubles. */
export function requestOf(
  row: EndpointRow,
  told: { name: string; body: string },
  open: Open,
  now: number,
): { headers: Record<string, string>; body: string } {
  const place = secretPlace(row);
  const secrets = [open(row.secret, place)];
  if (row.previous_secret !== null && row.previous_until > now)
    secrets.push(open(row.previous_secret, place));
  const body =
    row.format === 'waha'
      ? JSON.stringify(asWaha(told.name, JSON.parse(told.body) as OutgoingEvent))
      : told.body;
  const timestamp = Math.floor(now / 1_000);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': 'Chatdock-Webhooks/1',
    'webhook-id': told.name,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures(secrets, { id: told.name, timestamp, body }),
  };
  if (row.format === 'waha') {
    headers['x-webhook-request-id'] = told.name;
    headers['x-webhook-timestamp'] = String(now);
    headers['x-webhook-hmac'] = createHmac('sha512', secrets[0]!).update(body).digest('hex');
    headers['x-webhook-hmac-algorithm'] = 'sha512';
  }
  return { headers, body };
}
