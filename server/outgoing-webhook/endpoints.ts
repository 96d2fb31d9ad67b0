import { transact, type Database } from '../../db/database.ts';
import { listInboxRows } from '../../db/query/inbox.ts';
import {
  deleteEndpoint,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  updateEndpoint,
  type EndpointRow,
} from '../../db/query/endpoint.ts';
import {
  attemptsOf,
  countDeliveries,
  eventsQueuedFor,
  listDeliveries,
  queueDeliveries,
  requeueDeliveries,
} from '../../db/query/endpoint-delivery.ts';
import { endpointEventsSince, progressOfNow, replaceProgress } from '../../db/query/endpoint-event.ts';
import type { SealPlace } from '../access/seal.ts';
import type { Clock } from '../clock.ts';
import type { Endpoint, EndpointDelivery, OutgoingType } from '../contract/outgoing.ts';
import { Problem } from '../contract/problem.ts';
import { whyRefused } from '../webhook/remote-address.ts';
import type { Lookup } from '../webhook/remote-request.ts';
import { wantsInbox, wantsType } from './follow.ts';
import { secretPlace, type Open } from './request.ts';
import { newEndpointSecret } from './signature.ts';

export interface EndpointChoice {
  url: string;
  description: string;
  format: Endpoint['format'];
  events: OutgoingType[];
  inboxIds: number[] | null;
}

export interface EndpointsOptions {
  db: Database;
  clock: Clock;
  seal(text: string, place: SealPlace): string;
  open: Open;
  trusted: readonly string[];
  lookup?: Lookup | undefined;
  /** There is something to be posted. */
  wake(): void;
}

/** An Organisation may have so many. */
const mostEndpoints = 20;
/** For so long after a rotation the secret before it signs too, ms. */
const overlapMs = 24 * 3_600_000;

/** Making, changing and watching an Organisation's Endpoints. The caller has checked who asks. */
export function createEndpoints(options: EndpointsOptions) {
  const { db, clock, wake } = options;

  async function own(organisationId: number, id: number): Promise<EndpointRow> {
    const row = await findEndpoint(db, organisationId, id);
    if (!row) throw new Problem('not-found');
    return row;
  }

  async function check(organisationId: number, choice: Partial<EndpointChoice>): Promise<void> {
    if (choice.url !== undefined) {
      const refused = await whyRefused(choice.url, options);
      if (refused) throw new Problem('bad-request', `body url: ${refused}`);
    }
    if (choice.inboxIds) {
      const inboxes = new Set((await listInboxRows(db, organisationId)).map(({ id }) => id));
      if (choice.inboxIds.some((id) => !inboxes.has(id))) throw new Problem('not-found');
    }
  }

  async function view(rows: readonly EndpointRow[]): Promise<Endpoint[]> {
    const counts = await countDeliveries(
      db,
      rows.map(({ id }) => id),
    );
    const count = (id: number, state: string): number =>
      Number(counts.find((row) => row.endpoint_id === id && row.state === state)?.count ?? 0);
    return rows.map((row) => ({
      id: row.id,
      url: row.url,
      description: row.description,
      format: row.format,
      events: JSON.parse(row.events) as OutgoingType[],
      inboxIds: row.inboxes === null ? null : (JSON.parse(row.inboxes) as number[]),
      state: row.state,
      createdAt: row.created_at,
      lastOkAt: row.last_ok_at,
      failures: row.failures,
      pausedUntil: row.paused_until > clock.now() ? row.paused_until : 0,
      waiting: count(row.id, 'queued'),
      dead: count(row.id, 'dead'),
    }));
  }

  async function one(organisationId: number, id: number): Promise<Endpoint> {
    const [endpoint] = await view([await own(organisationId, id)]);
    return endpoint!;
  }

  return {
    async list(organisationId: number): Promise<Endpoint[]> {
      return view(await listEndpoints(db, organisationId));
    },

    one,

    /** The secret is told this once. Problems: `bad-request` (address), `not-found` (Inbox), `conflict` (too many). */
    async create(
      organisationId: number,
      choice: EndpointChoice,
    ): Promise<{ endpoint: Endpoint; secret: string }> {
      await check(organisationId, choice);
      const secret = newEndpointSecret();
      const id = await transact(db, async (tx) => {
        const others = await listEndpoints(tx, organisationId);
        if (others.length >= mostEndpoints)
          throw new Problem('conflict', `At most ${mostEndpoints} endpoints`);
        // Where nobody was told so far, what has happened until now stays untold.
        if (!others.some(({ state }) => state === 'on' || state === 'failing')) {
          await replaceProgress(tx, await progressOfNow(tx, organisationId));
        }
        const made = await insertEndpoint(tx, {
          organisation_id: organisationId,
          url: choice.url,
          description: choice.description,
          format: choice.format,
          events: JSON.stringify(choice.events),
          inboxes: choice.inboxIds && JSON.stringify(choice.inboxIds),
          secret: '',
          previous_secret: null,
          state: 'on',
          created_at: clock.now(),
        });
        const place = secretPlace({ id: made, organisation_id: organisationId });
        await updateEndpoint(tx, made, { secret: options.seal(secret, place) });
        return made;
      });
      return { endpoint: await one(organisationId, id), secret };
    },

    /** Switching on forgets what was held against it; what waits goes out at once. */
    async change(
      organisationId: number,
      id: number,
      change: Partial<EndpointChoice> & { on?: boolean | undefined },
    ): Promise<Endpoint> {
      const row = await own(organisationId, id);
      await check(organisationId, change);
      const { url, description, format, events, inboxIds, on } = change;
      await transact(db, async (tx) => {
        if (on && row.state !== 'on') {
          const others = await listEndpoints(tx, organisationId);
          if (!others.some(({ state }) => state === 'on' || state === 'failing')) {
            await replaceProgress(tx, await progressOfNow(tx, organisationId));
          }
        }
        await updateEndpoint(tx, id, {
          ...(url !== undefined && { url }),
          ...(description !== undefined && { description }),
          ...(format !== undefined && { format }),
          ...(events !== undefined && { events: JSON.stringify(events) }),
          ...(inboxIds !== undefined && { inboxes: inboxIds && JSON.stringify(inboxIds) }),
          ...(on === false && { state: 'off' as const }),
          ...(on && { state: 'on' as const, failures: 0, failing_since: 0, paused_until: 0 }),
        });
      });
      wake();
      return one(organisationId, id);
    },

    async remove(organisationId: number, id: number): Promise<void> {
      await own(organisationId, id);
      await transact(db, (tx) => deleteEndpoint(tx, id));
    },

    /** For a day both sign. */
    async rotate(organisationId: number, id: number): Promise<{ secret: string; previousUntil: number }> {
      const row = await own(organisationId, id);
      const secret = newEndpointSecret();
      const previousUntil = clock.now() + overlapMs;
      await updateEndpoint(db, id, {
        secret: options.seal(secret, secretPlace(row)),
        previous_secret: row.secret,
        previous_until: previousUntil,
      });
      return { secret, previousUntil };
    },

    async deliveries(
      organisationId: number,
      id: number,
      page: Parameters<typeof listDeliveries>[2],
    ): Promise<EndpointDelivery[]> {
      await own(organisationId, id);
      const rows = await listDeliveries(db, id, page);
      const attempts = await attemptsOf(
        db,
        rows.map((row) => row.id),
      );
      return rows.map((row) => ({
        id: row.id,
        webhookId: row.name,
        type: row.type as OutgoingType,
        inboxId: row.inbox_id,
        state: row.state,
        at: row.at,
        dueAt: row.due_at,
        attempts: attempts
          .filter((attempt) => attempt.delivery === row.id)
          .map(({ at, ms, status, error, excerpt }) => ({ at, ms, status, error, excerpt })),
      }));
    },

    /** Tells one again. Problems: `not-found`, also while it is queued anyway. */
    async replayOne(organisationId: number, id: number, deliveryId: number): Promise<void> {
      await own(organisationId, id);
      const count = await requeueDeliveries(db, id, { id: deliveryId }, clock.now());
      if (count === 0) throw new Problem('not-found');
      wake();
    },

    /**
     * Tells again what was given up since then; with `everything` also what was delivered, and what happened while the
     * Endpoint was switched off but others were told. How many.
     */
    async replay(
      organisationId: number,
      id: number,
      { since, everything }: { since: number; everything: boolean },
    ): Promise<number> {
      const row = await own(organisationId, id);
      const now = clock.now();
      let count = await requeueDeliveries(db, id, { state: 'dead', since }, now);
      if (everything) {
        count += await requeueDeliveries(db, id, { state: 'delivered', since }, now);
        count += await queueUntold(row, since, now);
      }
      wake();
      return count;
    },
  };

  async function queueUntold(row: EndpointRow, since: number, now: number): Promise<number> {
    const limit = 500;
    let count = 0;
    for (let after = 0; ;) {
      const events = await endpointEventsSince(db, row.organisation_id, { since, after, limit });
      const queued = await eventsQueuedFor(
        db,
        row.id,
        events.map(({ id }) => id),
      );
      const untold = events.filter(
        (event) =>
          !queued.has(event.id) &&
          wantsType(row, event.type as OutgoingType) &&
          wantsInbox(row, event.inbox_id),
      );
      await queueDeliveries(
        db,
        untold.map(({ id }) => ({ endpoint_id: row.id, event: id, due_at: now })),
      );
      count += untold.length;
      const last = events.at(-1);
      if (!last || events.length < limit) return count;
      after = last.id;
    }
  }
}

export type Endpoints = ReturnType<typeof createEndpoints>;
