import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { newInbox } from '../chat/testing.ts';
import { ManualClock } from '../clock.ts';
import { createLog } from '../log.ts';
import { noFigures } from '../session/sessions.ts';
import { createMetrics } from './index.ts';

type Options = Parameters<typeof createMetrics>[0];

async function serve(options: Options) {
  const metrics = createMetrics(options);
  const server = createServer((incoming, response) => {
    if (!metrics.handle(incoming, response)) response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    metrics[Symbol.dispose]();
  });
  const { port } = server.address() as AddressInfo;
  return (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const asked = request({ port, path, headers, method, host: '127.0.0.1' }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      asked.on('error', reject).end();
    });
}

describeDatabases('the metrics', (database) => {
  const options = (change: Partial<Options> = {}): Options => ({
    db: database().db,
    clock: new ManualClock(),
    log: createLog('silent'),
    token: undefined,
    sessions: { figures: () => new Map(), health: () => undefined },
    ...change,
  });

  test('are the figures of all Sessions, by state and in sum', async () => {
    const { db } = database();
    const inboxId = await newInbox(db, 'played');
    await db.updateTable('session').set({ state: 'working' }).where('inbox_id', '=', inboxId).execute();
    const clock = new ManualClock();
    const lastError = { at: clock.now() - 5_000, code: 'no-internet', message: 'SECRET' } as const;
    const figures = new Map([
      [1, { ...noFigures(), sent: 3, qrCodes: 2 }],
      [2, { ...noFigures(), sent: 4, failedReconnects: 1, errors: 1, lastError }],
    ]);
    const health = () => ({
      state: 'working' as const,
      breaker: 'open' as const,
      failures: 5,
      retryAt: undefined,
      engineVersion: '',
      connectedAt: undefined,
      lastAction: undefined,
      lookedAt: undefined,
      roundTripMs: 250,
      memoryBytes: 1_000,
    });
    const get = await serve(options({ clock, sessions: { figures: () => figures, health } }));
    for (const time of ['once', 'twice']) {
      const { status, text } = await get('/metrics');
      expect(status, time).toBe(200);
      expect(text).toMatch(/chatdock_sessions\{state="working"\} [1-9]/);
      expect(text).toContain('chatdock_sessions{state="failed"} 0');
      expect(text).toContain('chatdock_deliveries{state="queued"} 0');
      expect(text).toContain('chatdock_messages_sent_total 7');
      expect(text).toContain('chatdock_session_qr_codes_total 2');
      expect(text).toContain('chatdock_session_reconnects_failed_total 1');
      expect(text).toContain('chatdock_session_last_error_age_seconds 5');
      expect(text).toContain('chatdock_engine_memory_bytes{inbox="2"} 1000');
      expect(text).toContain('chatdock_session_round_trip_seconds{inbox="1"} 0.25');
      expect(text).toContain('chatdock_event_loop_lag_seconds{quantile="0.99"}');
      expect(text).not.toContain('SECRET');
    }
  });

  test('are for this machine, and for nobody who came through a proxy', async () => {
    const get = await serve(options());
    expect((await get('/metrics')).status).toBe(200);
    expect((await get('/metrics', { 'x-forwarded-for': '127.0.0.1' })).status).toBe(403);
    expect((await get('/metrics', {}, 'POST')).status).toBe(405);
    expect((await get('/metricsx')).status).toBe(404);
  });

  test('with a token are for whoever has it, from wherever', async () => {
    const get = await serve(options({ token: 'long-and-secret' }));
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { authorization: 'Bearer wrong' })).status).toBe(401);
    const { status, text } = await get('/metrics', {
      authorization: 'Bearer long-and-secret',
      'x-forwarded-for': '9.9.9.9',
    });
    expect(status).toBe(200);
    expect(text).not.toContain('last_error_age_seconds 0');
  });
});
