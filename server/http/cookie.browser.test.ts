import { chromium } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { sqliteForTest } from '../../db/testing.ts';
import { goodPassword } from '../access/testing.ts';
import { httpForTest } from './testing.ts';

test('a real browser keeps the cookie on plain-http loopback, shows it to no script, and its page breaks no policy', async () => {
  await using database = await sqliteForTest();
  await using house = await httpForTest(database.db);
  const { email } = await house.newAgent();
  const browser = await chromium.launch({
    executablePath: process.env['CHATDOCK_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
  for (const base of [house.url, house.url.replace('127.0.0.1', 'localhost')]) {
    await page.goto(base);
    const seen = await page.evaluate(
      async ([address, password]) => {
        const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
          fetch(`/api/v1${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...headers },
            body: body === undefined ? null : JSON.stringify(body),
          });
        await post('/auth/sign-in', { email: address, password, mode: 'cookie' });
        const me = (await (await fetch('/api/v1/auth/me')).json()) as {
          agent: { email: string };
          csrf: string;
        };
        const ticket = await post('/auth/ticket', undefined, { 'x-chatdock-csrf': me.csrf });
        return { cookie: document.cookie, email: me.agent.email, ticket: ticket.status };
      },
      [email, goodPassword] as const,
    );
    expect(seen).toEqual({ cookie: '', email, ticket: 200 });
  }
  expect(complaints).toEqual([]);
});
