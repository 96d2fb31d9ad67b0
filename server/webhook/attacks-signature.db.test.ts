import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { scope } from '../chat/testing.ts';
import { rotateWebhookSecret } from '../../db/query/webhook.ts';
import { bodies, mac, path, signed } from './testing-attacks.ts';
import { addInbox, doorSecret, openDoor, rowsOf, wahaMessage } from './testing.ts';

describeDatabases('attacks on the webhook: who may knock', (database) => {
  test('42: a body about another’s session, signed with one’s own key', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const theirs = await addInbox(db, {
      dialect: 'waha',
      session: 'org2',
      secret: 'theirs',
      organisationId: scope.organisationId + 1,
    });
    const about = JSON.stringify({ ...wahaMessage(), session: 'org2' });
    // Own address with own key, their address with own key, the seed's address with own key.
    expect((await signed(door, about)).status).toBe(401);
    expect((await door.post('/webhook/waha/org2', about, mac(about))).status).toBe(401);
    expect((await door.post('/api/v1/WhatsApp/action/webhook', about, mac(about))).status).toBe(401);
    // Their key opens their door and not ours.
    const own = JSON.stringify(wahaMessage());
    expect((await door.post(path, own, mac(own, 'theirs'))).status).toBe(401);
    expect((await rowsOf(db, door.inboxId)).messages).toEqual([]);
    expect((await rowsOf(db, theirs)).messages).toEqual([]);
    expect((await door.post('/webhook/waha/org2', about, mac(about, 'theirs'))).status).toBe(200);
    expect((await rowsOf(db, theirs)).messages).toHaveLength(1);
    expect((await rowsOf(db, door.inboxId)).messages).toEqual([]);
  });

  test('44: every signature but the documented one is refused with the same answer', async () => {
    await using door = await openDoor(database().db);
    const raw = JSON.stringify(wahaMessage());
    const right = mac(raw)['x-webhook-hmac']!;
    const tries: Record<string, string | string[]>[] = [
      {},
      { 'x-webhook-hmac': '' },
      { 'x-webhook-hmac': right.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) },
      mac(JSON.stringify(JSON.parse(raw), undefined, 2)),
      { 'x-webhook-hmac': createHmac('sha256', doorSecret).update(raw).digest('hex') },
      { 'x-webhook-hmac': createHash('sha512').update(raw).digest('hex') },
      { 'x-webhook-hmac': right.toUpperCase() },
      { 'x-webhook-hmac': Buffer.from(right, 'hex').toString('base64') },
      { 'x-webhook-hmac': right.slice(0, -1) },
      { 'x-webhook-hmac': [right, right] },
      { 'x-webhook-hmac': right, 'x-webhook-hmac-algorithm': 'sha256' },
      { 'x-webhook-hmac': right, 'x-webhook-hmac-algorithm': ['sha512', 'sha512'] },
      { 'x-api-key': doorSecret },
    ];
    const unknown = await door.post('/webhook/waha/nobody', raw, mac(raw));
    for (const headers of tries) {
      const answer = await door.post(path, raw, headers);
      expect(answer.status).toBe(401);
      expect(answer.body).toBe(unknown.body);
    }
    expect(await bodies(door)).toEqual([]);
    expect((await door.post(path, raw, mac(raw))).status).toBe(200);
  });

  test('45: without a secret the door is shut, unless an operator has named it', async () => {
    const { db } = database();
    {
      await using door = await openDoor(db, { secret: null });
      const raw = JSON.stringify(wahaMessage());
      for (const headers of [{}, mac(raw), mac(raw, 'null'), { 'x-webhook-hmac': '' }]) {
        const answer = await door.post(path, raw, headers);
        expect(answer.status).toBe(401);
        expect(answer.body).toContain('webhook-not-configured');
      }
      expect(await bodies(door)).toEqual([]);
    }
    {
      await using door = await openDoor(db, { secret: null, unsigned: ['waha/org2', 'wwebjs-api/org1'] });
      expect((await door.post(path, JSON.stringify(wahaMessage()))).status).toBe(401);
    }
    {
      await using door = await openDoor(db, { secret: null, unsigned: ['waha/org1'] });
      expect((await door.post(path, JSON.stringify(wahaMessage()))).status).toBe(200);
    }
    {
      // The name alone does not switch a secret off.
      await using door = await openDoor(db, { unsigned: ['waha/org1'] });
      expect((await door.post(path, JSON.stringify(wahaMessage()))).status).toBe(401);
    }
    {
      await using door = await openDoor(db, { secret: '' });
      const raw = JSON.stringify(wahaMessage());
      expect((await door.post(path, raw, mac(raw, ''))).status).toBe(401);
    }
  });

  test('47: WAHA’s timestamp header is under no signature, so nothing hangs on it', async () => {
    await using door = await openDoor(database().db);
    for (const stamp of ['0', 'NaN', '99999999999999', '']) {
      expect((await door.waha(wahaMessage(), { 'x-webhook-timestamp': stamp })).status).toBe(200);
    }
    const at = (await rowsOf(door.test.db, door.inboxId)).messages.map((row) => row.at);
    expect(Math.min(...at)).toBeGreaterThan(1_795_235_000_000);
  });

  test('48: while a key is changed both count; after the cut-over only the new one', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const { id } = await db
      .selectFrom('webhook')
      .select('id')
      .where('inbox_id', '=', door.inboxId)
      .executeTakeFirstOrThrow();
    const cutOver = door.clock.now() + 60_000;
    await rotateWebhookSecret(db, id, { secret: 'new', previous: doorSecret, previousUntil: cutOver });
    door.router.forget();
    const raw = JSON.stringify(wahaMessage());
    const status = async (secret: string) => (await door.post(path, raw, mac(raw, secret))).status;
    expect([await status('new'), await status(doorSecret), await status('third')]).toEqual([200, 200, 401]);
    await door.clock.advance(60_001);
    expect([await status('new'), await status(doorSecret)]).toEqual([200, 401]);
  });

  test('48: a change made by another process is noticed within seconds', async () => {
    const { db } = database();
    await using door = await openDoor(db);
    const raw = JSON.stringify(wahaMessage());
    const status = async (secret: string) => (await door.post(path, raw, mac(raw, secret))).status;
    expect(await status(doorSecret)).toBe(200);
    await db.updateTable('webhook').set({ secret: 'new' }).where('inbox_id', '=', door.inboxId).execute();
    await door.clock.advance(5_001);
    expect([await status('new'), await status(doorSecret)]).toEqual([200, 401]);
  });

  test('a refusal tells nothing of ours, and no secret or text reaches the log', async () => {
    await using door = await openDoor(database().db);
    const raw = JSON.stringify(wahaMessage({ body: 'private words' }));
    await door.post(path, raw, mac(raw, 'guess'));
    await signed(door, raw.slice(0, -1));
    expect((await signed(door, raw)).status).toBe(200);
    const log = door.test.logged.join('\n');
    expect(log).not.toContain('private words');
    expect(log).not.toContain(doorSecret);
    const refused = await door.post(path, raw, mac(raw, 'guess'));
    expect(JSON.parse(refused.body)).toEqual({
      type: 'about:blank',
      title: 'The signature does not match',
      status: 401,
      code: 'bad-signature',
    });
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    });
  });
});
