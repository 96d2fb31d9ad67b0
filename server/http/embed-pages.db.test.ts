import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { httpForTest } from './testing.ts';

const page = 'https://crm.example';

async function start(db: Parameters<typeof httpForTest>[0]) {
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-pages-'));
  for (const name of ['developers', 'v1', 'v1.0.0', 'assets']) mkdirSync(join(folder, name));
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify({ version: '1.0.0', frame: 'assets/frame-abcdefgh.js' }),
  );
  writeFileSync(join(folder, 'developers/embed.html'), '<!doctype html><title>Embed</title>');
  for (const name of ['v1', 'v1.0.0']) writeFileSync(join(folder, name, 'loader.js'), '(function(){})();');
  const house = await httpForTest(db, { widgetFolder: folder });
  const mine = await house.newOrganisation();
  await house.call('PUT', '/organisation/origins', { token: mine.adminToken, body: { list: [page] } });
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${house.url}${path}`, { headers, redirect: 'manual' });
  const end = async () => {
    await house[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  return { house, get, [Symbol.asyncDispose]: end };
}

describeDatabases('what an embedding page asks', (database) => {
  test('the frame may be framed by exactly the allowed page that asks, and by nobody else', async () => {
    await using house = await start(database().db);
    const answer = await house.get(`/widget/frame?page=${encodeURIComponent(page)}`);
    expect(answer.status).toBe(200);
    const policy = answer.headers.get('content-security-policy')!;
    expect(policy).toContain(`frame-ancestors ${page}`);
    expect(policy).not.toMatch(/unsafe|\*|'none'[^;]*$/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toContain('assets/frame-abcdefgh.js');
    for (const other of [
      '',
      'null',
      '*',
      'https://evil.example',
      `${page}.evil.example`,
      'http://crm.example',
      `${page}:8443`,
      `${page}; script-src *`,
      `${page} https://evil.example`,
      `${page}\r\nx: y`,
    ]) {
      const refused = await house.get(`/widget/frame?page=${encodeURIComponent(other)}`);
      expect(refused.status, other).toBe(403);
      expect(refused.headers.get('content-security-policy'), other).toMatch(/frame-ancestors 'none'$/);
      expect(await refused.text(), other).not.toContain('<script');
    }
    expect((await house.get(`/widget/frame?page=${page}&page=${page}`)).status).toBe(403);
  });

  test('the doctor is told the time, the version and whether the page is allowed, from any page', async () => {
    await using house = await start(database().db);
    const ask = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await house.get(path, headers);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      return (await answer.json()) as { allowed: boolean; version: string; now: number };
    };
    expect(await ask('/widget/doctor.json', { origin: page })).toMatchObject({
      allowed: true,
      version: '1.0.0',
    });
    expect(await ask('/widget/doctor.json', { origin: 'https://evil.example' })).toMatchObject({
      allowed: false,
    });
    expect(await ask(`/widget/doctor.json?origin=${encodeURIComponent(page)}`)).toMatchObject({
      allowed: true,
    });
    expect(await ask('/widget/doctor.json?origin=a&origin=b')).toMatchObject({ allowed: false });
  });

  test('the stream comes in two parts, and ends early when nobody listens any more', async () => {
    await using house = await start(database().db);
    const answer = await house.get('/widget/doctor.stream');
    const reader = answer.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('first\n');
    const second = reader.read();
    await house.house.clock.advance(1_000);
    expect(new TextDecoder().decode((await second).value)).toBe('second\n');
    const left = await house.get('/widget/doctor.stream');
    await left.body!.cancel();
  });

  test('developers’ pages are framed by nobody and run no foreign script', async () => {
    await using house = await start(database().db);
    const answer = await house.get('/developers/embed');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect((await house.get('/developers')).headers.get('location')).toBe('/developers/embed');
    expect((await house.get('/developers/..%2fmanifest.json')).status).toBe(404);
  });

  test('a pinned loader never changes; the channel is asked for again after five minutes', async () => {
    await using house = await start(database().db);
    expect((await house.get('/widget/v1.0.0/loader.js')).headers.get('cache-control')).toContain('immutable');
    const channel = await house.get('/widget/v1/loader.js');
    expect(channel.headers.get('cache-control')).toBe('public, max-age=300, stale-while-revalidate=86400');
    expect(channel.headers.get('etag')).not.toBeNull();
  });
});
