import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../db/database.ts';
import { takeLease } from '../db/query/lease.ts';
import { describeDatabases } from '../db/testing.ts';
import { createSeal } from './access/index.ts';
import { ManualClock } from './clock.ts';
import type { SessionReport } from './contract/session-state.ts';
import type { Route } from './http/route.ts';
import { nameOf, twoOrganisations } from './http/testing-two-organisations.ts';
import { storeArchive } from './session/archive/stored.ts';
import { createEngineKeys } from './session/engine-keys.ts';
import { createWebhookSettings } from './webhook/settings.ts';

/** Fields of bodies and answers that hold a secret. Each has to be planted below, or to be named here as none. */
const secretLike =
  /^(password|current|next|code|token|secret|key|apiKey|ticket|csrf|recoveryCodes|uri|browser|\w*ApiKey|privateKey)$/;
const noSecret = new Set([
  // Cursors of pages.
  'next',
]);
const elsewhere: Readonly<Record<string, string>> = {
  'post /auth/embed body.token': 'signed by the host page, used up: server/http/embed.db.test.ts',
  'post /auth/embed/renew body.token': 'the same',
  'post /auth/embed answer.token': 'as of any sign-in',
  'post /auth/embed answer.csrf': 'null: no cookie',
  'get /auth/me answer.token': 'null: never told again',
  'get /auth/me answer.csrf': 'the one of the cookie’s own page',
  'post /auth/password answer.csrf': 'as of any sign-in by cookie',
  'post /auth/invitation/accept answer.csrf': 'as of any sign-in by cookie',
  'post /auth/sign-in body.code': 'six digits, over after 30 s; their seed is planted',
  'post /auth/totp/confirm body.code': 'the same',
  'post /auth/totp/disable body.password': 'planted by the change of the password',
  'get /connect/:session answer.apiKey': 'masked',
  'get /connect/:session/qr answer.code': 'shown to be scanned; see the pairing code below',
  'get /inboxes/:inboxId/session answer.code': 'a word for the state',
  'post /link body.browser': 'planted by the first answer',
};

function fieldsOf(schema: z.ZodType | undefined): string[] {
  if (!schema) return [];
  const { properties = {} } = z.toJSONSchema(schema, { unrepresentable: 'any' });
  return Object.keys(properties).filter((name) => secretLike.test(name) && !noSecret.has(name));
}

/** Every row of every table as text; bytes as they are and as hexadecimal. */
async function dump(db: Database): Promise<string> {
  const texts: string[] = [];
  for (const { name } of await db.introspection.getTables()) {
    for (const row of await db
      .selectFrom(name as 'agent')
      .selectAll()
      .execute()) {
      for (const value of Object.values<unknown>(row)) {
        texts.push(
          value instanceof Uint8Array
            ? `${Buffer.from(value).toString('latin1')} ${Buffer.from(value).toString('hex')}`
            : String(value),
        );
      }
    }
  }
  return texts.join('\n');
}

/** A secret as it might be found: as it is, and in the usual clothes. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    whole.toString('base64'),
    whole.toString('base64url'),
  ];
}

function found(secrets: ReadonlyMap<string, string>, text: string): string[] {
  return [...secrets]
    .filter(([, one]) => spellings(one).some((word) => text.includes(word)))
    .map(([name]) => name);
}

/** A house in which every secret there is has been used once, through the API where there is a way through it. */
async function houseOfSecrets(db: Database) {
  const seal = createSeal([randomBytes(32)]);
  const clock = new ManualClock();
  const two = await twoOrganisations(db, {
    seal,
    webhooks: createWebhookSettings({
      db,
      clock,
      seal: (text, place) => seal.seal(text, place),
      dialects: new Map([['waha', true]]),
      changed: () => {},
    }),
  });
  const { house, mine } = two;
  const secrets = new Map<string, string>();
  /** Calls, and keeps what went in and came out under the secret-like fields. */
  const plant = async (
    name: string,
    path: string,
    body?: object,
    token: string | undefined = mine.adminToken,
  ) => {
    const method = name.split(' ')[0]!;
    const answer = await house.call(method.toUpperCase(), path, {
      ...(token === '' ? {} : { token }),
      ...(body ? { body } : {}),
    });
    expect(answer.status, `${name}: ${answer.text}`).toBeLessThan(300);
    for (const [where, fields] of [
      ['body', body],
      ['answer', answer.json],
    ] as const)
      for (const [field, value] of Object.entries(fields ?? {})) {
        if (!secretLike.test(field) || noSecret.has(field) || typeof value !== 'string') continue;
        secrets.set(`${name} ${where}.${field}`, value);
      }
    return answer.json;
  };
  const inbox = `/inboxes/${mine.inbox.id}`;

  // People.
  const email = 'canary@crm.example';
  const password = 'canary anvil 7 sleeps';
  const born = await plant('post /agents', '/agents', { email, name: 'C', password });
  await plant('patch /agents/:agentId', `/agents/${Number(born['id'])}`, {
    password: 'canary kettle 8 walks',
  });
  const signedIn = { email, password: 'canary kettle 8 walks' };
  await plant('post /auth/sign-in', '/auth/sign-in', { ...signedIn, mode: 'cookie' }, '');
  const { token } = await plant('post /auth/sign-in', '/auth/sign-in', { ...signedIn, mode: 'bearer' }, '');
  const changed = await plant(
    'post /auth/password',
    '/auth/password',
    { current: signedIn.password, next: 'canary ladder 9 swims' },
    String(token),
  );
  secrets.set('post /auth/password body.next', 'canary ladder 9 swims');
  const own = String(changed['token']);
  await plant('post /auth/ticket', '/auth/ticket', undefined, own);
  const factor = await plant('post /auth/totp', '/auth/totp', { password: 'canary ladder 9 swims' }, own);
  const app = new TOTP({ secret: Secret.fromBase32(String(factor['secret'])) });
  const codes = await house.call('POST', '/auth/totp/confirm', {
    token: own,
    body: { code: app.generate({ timestamp: house.clock.now() }) },
  });
  expect(codes.status).toBe(200);
  secrets.set('post /auth/totp/confirm answer.recoveryCodes', (codes.json['recoveryCodes'] as string[])[3]!);
  secrets.set(
    'the same without its line',
    secrets.get('post /auth/totp/confirm answer.recoveryCodes')!.replace('-', ''),
  );
  const invited = await plant('post /invitations', '/invitations', { email: 'invited@crm.example' });
  const invitation = String(invited['token']);
  await plant('post /auth/invitation', '/auth/invitation', { token: invitation }, '');
  await plant(
    'post /auth/invitation/accept',
    '/auth/invitation/accept',
    { token: invitation, name: 'I', password: 'canary window 6 reads', mode: 'bearer' },
    '',
  );

  // Keys of programs, hosts, foreign servers and ours.
  await plant('post /api-keys', '/api-keys', { name: 'canary', scopes: ['messages:read'] });
  await plant('post /connect', '/connect', { name: 'canary' });
  const hostKey = await plant('post /organisation/embed-keys', '/organisation/embed-keys', {
    name: 'canary',
  });
  const embedPath = '/organisation/embed-keys/:embedKeyId/rotate';
  await plant(`post ${embedPath}`, embedPath.replace(':embedKeyId', String(hostKey['id'])), {});
  const endpoint = await plant('post /organisation/endpoints', '/organisation/endpoints', {
    url: 'http://127.0.0.1:1/canary',
  });
  const rotate = '/organisation/endpoints/:endpointId/rotate';
  await plant(`post ${rotate}`, rotate.replace(':endpointId', String(endpoint['id'])));
  await plant('post /inboxes/:inboxId/webhooks', `${inbox}/webhooks`, {
    dialect: 'waha',
    session: 'canary',
    secret: 'canary-webhook-secret-5f2c',
  });
  await plant('post /WhatsApp/action/saveSettings', '/WhatsApp/action/saveSettings', {
    whatsappApiUrl: 'http://waha.internal:3000',
    whatsappApiKey: 'canary-remote-engine-key-77',
  });

  // The link for the phone's owner, and the browser that keeps it.
  const link = await plant('post /inboxes/:inboxId/links', `${inbox}/links`);
  await plant('post /link', '/link', { token: link['token'] }, '');

  // What an engine keeps, as rows and as a folder.
  const lease = (await takeLease(db, {
    inboxId: mine.inbox.id,
    owner: 'us',
    now: 0,
    until: 1,
    alone: true,
  }))!;
  const { organisationId } = mine;
  secrets.set('a row of an engine', 'canary-noise-key-1a2b3c4d');
  await createEngineKeys({ db, clock, seal, lease, organisationId }).write([
    { kind: 'creds', id: 'noise', value: '{"key":"canary-noise-key-1a2b3c4d"}' },
  ]);
  const cookie = 'canary-session-cookie-9e8d7c6b';
  secrets.set('a file of an engine', cookie);
  await storeArchive(
    { db, clock, seal, organisationId, largest: 1_000_000 },
    lease,
    'wwebjs',
    (async function* () {
      yield {
        head: { kind: 'file' as const, path: 'Default/Cookies', size: cookie.length },
        body: (async function* () {
          yield Buffer.from(cookie);
        })(),
      };
    })(),
  );
  return { ...two, secrets };
}

/** Whose body or answer has a secret in it, from the route table. */
function named(routes: readonly Route[]): string[] {
  return routes.flatMap((route) => [
    ...fieldsOf(route.body).map((field) => `${nameOf(route)} body.${field}`),
    ...fieldsOf(route.answer).map((field) => `${nameOf(route)} answer.${field}`),
  ]);
}

describeDatabases('secrets', (database) => {
  let planted: Awaited<ReturnType<typeof houseOfSecrets>>;
  beforeAll(async () => {
    planted = await houseOfSecrets(database().db);
  });
  afterAll(() => planted.house[Symbol.asyncDispose]());

  test('every field of a body or an answer that holds a secret is planted', () => {
    const { house, secrets } = planted;
    const missing = named(house.routes).filter((name) => !secrets.has(name) && !(name in elsewhere));
    expect(missing).toEqual([]);
    for (const [name, secret] of secrets) expect(secret.length, name).toBeGreaterThan(9);
  });

  test('none is found in the whole database, in the log or in any answer that does not make it', async () => {
    const { house, mine, ask, secrets } = planted;
    expect(found(secrets, await dump(database().db))).toEqual([]);
    expect(house.lines.length).toBeGreaterThan(50);
    expect(found(secrets, house.lines.join('\n'))).toEqual([]);
    const gets = house.routes.filter((route) => route.method === 'get' && route.who !== 'public');
    expect(gets.length).toBeGreaterThan(40);
    for (const route of gets) {
      const answer = await ask(route, mine.adminToken);
      const headers = JSON.stringify([...answer.headers]);
      expect(found(secrets, `${answer.text} ${headers}`), nameOf(route)).toEqual([]);
    }
    expect(found(secrets, house.lines.join('\n'))).toEqual([]);
  });

  test('a code to link a phone by is in no log and no other answer, and never in the database', async () => {
    const { house, mine, ask } = planted;
    const db = database().db;
    const code = new Map([['the code', 'CANARYQX']]);
    const at = house.clock.now();
    const pairing = {
      kind: 'code' as const,
      value: 'CANARYQX',
      issuedAt: at,
      expiresAt: at + 160_000,
      turn: 1,
    };
    const say = (report: SessionReport) =>
      house.chat.receive(mine.inbox.id, [{ kind: 'session-state', report }], 'engine');
    await say({ state: 'pairing', code: 'none', action: 'none', pairing });
    for (const route of house.routes.filter((one) => one.method === 'get' && one.who !== 'public'))
      expect(found(code, (await ask(route, mine.adminToken)).text), nameOf(route)).toEqual([]);
    expect(found(code, house.lines.join('\n'))).toEqual([]);
    expect(found(code, await dump(db))).toEqual([]);
  });

  test('the alarm rings: one stored plainly is found, and one in another dress', async () => {
    const { db } = database();
    const { mine, secrets } = planted;
    const [plain, dressed] = ['post /auth/ticket answer.ticket', 'post /api-keys answer.key'] as const;
    const value = Buffer.from(`{"key":"${secrets.get(dressed)!}"}`.slice(8)).toString('base64');
    await db
      .updateTable('agent')
      .set({ name: `x${secrets.get(plain)!}` })
      .where('id', '=', mine.agent.agentId)
      .execute();
    await db
      .insertInto('setting')
      .values({ organisation_id: mine.organisationId, name: 'canary', value })
      .execute();
    expect(found(secrets, await dump(db))).toEqual(expect.arrayContaining([plain, dressed]));
  });
});
