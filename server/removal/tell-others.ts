import { randomUUID } from 'node:crypto';
import type { Tx } from '../../db/database.ts';
import { endpointsInState } from '../../db/query/endpoint.ts';
import { queueDeliveries } from '../../db/query/endpoint-delivery.ts';
import { insertEndpointEvents } from '../../db/query/endpoint-event.ts';
import type { OutgoingEvent } from '../contract/outgoing.ts';
import { wants } from '../outgoing-webhook/follow.ts';

type News = Pick<RemovalNews, 'removal'> | Pick<RestorationNews, 'restoration'>;
type RemovalNews = Extract<OutgoingEvent['data'], { removal: unknown }>;
type RestorationNews = Extract<OutgoingEvent['data'], { restoration: unknown }>;

/** To servers of others that hear of this number, queued with what it tells of. */
export async function tellOthers(
  tx: Tx,
  of: { organisationId: number; inbox: { id: number; name: string }; now: number },
  type: 'inbox.removed' | 'inbox.restored',
  news: News,
): Promise<void> {
  const { organisationId, inbox, now } = of;
  const event: OutgoingEvent = {
    type,
    timestamp: new Date(now).toISOString(),
    data: { inbox, ...news },
  };
  const own = (await endpointsInState(tx, ['on', 'failing'])).filter(
    (row) => row.organisation_id === organisationId && wants(row, inbox.id, { at: now, live: true, event }),
  );
  if (own.length === 0) return;
  const name = `evt_${randomUUID()}`;
  const ids = await insertEndpointEvents(tx, [
    {
      organisation_id: organisationId,
      inbox_id: inbox.id,
      name,
      type: event.type,
      live: 1,
      body: JSON.stringify(event),
      at: now,
    },
  ]);
  await queueDeliveries(
    tx,
    own.map(({ id }) => ({ endpoint_id: id, event: ids.get(name)!, due_at: now })),
  );
}
