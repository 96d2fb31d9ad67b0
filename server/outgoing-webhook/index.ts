import type { Database } from '../../db/database.ts';
import { sweepEndpoints } from '../../db/query/endpoint-delivery.ts';
import type { Seal } from '../access/seal.ts';
import { channels, type Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Lookup } from '../webhook/remote-request.ts';
import { Dispatcher } from './dispatch.ts';
import { createEndpoints, type Endpoints } from './endpoints.ts';
import { followAll } from './follow.ts';
import type { Posted } from './post.ts';

export type { Endpoints } from './endpoints.ts';

export interface OutgoingWebhookOptions {
  db: Database;
  bus: Bus;
  clock: Clock;
  log: Log;
  seal: Pick<Seal, 'seal' | 'open'>;
  /** Origins the operator vouches for: they may stand in a private network. */
  trusted: readonly string[];
  lookup?: Lookup;
  random?: () => number;
}

export interface OutgoingWebhooks extends AsyncDisposable {
  endpoints: Endpoints & {
    /** One POST now, of which nothing is kept; undefined: no such Endpoint. */
    test(organisationId: number, endpointId: number): Promise<Posted | undefined>;
  };
  /** Looks now: as after a commit. */
  wake(): void;
  /** Resolves when one of the POSTs under way has ended; undefined: there is none. */
  underWay(): Promise<void> | undefined;
}

/** Changes that follow each other closely are told in one go; an event leaves this much later. */
const gatherMs = 200;
/** Without being told: notices on the Bus may be lost. */
const sweepMs = 5_000;
const tidyMs = 3_600_000;
const days = 86_400_000;

/** Tells Endpoints what happens. Beside the heart and behind it: the merge knows nothing of it and waits for nothing. */
export function createOutgoingWebhooks(options: OutgoingWebhookOptions): OutgoingWebhooks {
  const { db, bus, clock, log, seal, trusted, lookup, random } = options;
  const open = seal.open.bind(seal);
  const dispatcher = new Dispatcher({
    db,
    clock,
    log,
    open,
    trusted,
    lookup,
    ...(random && { random }),
  });
  const endpoints = createEndpoints({
    db,
    clock,
    seal: seal.seal.bind(seal),
    open,
    trusted,
    lookup,
    wake: () => dispatcher.wake(),
  });
  const ending = new AbortController();
  let poke = new AbortController();
  let isPoked = true;
  const wake = (): void => {
    if (isPoked) return;
    isPoked = true;
    poke.abort('woken');
  };
  const unsubscribe = bus.subscribe(channels.push, wake);

  async function follow(): Promise<void> {
    let tidiedAt = 0;
    while (!ending.signal.aborted) {
      if (!isPoked) await clock.delay(sweepMs, AbortSignal.any([poke.signal, ending.signal]));
      await clock.delay(gatherMs, ending.signal);
      if (ending.signal.aborted) return;
      isPoked = false;
      poke = new AbortController();
      try {
        if (await followAll(db, () => clock.now(), ending.signal)) dispatcher.wake();
        if (clock.now() - tidiedAt >= tidyMs) {
          tidiedAt = clock.now();
          await tidy();
        }
      } catch (error) {
        log.warn({ err: error }, 'outgoing webhooks could not follow; it is tried again');
      }
    }
  }

  async function tidy(): Promise<void> {
    const now = clock.now();
    const before = { events: now - 14 * days, attempts: now - 14 * days, told: now - 30 * days };
    while (!ending.signal.aborted && (await sweepEndpoints(db, before)));
  }

  const following = follow();
  return {
    endpoints: { ...endpoints, test: (organisation, id) => dispatcher.test(organisation, id) },
    wake,
    underWay: () => dispatcher.underWay(),
    async [Symbol.asyncDispose]() {
      unsubscribe();
      ending.abort();
      await following;
      await dispatcher[Symbol.asyncDispose]();
    },
  };
}
