import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

test('lines from a pipe are all carried out, in order, though they come before the server has answered', async () => {
  const session = { state: 'working', code: 'none', action: 'none', since: 0, me: null, engine: 'wwebjs' };
  const answers: Record<string, unknown> = {
    '/auth/me': { organisation: { id: 1, name: 'Rossi' } },
    '/inboxes': { list: [{ id: 3, name: 'Shop', session }] },
    '/inboxes/3/session': session,
    '/inboxes/3/session/health': { breaker: 'closed' },
    '/sessions/figures': { totalSessions: 7 },
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url!.replace('/api/v1', '')];
    response.writeHead(answer ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { title: 'not now' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const line = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('../session.ts', import.meta.url))],
    {
      env: {
        PATH: process.env['PATH'],
        CHATDOCK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        CHATDOCK_TOKEN: 'a-token',
      },
    },
  );
  line.stdin.end('metrics\ncolour\nstatus');
  const [said, wrong, [code]] = await Promise.all([
    text(line.stdout),
    text(line.stderr),
    once(line, 'close'),
  ]);
  server.closeAllConnections();
  server.close();
  expect(wrong).toBe('');
  expect(said).toMatch(/totalSessions +7[^]*There is no "colour"[^]*breaker +closed/);
  expect(code).toBe(0);
});
