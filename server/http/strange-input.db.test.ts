import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeDatabases, sqliteForTest } from '../../db/testing.ts';
import type { Route } from './route.ts';
import { nameOf, twoOrganisations } from './testing-two-organisations.ts';

describeDatabases('strange input', (database) => {
  let two: Awaited<ReturnType<typeof twoOrganisations>>;
  beforeAll(async () => {
    two = await twoOrganisations(database().db);
  });
  afterAll(() => two.house[Symbol.asyncDispose]());

  test('ids that cannot be one name nothing; cursors and doubled parameters that cannot be read are 400', async () => {
    const { house, mine } = two;
    const token = mine.agentToken;
    for (const id of ['0', '-1', '1e3', '01', '9007199254740993000', 'NaN', "1'%20or%201=1", '%00']) {
      expect((await house.call('GET', `/chats/${id}`, { token })).status, id).toBe(404);
    }
    for (const since of ['', 'x', '1', '1:-1', '1:1e400', '1:1,1:2', '0:1', `${'1:1,'.repeat(60)}1:1`]) {
      expect((await house.call('GET', `/changes?since=${since}`, { token })).status, since).toBe(400);
    }
    expect((await house.call('GET', '/changes?since=1:1&since=2:2', { token })).status).toBe(400);
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=x',
      'limit=1&limit=2',
      'filter=all&filter=unread',
      'before=%00',
    ]) {
      const { status } = await house.call('GET', `/inboxes/${mine.inbox.id}/chats?${query}`, { token });
      expect(status, query).toBe(400);
    }
  });

  test('words of SQL, NUL, other alphabets and texts of any length are 4xx or taken, and never a fault', async () => {
    const { house, theirs, pathOf, bodyOf } = two;
    const strange = `€' OR 1=1 -- \\'\u0000\ufffd%_`;
    const call = async (route: Route, path: string, raw?: string) => {
      const { status, text } = await house.call(route.method.toUpperCase(), path, {
        token: theirs.adminToken,
        ...(raw === undefined ? {} : { raw }),
      });
      expect(status, `${nameOf(route)} ${path} ${raw?.slice(0, 100)}`).toBeLessThan(500);
      expect(text, nameOf(route)).not.toContain('the secret');
    };
    for (const route of house.routes.filter((one) => one.who !== 'public')) {
      const path = pathOf(route, theirs);
      for (const [field, longest] of textFields(route.query)) {
        for (const value of [strange, '€'.repeat(longest)]) {
          await call(route, `${path}?${field}=${encodeURIComponent(value)}&${field}[x]=1`);
        }
      }
      // Its own path with each value in the place of each id.
      for (const id of route.path.match(/:\w+/g) ?? []) {
        await call(route, route.path.replace(id, encodeURIComponent(strange)).replaceAll(/:\w+/g, '1'));
      }
      for (const [field, longest] of textFields(route.body)) {
        for (const value of [strange, '€'.repeat(longest), ['€'], { $gt: '' }]) {
          await call(route, path, JSON.stringify({ ...bodyOf(route, theirs), [field]: value }));
        }
      }
    }
  });
});

// Refused before any database is asked, so one of them will do.
test('a body of another type, shape or size is refused by every route, after the sign-in is checked', async () => {
  await using database = await sqliteForTest();
  const { house, theirs, pathOf } = await twoOrganisations(database.db);
  await using _ = house;
  const withBody = house.routes.filter((one) => one.body !== undefined && one.who !== 'public');
  expect(withBody.length).toBeGreaterThan(40);
  for (const route of withBody) {
    expect(route.bodyLimit, nameOf(route)).toBeLessThanOrEqual(256 * 1024);
    const send = (raw: string, type = 'application/json') =>
      house.call(route.method.toUpperCase(), pathOf(route, theirs), {
        token: theirs.adminToken,
        raw,
        headers: { 'content-type': type },
      });
    const deep = '['.repeat(Math.min(50_000, route.bodyLimit - 100));
    const cases: [string, number, string?][] = [
      ['[]', 400],
      ['null', 400],
      ['"{}"', 400],
      [`{"a":${deep}`, 400],
      [`{"a":"${'x'.repeat(route.bodyLimit)}"}`, 413],
      ['{}', 415, 'text/plain'],
      ['a=1', 415, 'application/x-www-form-urlencoded'],
    ];
    const answers = await Promise.all(cases.map(([raw, , type]) => send(raw, type)));
    expect(
      answers.map(({ status }) => status),
      nameOf(route),
    ).toEqual(cases.map(([, status]) => status));
  }
  expect(house.sessions.asked).toEqual([]);
});

/** Fields that take a text, with the longest one that is taken (at most 4,000 letters of three bytes are tried). */
function textFields(schema: z.ZodType | undefined): [string, number][] {
  if (!schema) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).flatMap(([field, one]) => {
    const isText = typeof one === 'object' && (one.type === 'string' || one.anyOf || one.oneOf);
    return isText ? [[field, Math.min(one.maxLength ?? 4_000, 4_000)] as [string, number]] : [];
  });
}
