import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findInboxRow } from '../db/query/inbox.ts';
import { takeLease } from '../db/query/lease.ts';
import { findArchive } from '../db/query/session-archive.ts';
import { describeDatabases } from '../db/testing.ts';
import { createSeal, embedKeyPlace, sealedBy, totpPlace, type Seal } from './access/index.ts';
import { newInbox } from './chat/testing.ts';
import { ManualClock } from './clock.ts';
import { settingPlace } from './http/routes/espo-actions.ts';
import { secretPlace as endpointPlace } from './outgoing-webhook/request.ts';
import { drawers, resealAll } from './reseal.ts';
import { createEngineKeys } from './session/engine-keys.ts';
import { readArchive, storeArchive, type StoredParts } from './session/archive/stored.ts';
import type { Entry } from './session/archive/entries.ts';
import { secretPlace as webhookPlace } from './webhook/secrets.ts';

async function* entries(): AsyncGenerator<Entry> {
  const text = Buffer.from('profile');
  async function* body(): AsyncGenerator<Buffer> {
    yield text;
  }
  yield { head: { kind: 'file', path: 'kept', size: text.length }, body: body() };
}

test('every place that a room seals for is in the list', () => {
  const here = import.meta.dirname;
  const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/(\.test|testing[^/]*)\.ts$/.test(name),
  );
  const tables = files.flatMap((name) => {
    const source = readFileSync(join(here, name), 'utf8');
    return [...source.matchAll(/\btable: '(\w+)',\s*row: /g)].map((match) => match[1]!);
  });
  // A backup is a file somewhere: nobody can seal it anew.
  const known = [...drawers.map(({ table }) => table), 'session_backup'];
  expect([...new Set(tables)].toSorted()).toEqual(known.toSorted());
});

describeDatabases('a new sealing key', (database) => {
  test('takes over everything that was sealed, also when it is ended on the way; then the old key can go', async () => {
    const { db } = database();
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    const clock = new ManualClock();
    const inboxId = await newInbox(db, 'baileys');
    const { organisation_id: organisationId } = (await findInboxRow(db, inboxId))!;
    const lease = (await takeLease(db, { inboxId, owner: 'us', now: 0, until: 1, alone: true }))!;
    const keysBy = (seal: Seal) => createEngineKeys({ db, clock, seal, lease, organisationId });
    const storeBy = (seal: Seal): StoredParts => ({ db, clock, seal, organisationId, largest: 10_000_000 });
    const before = createSeal([old]);
    const ids = Array.from({ length: 25 }, (_, n) => String(n));
    await keysBy(before).write(ids.map((id) => ({ kind: 'pre-key', id, value: `secret ${id}` })));
    await storeArchive(storeBy(before), lease, 'wwebjs', entries());
    const hook = { dialect: 'waha', session: `s${inboxId}` };
    const hookPlace = webhookPlace({ ...hook, organisation_id: organisationId });
    await db
      .insertInto('webhook')
      .values({
        ...hook,
        inbox_id: inboxId,
        secret: before.seal('hook', hookPlace),
        previous_secret: before.seal('hook before', hookPlace),
        previous_until: 0,
        created_at: 0,
        last_at: 0,
      })
      .execute();
    const name = 'whatsappApiKey';
    await db.deleteFrom('setting').where('organisation_id', '=', organisationId).execute();
    await db
      .insertInto('setting')
      .values([
        {
          organisation_id: organisationId,
          name,
          value: before.seal('remote', settingPlace(organisationId, name)),
        },
        { organisation_id: organisationId, name: 'whatsappApiUrl', value: 'http://plain' },
      ])
      .execute();
    const endpoint = await db
      .insertInto('endpoint')
      .values({
        organisation_id: organisationId,
        url: 'https://x',
        description: '',
        format: 'chatdock',
        events: '[]',
        inboxes: null,
        secret: '',
        previous_secret: null,
        state: 'on',
        created_at: 0,
      })
      .executeTakeFirstOrThrow();
    const ofEndpoint = endpointPlace({ id: Number(endpoint.insertId), organisation_id: organisationId });
    const endpoints = db.updateTable('endpoint').where('id', '=', Number(endpoint.insertId));
    await endpoints.set({ secret: before.seal('whsec', ofEndpoint) }).execute();
    const kid = `ck_${inboxId}`;
    const embed = {
      organisation_id: organisationId,
      name: 'key',
      issuer: 'crm',
      created_at: 0,
    };
    const material = before.seal('shared', embedKeyPlace(kid, organisationId));
    await db
      .insertInto('embed_key')
      .values([
        { ...embed, kid, algorithm: 'HS256', material },
        { ...embed, kid: `${kid}p`, algorithm: 'RS256', material: 'PEM' },
      ])
      .execute();
    const agent = await db
      .insertInto('agent')
      .values({
        organisation_id: organisationId,
        email: `a${inboxId}@x.example`,
        name: '',
        role: 'agent',
        password_hash: '',
        locale: 'en',
        disabled_at: 0,
        created_at: 0,
      })
      .executeTakeFirstOrThrow();
    const ofAgent = totpPlace({ id: Number(agent.insertId), organisation_id: organisationId });
    const totp = { agent_id: Number(agent.insertId), sealed: before.seal('base32', ofAgent) };
    await db.insertInto('agent_totp').values(totp).execute();

    const half = new AbortController();
    const both = [fresh, old] as const;
    const begun = resealAll({ db, keys: both, batch: 10, signal: half.signal });
    half.abort();
    const first = await begun;
    expect(first.sealed).toBeLessThan(25);
    const second = await resealAll({ db, keys: both, batch: 10 });
    expect(first.sealed + second.sealed).toBe(25 + 1 + 2 + 1 + 1 + 1 + 1);
    expect(second.unreadable).toBe(0);
    expect(await resealAll({ db, keys: both })).toEqual({ sealed: 0, unreadable: 0 });

    const after = createSeal([fresh]);
    expect((await keysBy(after).read('pre-key', ids)).get('24')).toBe('secret 24');
    const archived: string[] = [];
    for await (const { head, body } of readArchive(storeBy(after), (await findArchive(db, inboxId))!))
      for await (const piece of body) archived.push(`${head.kind} ${Buffer.from(piece).toString()}`);
    expect(archived).toEqual(['file profile']);
    const [webhook] = await db.selectFrom('webhook').selectAll().where('inbox_id', '=', inboxId).execute();
    expect(after.open(webhook!.secret!, hookPlace)).toBe('hook');
    expect(after.open(webhook!.previous_secret!, hookPlace)).toBe('hook before');
    const settings = await db
      .selectFrom('setting')
      .selectAll()
      .where('organisation_id', '=', organisationId)
      .execute();
    const valueOf = (wanted: string) => settings.find((row) => row.name === wanted)!.value;
    expect(after.open(valueOf(name), settingPlace(organisationId, name))).toBe('remote');
    expect(valueOf('whatsappApiUrl')).toBe('http://plain');
    const keys = await db.selectFrom('embed_key').selectAll().orderBy('id').execute();
    expect(
      after.open(keys.find((key) => key.kid === kid)!.material, embedKeyPlace(kid, organisationId)),
    ).toBe('shared');
    expect(keys.find((key) => key.kid === `${kid}p`)!.material).toBe('PEM');
    const row = await db
      .selectFrom('endpoint')
      .selectAll()
      .where('id', '=', Number(endpoint.insertId))
      .executeTakeFirst();
    expect(after.open(row!.secret, ofEndpoint)).toBe('whsec');
    const second2 = await db
      .selectFrom('agent_totp')
      .selectAll()
      .where('agent_id', '=', totp.agent_id)
      .executeTakeFirst();
    expect(after.open(second2!.sealed, ofAgent)).toBe('base32');
  });

  test('leaves alone, and counts, what was sealed with a key that is not here', async () => {
    const { db } = database();
    const [lost, old, fresh] = [randomBytes(32), randomBytes(32), randomBytes(32)];
    const inboxId = await newInbox(db, 'baileys');
    const { organisation_id: organisationId } = (await findInboxRow(db, inboxId))!;
    await db.deleteFrom('session_key').execute();
    const lease = (await takeLease(db, { inboxId, owner: 'us', now: 0, until: 1, alone: true }))!;
    const write = (key: Buffer, ids: string[]) =>
      createEngineKeys({
        db,
        clock: new ManualClock(),
        seal: createSeal([key]),
        lease,
        organisationId,
      }).write(ids.map((id) => ({ kind: 'k', id, value: id })));
    await write(lost, ['a', 'c']);
    await write(old, ['b', 'd', 'e']);
    const told = await resealAll({ db, keys: [fresh, old], batch: 1 });
    expect(told.sealed).toBe(3);
    expect(told.unreadable).toBeGreaterThanOrEqual(2);
    const rows = await db.selectFrom('session_key').select(['id', 'sealed']).orderBy('id').execute();
    const by = rows.map(({ sealed }) => (sealed.startsWith(sealedBy(fresh)) ? 'fresh' : 'lost'));
    expect(by).toEqual(['lost', 'fresh', 'lost', 'fresh', 'fresh']);
  });
});
