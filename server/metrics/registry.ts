import type { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import { countDeliveries, countSessionsByState } from '../../db/query/figures.ts';
import { sessionStates } from '../contract/session-state.ts';
import { sumFigures, type Figures, type Sessions } from '../session/sessions.ts';
import type { MetricsOptions } from './index.ts';

const deliveryStates = ['queued', 'sending', 'unconfirmed', 'uncertain', 'failed'] as const;

type Counted = Exclude<keyof Figures, 'lastError'>;
const counters: [Counted, string, string][] = [
  ['connects', 'session_connects_total', 'Sessions that came to work'],
  ['disconnects', 'session_disconnects_total', 'Sessions that worked and ended'],
  ['reconnects', 'session_reconnects_total', 'Starts again that were tried'],
  ['failedReconnects', 'session_reconnects_failed_total', 'Starts again that did not come to work'],
  ['breakerOpened', 'session_breaker_opened_total', 'Circuit breakers that opened'],
  ['qrCodes', 'session_qr_codes_total', 'QR codes made'],
  ['pairingCodes', 'session_pairing_codes_total', 'Pairing codes made'],
  ['sent', 'messages_sent_total', 'Messages WhatsApp has taken'],
  ['received', 'messages_received_total', 'Messages of others that came in live'],
  ['errors', 'session_errors_total', 'Trouble of Sessions and refused sends'],
];

/** Every metric of the house; each is read when it is asked for. `lag`: of the event loop, since the last reading. */
export function makeRegistry(
  { db, sessions, clock }: MetricsOptions,
  lag: ReturnType<typeof monitorEventLoopDelay>,
): Registry {
  const registry = new Registry();
  const registers: Registry[] = [];

  registry.registerMetric(
    new Gauge({
      name: 'chatdock_sessions',
      help: 'Sessions by state',
      labelNames: ['state'],
      registers,
      async collect() {
        for (const state of sessionStates) this.set({ state }, 0);
        for (const { state, n } of await countSessionsByState(db)) this.set({ state }, n);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'chatdock_deliveries',
      help: 'Outgoing messages that wait or need somebody, by state',
      labelNames: ['state'],
      registers,
      async collect() {
        for (const state of deliveryStates) this.set({ state }, 0);
        for (const { state, n } of await countDeliveries(db)) this.set({ state }, n);
      },
    }),
  );
  for (const [key, name, help] of counters)
    registry.registerMetric(
      new Counter({
        name: `chatdock_${name}`,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(sumFigures(sessions.figures().values())[key]);
        },
      }),
    );
  registry.registerMetric(
    new Gauge({
      name: 'chatdock_session_last_error_age_seconds',
      help: 'Since the last trouble of any Session; absent while there has been none',
      registers,
      collect() {
        const { lastError } = sumFigures(sessions.figures().values());
        if (lastError) this.set(Math.max(0, clock.now() - lastError.at) / 1_000);
        else this.remove();
      },
    }),
  );
  const perInbox = (
    name: string,
    help: string,
    read: (health: NonNullable<ReturnType<Sessions['health']>>) => number | undefined,
  ): void =>
    registry.registerMetric(
      new Gauge({
        name: `chatdock_${name}`,
        help,
        labelNames: ['inbox'],
        registers,
        collect() {
          this.reset();
          for (const inbox of sessions.figures().keys()) {
            const health = sessions.health(inbox);
            const value = health && read(health);
            if (value !== undefined) this.set({ inbox: String(inbox) }, value);
          }
        },
      }),
    );
  perInbox('engine_memory_bytes', 'Memory of an engine’s processes', (health) => health.memoryBytes);
  perInbox('session_round_trip_seconds', 'Answer of the last look at a Session', (health) =>
    health.roundTripMs === undefined ? undefined : health.roundTripMs / 1_000,
  );
  perInbox(
    'session_idle_seconds',
    'Since something was last asked of or heard from a Session',
    (health) => health.lastAction && Math.max(0, clock.now() - health.lastAction.at) / 1_000,
  );
  perInbox('session_breaker_open', '1 while the circuit breaker is open', (health) =>
    health.breaker === 'open' ? 1 : 0,
  );
  registry.registerMetric(
    new Gauge({
      name: 'chatdock_event_loop_lag_seconds',
      help: 'Delay of the server’s event loop since the last reading',
      labelNames: ['quantile'],
      registers,
      collect() {
        const seconds = (ns: number): number => (Number.isFinite(ns) ? ns / 1e9 : 0);
        this.set({ quantile: '0.5' }, seconds(lag.percentile(50)));
        this.set({ quantile: '0.99' }, seconds(lag.percentile(99)));
        this.set({ quantile: '1' }, seconds(lag.max));
        lag.reset();
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'chatdock_process_memory_bytes',
      help: 'Memory of the server’s own process',
      registers,
      collect() {
        this.set(process.memoryUsage.rss());
      },
    }),
  );

  return registry;
}
