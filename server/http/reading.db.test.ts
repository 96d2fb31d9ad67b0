import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { audited } from './audited.ts';
import { nameOf, twoOrganisations } from './testing-two-organisations.ts';

describeDatabases('reading', (database) => {
  let two: Awaited<ReturnType<typeof twoOrganisations>>;
  beforeAll(async () => {
    two = await twoOrganisations(database().db);
  });
  afterAll(() => two.house[Symbol.asyncDispose]());

  test('a GET writes nothing but the audit log, and its answer is kept nowhere and known by no mark', async () => {
    const { house, mine, ask } = two;
    const writes: string[] = [];
    const executor = database().db.getExecutor() as { executeQuery: unknown };
    const original = executor.executeQuery as (query: { sql: string }, ...rest: unknown[]) => unknown;
    executor.executeQuery = function (this: unknown, query: { sql: string }, ...rest: unknown[]) {
      // Several may travel in one packet, with a comment in front.
      const statements = query.sql.replaceAll(/\/\*.*?\*\//g, '').split('; ');
      if (!statements.every((sql) => /^\s*(select|with)\b/i.test(sql))) writes.push(query.sql);
      return original.call(this, query, ...rest);
    };
    try {
      const gets = house.routes.filter(
        // `changes`: asks for more than a cookie, as what writes does.
        (route) => route.method === 'get' && route.who !== 'public' && !route.changes,
      );
      expect(gets.length).toBeGreaterThan(40);
      for (const route of gets) {
        writes.length = 0;
        const { headers } = await ask(route, mine.adminToken);
        const own = audited[nameOf(route)] === undefined ? [] : [/audit/];
        const others = writes.filter((sql) => !own.some((pattern) => pattern.test(sql)));
        expect(others, nameOf(route)).toEqual([]);
        expect(headers.get('cache-control'), nameOf(route)).toContain('no-store');
        expect(headers.get('etag'), nameOf(route)).toBeNull();
        expect(
          headers.get('x-frame-options') ?? headers.get('content-security-policy'),
          nameOf(route),
        ).toMatch(/deny|frame-ancestors 'none'/i);
      }
    } finally {
      executor.executeQuery = original;
    }
  });

  test('nobody’s words begin a line of the log: each is one line of JSON, without control characters', async () => {
    const { house, mine } = two;
    const forged = '\u001b[31mx\n{"level":60,"msg":"forged"}\r\n';
    house.lines.length = 0;
    await house.call('POST', '/auth/sign-in', {
      body: { email: `${forged}@crm.example`, password: forged, mode: 'bearer' },
      headers: { 'user-agent': 'Mozilla {"level":60,"msg":"forged"}' },
    });
    await house.call('POST', '/labels', { token: mine.adminToken, body: { name: forged, colour: 'red' } });
    await house.call('GET', `/${encodeURIComponent(forged)}`, { token: mine.adminToken });
    await house.call('PATCH', `/agents/${mine.agent.agentId}`, {
      token: mine.adminToken,
      body: { name: forged },
    });
    expect(house.lines.length).toBeGreaterThan(0);
    for (const line of house.lines) {
      expect([...line.trimEnd()].filter((one) => one < ' ' || one === '\u007f')).toEqual([]);
      expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' });
    }
  });

  test('what a server should not show is not there: TRACE, hidden files, maps, documents, lists of folders', async () => {
    const { house } = two;
    const status = (method: string, path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        request(`${house.url}${path}`, { method }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });
    expect(await status('TRACE', '/api/v1/inboxes')).toBe(405);
    for (const path of [
      '/.git/config',
      '/.env',
      '/.%67it/config',
      '/package.json',
      '/server/main.ts',
      '/data/',
      '/docs',
      '/debug',
      '/metrics',
      '/widget/',
      '/widget/v1/',
      '/widget/v1/../../../package.json',
      '/widget/v1/%2e%2e%2f%2e%2e%2fpackage.json',
      '/api/v1/',
    ])
      expect(await status('GET', path), path).toBe(404);
  });
});
