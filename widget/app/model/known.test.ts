import { afterEach, beforeEach, expect, test } from 'vitest';
import { TinyServer } from '../../testing/tiny-server.ts';
import { until } from '../../testing/until.ts';
import { Link } from '../link/link.ts';
import { Model } from './model.ts';

let server: TinyServer;
const open: Model[] = [];
beforeEach(async () => void (server = await TinyServer.start()));
afterEach(async () => {
  open.splice(0).forEach((model) => model.close());
  await server[Symbol.asyncDispose]();
});

function aVisit(kept: Map<string, string>): Model {
  const choices = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const model = new Model(new Link({ host: server.url, auth: 'cookie' }), {
    now: Date.now,
    newId: () => crypto.randomUUID(),
    choices,
  });
  open.push(model);
  return model;
}

test('a first visit asks the server nothing; after a sign-in the next one asks and is in', async () => {
  const kept = new Map<string, string>();
  const first = aVisit(kept);
  await first.start();
  expect([first.phase.value, server.asked]).toEqual(['signed-out', []]);
  expect(await first.signIn('marta@example.com', 'secret')).toBeUndefined();
  first.close();
  const second = aVisit(kept);
  await second.start();
  await until(() => second.phase.value === 'ready');
  await second.signOut();
  server.asked.length = 0;
  await aVisit(kept).start();
  expect(server.asked).toEqual([]);
});

test('the page’s storage knows that somebody was here, and no secret', async () => {
  const kept = new Map<string, string>();
  await aVisit(kept).signIn('marta@example.com', 'secret');
  expect(Array.from(kept.values()).join()).not.toMatch(/token|secret|marta/);
  expect(kept.get(`chatdock:signed-in:${server.url}`)).toBe('yes');
});
