import { connect, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { goodPassword } from '../access/testing.ts';
import { createHttpServer } from './app.ts';
import { httpForTest } from './testing.ts';

describeDatabases('the HTTP edge', (database) => {
  test('a fault tells its correlation id and nothing else, and is logged once', async () => {
    const { db } = database();
    const secret = 'select password from everything';
    await using house = await httpForTest(db, {
      heads: {
        get: () => {
          throw new Error(secret);
        },
      },
    });
    const { agentToken, inbox } = await house.newOrganisation();
    const { status, text, json, headers } = await house.call('GET', `/changes?since=${inbox.id}:0`, {
      token: agentToken,
    });
    expect(status).toBe(500);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(Object.keys(json).toSorted()).toEqual(['code', 'correlationId', 'status', 'title', 'type']);
    expect(text).not.toContain('select');
    const lines = house.lines.filter((line) => line.includes(secret));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(String(json['correlationId']));
  });

  test('what cannot be read is refused by name, without a stack', async () => {
    await using house = await httpForTest(database().db);
    const { agentToken: token, adminToken, inbox } = await house.newOrganisation();
    const cases: [string, string, Parameters<typeof house.call>[2], number, string][] = [
      ['POST', '/inboxes', { token: adminToken, raw: '{"name":' }, 400, 'bad-request'],
      ['POST', '/inboxes', { token: adminToken, raw: '"text"' }, 400, 'bad-request'],
      ['POST', '/inboxes', { token: adminToken }, 400, 'bad-request'],
      ['POST', '/inboxes', { token: adminToken, body: { name: ['a'] } }, 400, 'bad-request'],
      [
        'POST',
        '/inboxes',
        { token: adminToken, body: { name: 'x', upstream: 'elsewhere' } },
        400,
        'bad-request',
      ],
      ['POST', '/inboxes', { token: adminToken, raw: '['.repeat(200_000) }, 400, 'bad-request'],
      [
        'POST',
        '/inboxes',
        { token: adminToken, raw: JSON.stringify({ name: 'x'.repeat(300_000) }) },
        413,
        'too-large',
      ],
      [
        'POST',
        `/inboxes/${inbox.id}/chats`,
        { token, body: { phone: '12' + '3'.repeat(30) } },
        422,
        'bad-phone-number',
      ],
      ['POST', `/inboxes/${inbox.id}/chats`, { token, body: { phone: '12' } }, 422, 'bad-phone-number'],
      [
        'POST',
        `/inboxes/${inbox.id}/chats`,
        { token, body: { phone: '+39 333 123 4500' } },
        422,
        'not-on-whatsapp',
      ],
      ['GET', '/nothing', { token }, 404, 'not-found'],
      ['GET', '/%E0%A4%A', { token }, 400, 'bad-request'],
      ['DELETE', '/inboxes', { token }, 405, 'method-not-allowed'],
      ['GET', '/api/v2', { token }, 404, 'not-found'],
    ];
    for (const [method, path, options, status, code] of cases) {
      const answer = await house.call(method, path, options);
      const title = `${method} ${path} ${options?.raw?.slice(0, 20) ?? ''}`;
      expect(answer, title).toMatchObject({ status, json: { code } });
      expect(answer.text, title).not.toMatch(/node_modules|\bat \w+ \(|SyntaxError|ZodError|server\/http/);
      expect(answer.headers.get('x-powered-by')).toBeNull();
    }
  });

  test('a compressed body is refused, so that none can be a bomb', async () => {
    await using house = await httpForTest(database().db);
    const { adminToken: token } = await house.newOrganisation();
    const answer = await house.call('POST', '/inboxes', {
      token,
      raw: '{"name":"x"}',
      headers: { 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(415);
  });

  test('every answer with data is kept nowhere, framed by nobody and taken for nothing else', async () => {
    await using house = await httpForTest(database().db);
    const { agentToken: token, inbox } = await house.newOrganisation();
    const paths = [
      '/auth/me',
      '/inboxes',
      `/inboxes/${inbox.id}/session`,
      `/inboxes/${inbox.id}/session/pairing`,
      `/changes?since=${inbox.id}:0`,
      `/changes?since=${inbox.id}:${inbox.seq}`,
      '/nothing',
    ];
    for (const path of paths) {
      const { headers } = await house.call('GET', path, { token });
      expect(headers.get('cache-control'), path).toBe('no-store');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('content-security-policy'), path).toBe("default-src 'none'; frame-ancestors 'none'");
    }
  });

  test('a poll with nothing new is 204 without a single query; a new row arrives; a foreign cursor resets', async () => {
    const { db } = database();
    await using house = await httpForTest(db);
    const { agentToken: token, inbox } = await house.newOrganisation();
    const poll = (since: number) => house.call('GET', `/changes?since=${inbox.id}:${since}`, { token });
    expect((await poll(inbox.seq)).status).toBe(204);
    house.heads.set(inbox.id, { seq: inbox.cursor, era: inbox.era });
    const queries: string[] = [];
    const executor = db.getExecutor() as { executeQuery: unknown };
    const original = executor.executeQuery as (query: { sql: string }, ...rest: unknown[]) => unknown;
    executor.executeQuery = function (this: unknown, query: { sql: string }, ...rest: unknown[]) {
      queries.push(query.sql);
      return original.call(this, query, ...rest);
    };
    for (let n = 0; n < 50; n++) expect((await poll(inbox.seq)).status).toBe(204);
    executor.executeQuery = original;
    expect(queries).toEqual([]);

    await house.chat.receive(
      inbox.id,
      [
        {
          kind: 'message',
          messageId: '3EB0',
          chat: '393331234567@c.us' as never,
          fromMe: false,
          type: 'text',
          body: 'new',
          at: house.clock.now(),
          origin: 'live',
        },
      ],
      'engine',
    );
    house.heads.set(inbox.id, (await house.chat.position(inbox.id))!);
    const { status, json } = await poll(inbox.seq);
    expect(status).toBe(200);
    const [changed] = json['inboxes'] as { cursor: number; messages: { body: string }[] }[];
    expect(changed!.messages.map((row) => row.body)).toEqual(['new']);
    expect((await poll(changed!.cursor)).status).toBe(204);
    const ahead = await poll(changed!.cursor + 1_000);
    expect(ahead.json['inboxes']).toMatchObject([{ reset: true }]);
  });

  test('the poll before Express and the one behind it answer alike', async () => {
    await using house = await httpForTest(database().db);
    const { agentToken, inbox } = await house.newOrganisation();
    const express = createHttpServer(house.app);
    await new Promise<void>((resolve) => express.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void express.close());
    const behind = `http://127.0.0.1:${(express.address() as AddressInfo).port}`;
    const since = [
      `${inbox.id}:0`,
      `${inbox.id}:${inbox.seq}`,
      '999999:0',
      'x',
      `${inbox.id}:0,${inbox.id}:1`,
      '',
    ];
    for (const query of since) {
      for (const authorization of [`Bearer ${agentToken}`, 'Bearer x', '']) {
        const answers = await Promise.all(
          [house.url, behind].map(async (base) => {
            const response = await fetch(`${base}/api/v1/changes?since=${query}`, {
              headers: { authorization },
            });
            const text = await response.text();
            const headers = ['content-type', 'cache-control', 'content-security-policy', 'vary'].map((name) =>
              response.headers.get(name),
            );
            const body = text ? { ...(JSON.parse(text) as object), correlationId: '', detail: '' } : '';
            return { status: response.status, headers, body };
          }),
        );
        expect(answers[0], `${query} ${authorization}`).toEqual(answers[1]);
      }
    }
  });

  test('too many requests of one sign-in are 429, of others not', async () => {
    await using house = await httpForTest(database().db, { limits: { perIp: 1_000, perSignIn: 5 } });
    const { agentToken, adminToken } = await house.newOrganisation();
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++)
      statuses.push((await house.call('GET', '/auth/me', { token: agentToken })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await house.call('GET', '/auth/me', { token: adminToken })).status).toBe(200);
  });

  test('polls of strangers are counted like everything else they ask; those of who is signed in are not', async () => {
    await using house = await httpForTest(database().db, { limits: { perIp: 20, perSignIn: 20 } });
    const { agentToken, inbox } = await house.newOrganisation();
    const poll = async (token: string) =>
      (await house.call('GET', `/changes?since=${inbox.id}:${inbox.seq}`, { token })).status;
    for (let n = 0; n < 30; n++) expect(await poll(agentToken)).toBe(204);
    const statuses: number[] = [];
    for (let n = 0; n < 30; n++) statuses.push(await poll(`${'stranger'.repeat(5)}-${n}`));
    expect(statuses).toContain(401);
    expect(statuses.at(-1)).toBe(429);
    expect(await poll(agentToken)).toBe(204);
  });

  test('the OpenAPI document holds every route and no secret', async () => {
    await using house = await httpForTest(database().db);
    const { json } = await house.call('GET', '/openapi.json');
    const paths = json['paths'] as Record<string, Record<string, { operationId: string }>>;
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((m) => `${m} ${path}`),
    );
    const offered = house.routes.map((r) => `${r.method} /api/v1${r.path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const doors = ['post /webhook/{dialect}/{session}', 'post /api/v1/WhatsApp/action/webhook'];
    expect(listed.toSorted()).toEqual([...offered, ...doors].toSorted());
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map((m) => m.operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('health is told to anyone, in two words', async () => {
    await using house = await httpForTest(database().db);
    for (const path of ['/healthz', '/readyz']) {
      const response = await fetch(house.url + path);
      expect([response.status, await response.text()]).toEqual([200, '{"ok":true}']);
    }
  });

  test('the widget’s files are for any page; our own pages run only our own scripts', async () => {
    await using house = await httpForTest(database().db);
    const loader = await fetch(`${house.url}/widget/v1/loader.js`);
    expect(loader.headers.get('cache-control')).toBe('public, max-age=300, stale-while-revalidate=86400');
    expect(loader.headers.get('access-control-allow-origin')).toBe('*');
    expect(loader.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    const again = await fetch(`${house.url}/widget/v1/loader.js`, {
      headers: { 'if-none-match': loader.headers.get('etag')!, 'cache-control': 'max-age=0' },
    });
    expect(again.status).toBe(304);
    const hashed = await fetch(`${house.url}/widget/v1/assets/app-abcdefgh.js`);
    expect(hashed.headers.get('cache-control')).toContain('immutable');
    const page = await fetch(house.url);
    expect(await page.text()).toContain('CRM');
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`connect-src 'self' ${house.url.replace('http', 'ws')}`);
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
    expect(await (await fetch(`${house.url}/demo.json`)).json()).toEqual({
      sandboxUrl: 'http://127.0.0.1:1',
    });
  });

  test('a production server shows no demo, and nothing beside its folder', async () => {
    await using house = await httpForTest(database().db, {
      config: {
        mode: 'production',
        publicUrl: 'https://wa.example.com',
        trustedProxies: 1,
        remoteServers: [],
      },
    });
    const statuses: Record<string, number> = {};
    for (const path of [
      '/demo.json',
      '/widget/host/crm/index.html',
      '/.env',
      '/.git/config',
      '/metrics',
      '/docs',
      '/widget/',
    ]) {
      statuses[path] = (await fetch(house.url + path)).status;
    }
    expect(new Set(Object.values(statuses))).toEqual(new Set([404]));
    expect(await raw(house.url, 'GET /widget/../../../../etc/passwd HTTP/1.1')).toMatch(/^HTTP\/1.1 40[034]/);
    expect(await raw(house.url, 'GET /widget/%2e%2e/%2e%2e/etc/passwd HTTP/1.1')).toMatch(
      /^HTTP\/1.1 40[034]/,
    );
    expect(await raw(house.url, 'TRACE / HTTP/1.1')).toMatch(/^HTTP\/1.1 405/);
    const page = await fetch(house.url);
    expect(page.headers.get('strict-transport-security')).toContain('includeSubDomains');
    expect(page.headers.get('content-security-policy')).toContain('wss://wa.example.com');
  });

  test('behind a trusted proxy every client counts for itself', async () => {
    await using house = await httpForTest(database().db, {
      config: {
        mode: 'production',
        publicUrl: 'https://wa.example.com',
        trustedProxies: 1,
        remoteServers: [],
      },
    });
    const { email } = await house.newAgent();
    const guess = (ip: string, password: string) =>
      house.call('POST', '/auth/sign-in', {
        body: { email, password },
        headers: { 'x-forwarded-for': `203.0.113.9, ${ip}` },
      });
    for (let n = 0; n < 5; n++) await guess('198.51.100.1', 'wrong');
    expect((await guess('198.51.100.1', goodPassword)).status).toBe(429);
    expect((await guess('198.51.100.2', goodPassword)).status).toBe(200);
  });
});

/** The first lines of the answer to a request that no client would send. */
function raw(url: string, line: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}
