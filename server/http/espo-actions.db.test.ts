import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { Address } from '../contract/address.ts';
import type { EngineEvent, MessageEvent } from '../contract/engine-event.ts';
import { httpForTest } from './testing.ts';

const person = '53859493912625@lid' as Address;
/** An hour before the clock of the tests. */
const at = 1_795_000_000_000 - 3_600_000;

function written(
  messageId: string,
  body: string,
  seconds: number,
  more: Partial<MessageEvent> = {},
): MessageEvent {
  return {
    kind: 'message',
    messageId,
    chat: person,
    fromMe: false,
    type: 'text',
    body,
    at: at + seconds * 1000,
    origin: 'live',
    ...more,
  };
}

/** An Organisation whose number is connected and has talked a little. */
async function start(db: Parameters<typeof httpForTest>[0]) {
  const house = await httpForTest(db);
  const org = await house.newOrganisation();
  const events: EngineEvent[] = [
    written('3EB001', 'second', 2, { fromMe: true, ack: 2 }),
    written('3EB000', 'first', 1),
    written('3EB002', 'third', 3),
  ];
  await house.chat.receive(org.inbox.id, events, 'engine');
  await house.chat.receive(
    org.inbox.id,
    [{ kind: 'session-state', report: { state: 'working', code: 'none', action: 'none' } }],
    'engine',
  );
  const get = (action: string, query = '', token = org.agentToken) =>
    house.call('GET', `/api/v1/WhatsApp/action/${action}${query}`, { token });
  const post = (action: string, body: unknown, token = org.agentToken) =>
    house.call('POST', `/api/v1/WhatsApp/action/${action}`, { token, body });
  return { house, org, get, post };
}

describeDatabases('the seed’s actions', (database) => {
  test('GET getChatMessages?chatId=…&limit=50 gives the Messages, oldest first, in the seed’s shape', async () => {
    const { house, get } = await start(database().db);
    await using _ = house;
    const { status, json } = await get('getChatMessages', `?chatId=${person}&limit=50`);
    expect(status).toBe(200);
    const common = { chatId: person };
    expect(json).toEqual({
      success: true,
      list: [
        {
          ...common,
          id: `false_${person}_3EB000`,
          messageId: `false_${person}_3EB000`,
          body: 'first',
          fromMe: false,
          timestamp: at / 1000 + 1,
          ack: 0,
          status: 'Received',
        },
        {
          ...common,
          id: `true_${person}_3EB001`,
          messageId: `true_${person}_3EB001`,
          body: 'second',
          fromMe: true,
          timestamp: at / 1000 + 2,
          ack: 2,
          status: 'Sent',
        },
        {
          ...common,
          id: `false_${person}_3EB002`,
          messageId: `false_${person}_3EB002`,
          body: 'third',
          fromMe: false,
          timestamp: at / 1000 + 3,
          ack: 0,
          status: 'Received',
        },
      ],
    });
    const last = await get('getChatMessages', `?chatId=${person}&limit=2`);
    expect((last.json['list'] as { body: string }[]).map((row) => row.body)).toEqual(['second', 'third']);
  });

  test('without a limit it is the last fifty; more than a hundred are not asked of us at once', async () => {
    const { house, org, get } = await start(database().db);
    await using _ = house;
    const many = Array.from({ length: 120 }, (_, n) => written(`3EB1${n}`, `n${n}`, 10 + n));
    await house.chat.receive(org.inbox.id, many, 'engine');
    const length = async (query: string) =>
      ((await get('getChatMessages', `?chatId=${person}${query}`)).json['list'] as unknown[]).length;
    expect(await length('')).toBe(50);
    expect(await length('&limit=1000')).toBe(100);
    expect(await length('&limit=120')).toBe(100);
  });

  test('polling a chat every second asks the phone once a minute, beside the answer', async () => {
    const { house, org, get } = await start(database().db);
    await using _ = house;
    for (let second = 0; second < 5; second++) {
      await get('getChatMessages', `?chatId=${person}&limit=50`);
      await house.clock.advance(1000);
    }
    expect(house.sessions.asked).toEqual([['backfill', org.inbox.id, person]]);
    await house.clock.advance(60_000);
    await get('getChatMessages', `?chatId=${person}&limit=50`);
    expect(house.sessions.asked).toHaveLength(2);
  });

  test('an unknown chat and status@broadcast are empty, a missing chatId is 400', async () => {
    const { house, get } = await start(database().db);
    await using _ = house;
    const empty = { success: true, list: [] };
    expect((await get('getChatMessages', '?chatId=393202696323@c.us&limit=50')).json).toEqual(empty);
    expect((await get('getChatMessages', '?chatId=status@broadcast&limit=50')).json).toEqual(empty);
    expect((await get('getChatMessages', '?limit=50')).status).toBe(400);
    expect((await get('getChatMessages', '?chatId=nonsense')).status).toBe(400);
  });

  test('POST sendMessage {chatId, message} stores one Message and answers with it', async () => {
    const { house, org, get, post } = await start(database().db);
    await using _ = house;
    const sent = await post('sendMessage', { chatId: person, message: '<b>ciao</b>' });
    expect(sent).toMatchObject({
      status: 200,
      json: {
        success: true,
        message: { body: '<b>ciao</b>', chatId: person, fromMe: true, ack: 0, status: 'Sent' },
      },
    });
    const last = async () =>
      ((await get('getChatMessages', `?chatId=${person}&limit=50`)).json['list'] as object[]).at(-1);
    const id = sent.json['messageId'];
    expect(await last()).toMatchObject({ id, messageId: null });
    // WhatsApp's own id comes later and beside it: a page that keeps Messages by id does not show this one twice.
    const clientId = String(id);
    const echo = written('3EB0FF', '<b>ciao</b>', 3_600, { fromMe: true, clientId });
    await house.chat.receive(org.inbox.id, [echo], 'engine');
    expect(await last()).toMatchObject({ id, messageId: `true_${person}_3EB0FF` });
  });

  test('two equal texts are two Messages; the same client id twice is one', async () => {
    const { house, get, post } = await start(database().db);
    await using _ = house;
    await post('sendMessage', { chatId: person, message: 'ok' });
    await post('sendMessage', { chatId: person, message: 'ok' });
    const clientId = randomUUID();
    const [first, again] = await Promise.all([
      post('sendMessage', { chatId: person, message: 'once', clientId }),
      post('sendMessage', { chatId: person, message: 'once', clientId }),
    ]);
    expect(first.json['messageId']).toBe(again.json['messageId']);
    const { json } = await get('getChatMessages', `?chatId=${person}`);
    const bodies = (json['list'] as { body: string }[]).map((row) => row.body);
    expect(bodies).toEqual(['first', 'second', 'third', 'ok', 'ok', 'once']);
  });

  test('sendMessage opens the chat of a number not written to before, and refuses what is none', async () => {
    const { house, get, post } = await start(database().db);
    await using _ = house;
    expect((await post('sendMessage', { chatId: '393202696323@c.us', message: 'hello' })).status).toBe(200);
    expect((await post('sendMessage', { phone: '+39 320 269 6324', message: 'hello' })).status).toBe(200);
    const { json } = await get('getChats');
    const ids = (json['list'] as { id: string }[]).map((row) => row.id);
    expect(ids).toEqual(expect.arrayContaining([person, '393202696323@c.us', '393202696324@c.us']));
    for (const body of [{ message: 'x' }, { chatId: person }, { chatId: person, message: { $gt: '' } }]) {
      expect((await post('sendMessage', body)).status).toBe(400);
    }
    expect((await post('sendMessage', { chatId: 'status@broadcast', message: 'x' })).status).toBe(400);
  });

  test('GET status says CONNECTED or disconnected', async () => {
    const { house, org, get } = await start(database().db);
    await using _ = house;
    expect((await get('status')).json).toEqual({ status: 'CONNECTED', isConnected: true, enabled: true });
    await house.chat.receive(
      org.inbox.id,
      [{ kind: 'session-state', report: { state: 'lost', code: 'no-internet', action: 'wait' } }],
      'engine',
    );
    expect((await get('status')).json).toEqual({ status: 'disconnected', isConnected: false, enabled: true });
  });

  test('GET login starts the Session; GET qrCode gives text and a picture without any script', async () => {
    const { house, org, get } = await start(database().db);
    await using _ = house;
    await house.chat.receive(
      org.inbox.id,
      [{ kind: 'session-state', report: { state: 'stopped', code: 'none', action: 'none' } }],
      'engine',
    );
    expect((await get('login', '', org.adminToken)).json).toEqual({ success: true, qrCode: null });
    expect(house.sessions.asked).toEqual([['link', org.inbox.id, { method: 'qr' }]]);
    expect((await get('qrCode', '', org.adminToken)).json).toEqual({ qr: null, qrImage: null });
    house.sessions.code = { kind: 'qr', value: '2@abc,"<script>', issuedAt: 1, expiresAt: 2, turn: 1 };
    const { json, headers } = await get('qrCode', '', org.adminToken);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(json['qr']).toBe('2@abc,"<script>');
    const [head, data] = String(json['qrImage']).split(',');
    expect(head).toBe('data:image/svg+xml;base64');
    const svg = Buffer.from(data!, 'base64').toString();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 (\d+) \1"/);
    expect(svg).not.toContain('script');
  });

  test('GET getContacts and GET getChats give lists in one query page', async () => {
    const { house, org, get } = await start(database().db);
    await using _ = house;
    await house.chat.receive(
      org.inbox.id,
      [{ kind: 'contact', address: '393331234567@c.us' as Address, name: 'Anna', pushName: 'anna' }],
      'engine',
    );
    const contacts = await get('getContacts');
    expect(contacts.json['list']).toContainEqual({
      id: '393331234567@c.us',
      name: 'Anna',
      pushname: 'anna',
      number: '393331234567',
      isBusiness: false,
      isMe: false,
    });
    const { json } = await get('getChats');
    expect(json).toMatchObject({
      success: true,
      list: [
        {
          id: person,
          isGroup: false,
          unreadCount: expect.any(Number),
          lastMessage: { body: 'third', fromMe: false },
        },
      ],
    });
  });

  test('a page of the seed’s kind knows no second page: it gets all contacts, and as many chats as it asks for', async () => {
    const { house, org, get } = await start(database().db);
    await using _ = house;
    const people = Array.from(
      { length: 230 },
      (_none, n) => `39333000${1_000 + n}@${n % 2 ? 'lid' : 'c.us'}`,
    );
    const said = people.map((chat, n) => written(`3EB2${n}`, `n${n}`, 10 + n, { chat: chat as Address }));
    await house.chat.receive(org.inbox.id, said, 'engine');
    const ids = async (action: string, query = '') => {
      const { json } = await get(action, query);
      return (json['list'] as { id: string }[]).map(({ id }) => id);
    };
    expect(await ids('getContacts')).toEqual(expect.arrayContaining([...people, person]));
    expect(await ids('getContacts', '?limit=3')).toHaveLength(3);
    expect(await ids('getChats')).toEqual(people.slice(-100).toReversed());
    expect(await ids('getChats', '?limit=1000')).toEqual([...people.toReversed(), person]);
  });

  test('POST saveSettings keeps the address, and the key sealed, for admins', async () => {
    const { db } = database();
    const { house, org, post } = await start(db);
    await using _ = house;
    const settings = { whatsappApiUrl: 'http://waha.internal:3000', whatsappApiKey: 'canary-key-1' };
    expect((await post('saveSettings', settings)).status).toBe(403);
    expect((await post('saveSettings', settings, org.adminToken)).json).toEqual({ success: true });
    const kept = async () =>
      (await house.call('GET', '/organisation/remote-server', { token: org.adminToken })).json;
    expect(await kept()).toEqual({ url: settings.whatsappApiUrl, hasKey: true });
    expect((await post('saveSettings', { whatsappApiUrl: 'file:///etc' }, org.adminToken)).status).toBe(400);
    const rows = await db
      .selectFrom('setting')
      .selectAll()
      .where('organisation_id', '=', org.organisationId)
      .orderBy('name')
      .execute();
    expect(rows.map((row) => row.name)).toEqual(['whatsappApiKey', 'whatsappApiUrl']);
    expect(JSON.stringify(rows)).not.toContain('canary-key-1');
    expect(house.lines.join('')).not.toContain('canary-key-1');
  });

  test('a key that is kept goes to the server it was given for and to no other', async () => {
    const { house, org, post } = await start(database().db);
    await using _ = house;
    const save = (body: object) => post('saveSettings', body, org.adminToken);
    const hasKey = async () =>
      (await house.call('GET', '/organisation/remote-server', { token: org.adminToken })).json['hasKey'];
    // In the order of the seed's form, and one after the other.
    await save({ whatsappApiKey: 'k1' });
    await save({ whatsappApiUrl: 'https://1.1.1.1/a' });
    expect(await hasKey()).toBe(true);
    await save({ whatsappApiUrl: 'https://1.1.1.1/b' });
    expect(await hasKey()).toBe(true);
    for (const elsewhere of ['https://1.0.0.1/a', 'http://1.1.1.1/a', 'https://1.1.1.1:8443/a', '']) {
      await save({ whatsappApiUrl: 'https://1.1.1.1/a', whatsappApiKey: 'k2' });
      await save({ whatsappApiUrl: elsewhere });
      await save({ whatsappApiUrl: 'https://1.0.0.1' });
      expect(await hasKey(), elsewhere).toBe(false);
    }
    await save({ whatsappApiUrl: 'https://1.1.1.1', whatsappApiKey: 'k3' });
    expect(await hasKey()).toBe(true);
  });

  test('an address in our own network is not kept, unless the operator vouches for it', async () => {
    const { house, org, post } = await start(database().db);
    await using _ = house;
    const save = (whatsappApiUrl: string) => post('saveSettings', { whatsappApiUrl }, org.adminToken);
    for (const url of [
      'http://127.0.0.1:3000',
      'http://localhost:3000/',
      'http://[::1]:3000',
      'http://10.1.2.3',
      'http://169.254.169.254/latest/meta-data',
      'http://192.168.1.5:8080',
      'http://[::ffff:127.0.0.1]:3000',
      'http://0x7f000001:3000',
      'https://1.1.1.1:22',
      'https://name:word@1.1.1.1',
    ]) {
      expect({ url, ...(await save(url)) }).toMatchObject({ url, status: 400 });
    }
    expect((await save('https://1.1.1.1')).json).toEqual({ success: true });
    expect((await save('http://waha.internal:3000/sub')).json).toEqual({ success: true });
    expect((await save('http://waha.internal:3001')).status).not.toBe(500);
    expect((await save('')).json).toEqual({ success: true });
  });

  test('POST logout is for admins and unlinks only their own number', async () => {
    const { house, org, post } = await start(database().db);
    await using _ = house;
    const other = await house.newOrganisation();
    expect((await post('logout', {})).status).toBe(403);
    expect((await post('logout', { inboxId: org.inbox.id }, other.adminToken)).status).toBe(404);
    expect((await post('logout', {}, org.adminToken)).json).toEqual({ success: true });
    // As the seed’s page calls it: a POST with nothing in it.
    expect((await post('logout', undefined, org.adminToken)).json).toEqual({ success: true });
    expect(house.sessions.asked).toEqual([
      ['unlink', org.inbox.id],
      ['unlink', org.inbox.id],
    ]);
  });

  test('the reading actions answer POST too, and the writing ones no GET', async () => {
    const { house, get, post } = await start(database().db);
    await using _ = house;
    const posted = await post('getChatMessages', { chatId: person, limit: 50 });
    expect(posted.json['list']).toHaveLength(3);
    for (const action of ['status', 'getChats', 'getContacts'])
      expect((await post(action, undefined)).status, action).toBe(200);
    for (const action of ['sendMessage', 'saveSettings', 'logout']) {
      const answer = await get(action);
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('POST');
    }
  });
});
