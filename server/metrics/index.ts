import type { IncomingMessage, ServerResponse } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Registry } from 'prom-client';
import type { Database } from '../../db/database.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Sessions } from '../session/sessions.ts';
import { mayRead } from './guard.ts';

export interface MetricsOptions {
  db: Database;
  sessions: Pick<Sessions, 'figures' | 'health'>;
  clock: Clock;
  log: Log;
  /** Needed to read; without one only this machine may. */
  token: string | undefined;
}

/** `/metrics` in Prometheus' words. Everything is read when it is asked for; nothing runs meanwhile. */
export interface Metrics extends Disposable {
  /** True when the request was for it. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  text(): Promise<string>;
}

export const path = '/metrics';

export function createMetrics(options: MetricsOptions): Metrics {
  const { log, token } = options;
  const lag = monitorEventLoopDelay({ resolution: 20 });
  lag.enable();
  // The library comes with the first who asks: most houses are never asked.
  let made: Promise<Registry> | undefined;
  const registry = (): Promise<Registry> =>
    (made ??= import('./registry.ts').then(({ makeRegistry }) => makeRegistry(options, lag)));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'GET only\n');
    if (!mayRead(request, token)) {
      if (token !== undefined) response.setHeader('www-authenticate', 'Bearer');
      return end(response, token === undefined ? 403 : 401, 'For operators only\n');
    }
    try {
      const all = await registry();
      const text = await all.metrics();
      response.setHeader('content-type', all.contentType);
      response.end(request.method === 'HEAD' ? undefined : text);
    } catch (error) {
      log.warn({ err: error }, 'the metrics could not be read');
      end(response, 503, 'Not now\n');
    }
  }

  return {
    handle(request, response) {
      if (request.url !== path && !request.url?.startsWith(`${path}?`)) return false;
      void answer(request, response);
      return true;
    },
    text: async () => (await registry()).metrics(),
    [Symbol.dispose]() {
      lag.disable();
    },
  };
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(text);
}
