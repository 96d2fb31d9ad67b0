import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatPage, MessagePage } from '../server/contract/api.ts';
import type { Changes, Chat, Message } from '../server/contract/wire.ts';
import type { WorldView } from '../sandbox/view.ts';
import { ApiClient } from './harness/client.ts';
import { eventually } from './harness/eventually.ts';
import { startHouse, type RunningHouse } from './harness/house.ts';
import { deliver, wahaMessage, type WahaSender } from './harness/webhook-sender.ts';

/** What the public predecessor of this product gets wrong, each as a promise of ours, on the running product. */
describe('what the predecessor got wrong', () => {
  let house: RunningHouse;
  let api: ApiClient;
  /** Of the Sandbox phone, linked. */
  let linked: number;
  /** Fed by webhooks only. */
  let hooked: number;
  let waha: WahaSender;
  const apiKey = 'a-key-of-the-peer-0123456789';
  const now = Math.floor(Date.now() / 1_000);

  beforeAll(async () => {
    house = await startHouse({ environment: { CHATDOCK_LOG_LEVEL: 'silent' } });
    api = await ApiClient.signIn(house.url, house.signIn!);
    linked = (await api.inboxes())[0]!.id;
    hooked = (await api.call<{ id: number }>('POST', '/inboxes', { name: 'Hooks', engine: 'none' })).id;
    const hook = await api.call<{ secret: string }>('POST', `/inboxes/${hooked}/webhooks`, {
      dialect: 'waha',
      session: 'org1',
    });
    waha = { session: 'org1', secret: hook.secret, url: () => house.url };
    await api.call('POST', `/inboxes/${hooked}/webhooks`, {
      dialect: 'wwebjs-api',
      session: 'desk',
      secret: apiKey,
    });
    await api.call('POST', `/inboxes/${linked}/session/link`, { method: 'qr' });
    const state = async () => (await api.inboxes())[0]!.session.state;
    await eventually(state, (is) => is === 'pairing');
    await act('scan-on-screen');
    await eventually(state, (is) => is === 'working');
  });
  afterAll(async () => {
    await house[Symbol.asyncDispose]();
  });

  const sandbox = async (path: string, request: RequestInit): Promise<Response> => {
    const response = await fetch(new URL(`/api/${path}`, house.sandboxUrl), request);
    if (!response.ok) throw new Error(`the sandbox answered ${path}: ${await response.text()}`);
    return response;
  };
  const act = (verb: string, body: object = {}) => {
    const headers = { 'content-type': 'application/json' };
    return sandbox(verb, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  const chatsOnPhone = async (): Promise<WorldView['chats']> =>
    ((await (await sandbox('state', {})).json()) as WorldView).chats;
  const textsOnPhone = async (chat: string) =>
    (await chatsOnPhone()).find(({ id }) => id === chat)?.messages.map(({ body }) => body) ?? [];

  const tell = async (event: string, payload: object) => {
    const envelope = {
      id: `evt_${randomBytes(13).toString('hex')}`,
      timestamp: Date.now(),
      event,
      session: 'org1',
      me: { id: '15550009999@c.us', pushName: 'Desk' },
      payload: { timestamp: now, from: '15550009999@c.us', hasMedia: false, body: '', ...payload },
      engine: 'WEBJS',
    };
    expect(await deliver(waha, JSON.stringify(envelope))).toBe(200);
  };
  const post = async (path: string, body: string, headers: Record<string, string>): Promise<number> => {
    const response = await fetch(`${house.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    await response.arrayBuffer();
    return response.status;
  };
  const storedAs = async (messageId: string): Promise<Changes['messages']> =>
    (await api.messagesOf(hooked)).filter((row) => row.messageId === messageId);
  const newId = () => `3EB0${randomBytes(8).toString('hex').toUpperCase()}`;
  const chatsOf = async (inboxId: number, search: string): Promise<Chat[]> =>
    (await api.call<ChatPage>('GET', `/inboxes/${inboxId}/chats?search=${encodeURIComponent(search)}`)).list;
  const messagesIn = async (chatId: number): Promise<Message[]> =>
    (await api.call<MessagePage>('GET', `/chats/${chatId}/messages?limit=100`)).list;
  const send = (chatId: number, body: string, clientId: string = randomUUID()): Promise<Message> =>
    api.call<Message>('POST', `/chats/${chatId}/messages`, { clientId, body });
  const chatWith = async (search: string): Promise<Chat> => {
    const [chat] = await eventually(
      () => chatsOf(linked, search),
      (list) => list.length > 0,
    );
    return chat!;
  };

  test('a webhook without its key, or with another, changes nothing (defect 1)', async () => {
    const body = wahaMessage('org1', newId(), 'let me in', now);
    const forged = createHmac('sha512', 'guessed').update(body).digest('hex');
    const peer = JSON.stringify({ dataType: 'message', sessionId: 'desk', data: { message: {} } });
    expect([
      await post('/webhook/waha/org1', body, {}),
      await post('/webhook/waha/org1', body, {
        'x-webhook-hmac': forged,
        'x-webhook-hmac-algorithm': 'sha512',
      }),
      await post('/webhook/wwebjs-api/desk', peer, {}),
      await post('/webhook/wwebjs-api/desk', peer, { 'x-api-key': 'guessed' }),
    ]).toEqual([401, 401, 401, 401]);
    expect(await api.messagesOf(hooked)).toEqual([]);
  });

  test('history comes from the phone: the newest after linking, older pages on demand (defect 2)', async () => {
    const onPhone = (await chatsOnPhone()).toSorted((a, b) => b.messages.length - a.messages.length)[0]!;
    const known = async () =>
      (await api.messagesOf(linked)).filter(({ messageId }) =>
        onPhone.messages.some(({ id }) => messageId !== null && id.includes(messageId)),
      );
    const first = await eventually(known, (rows) => rows.length > 0);
    expect(first.length).toBeLessThan(onPhone.messages.length);
    const before = Math.min(...first.map(({ at }) => at));
    const pull = () =>
      api.call<{ started: boolean }>('POST', `/chats/${first[0]!.chatId}/backfill`, { before });
    await eventually(pull, ({ started }) => started);
    const more = await eventually(known, (rows) => rows.some(({ at }) => at < before));
    expect(new Set(more.map(({ messageId }) => messageId)).size).toBe(more.length);
  });

  test('acks rise and never fall, edits and revokes are applied (defect 3)', async () => {
    const id = newId();
    const own = { id: `true_15551230001@c.us_${id}`, to: '15551230001@c.us', fromMe: true };
    await tell('message.any', { ...own, body: 'see you at 5', ack: 1 });
    const acks: number[] = [];
    for (const ack of [2, 3, 1, 2]) {
      await tell('message.ack', { ...own, ack });
      acks.push((await storedAs(id))[0]!.ack);
    }
    expect(acks).toEqual([2, 3, 3, 3]);
    await tell('message.edited', { ...own, body: 'see you at 6', editedMessageId: id });
    expect(await storedAs(id)).toMatchObject([
      { body: 'see you at 6', editedAt: expect.any(Number), ack: 3 },
    ]);
    await tell('message.revoked', { after: { ...own, timestamp: now }, before: null, revokedMessageId: id });
    expect(await storedAs(id)).toMatchObject([{ revokedAt: expect.any(Number) }]);
  });

  test('an id without _serialized is put together from its parts, and known again (defect 4)', async () => {
    const ids = [newId(), newId()];
    for (const id of [...ids, ...ids]) {
      const key = { fromMe: false, remote: '15551230002@c.us', id };
      const message = {
        _data: { id: key, type: 'chat', t: now },
        id: key,
        ack: 1,
        body: `text ${id}`,
        type: 'chat',
        timestamp: now,
        from: '15551230002@c.us',
        to: '15550009999@c.us',
        fromMe: false,
        hasMedia: false,
      };
      const body = JSON.stringify({ dataType: 'message', data: { message }, sessionId: 'desk' });
      expect(await post('/webhook/wwebjs-api/desk', body, { 'x-api-key': apiKey })).toBe(200);
    }
    for (const id of ids) expect(await storedAs(id)).toMatchObject([{ body: `text ${id}`, messageId: id }]);
  });

  test('an agent cannot unlink the number, and nobody reads without signing in (defect 5)', async () => {
    const credentials = { email: 'agent@example.org', password: `Q7-${randomUUID()}` };
    await api.call('POST', '/agents', { ...credentials, name: 'Agent', role: 'agent' });
    const agent = await ApiClient.signIn(house.url, credentials);
    await expect(agent.call('POST', `/inboxes/${linked}/session/unlink`)).rejects.toThrow('answered 403');
    await expect(agent.call('POST', '/WhatsApp/action/logout', {})).rejects.toThrow('answered 403');
    for (const path of [
      `/inboxes/${linked}/chats`,
      `/changes?since=${linked}:0`,
      '/WhatsApp/action/getChats',
    ])
      expect((await fetch(`${house.url}/api/v1${path}`)).status).toBe(401);
    expect((await api.inboxes())[0]!.session.state).toBe('working');
  });

  test.each([
    { who: 'is in the contacts', name: 'Giulia', lid: '45677788899911@lid', number: '393331234567@c.us' },
    {
      who: 'hides the number, until it is asked about',
      name: 'Elena',
      lid: '98765432109876@lid',
      number: '393401112223@c.us',
    },
    {
      who: 'is told to be one later, when both have written',
      name: 'Twofold',
      lid: '33344455566677@lid',
      number: '393405550001@c.us',
      later: true,
    },
  ])(
    'a person who writes under a LID and under a number has one chat: who $who (defect 6)',
    async ({ name, lid, number, later }) => {
      const bodies = [`under the LID ${randomUUID()}`, `under the number ${randomUUID()}`];
      const chats = async () => (await chatsOf(linked, name)).filter(({ mergedInto }) => mergedInto === null);
      const texts = async () => {
        const all = await Promise.all((await chats()).map(({ id }) => messagesIn(id)));
        return all.map((list) => list.map(({ body }) => body).filter((body) => bodies.includes(body)));
      };
      await act('inbound', { from: lid, body: bodies[0], pushName: name });
      await act('inbound', { from: number, body: bodies[1], pushName: name });
      if (later) {
        await eventually(texts, (all) => all.length === 2 && all.flat().length === 2);
        // Nothing is left to ask: only the phone can learn it.
        const asked = async () => ((await (await sandbox('state', {})).json()) as WorldView).askedAbout;
        await eventually(asked, (list) => list.includes(lid) && list.includes(number));
        await act('pair', { phone: number, lid });
      }
      await eventually(texts, (all) => all.length === 1 && all.flat().length === 2);
      expect(await chats()).toMatchObject([{ phone: number.split('@')[0] }]);
    },
  );

  test('connected is told as CONNECTED, and means that a message leaves (defect 7)', async () => {
    expect(await api.call('GET', '/WhatsApp/action/status')).toMatchObject({
      status: 'CONNECTED',
      isConnected: true,
    });
    const stranger = await api.call<Chat>('POST', `/inboxes/${linked}/chats`, { phone: '+39 392 000 1122' });
    await send(stranger.id, 'Thank you for your enquiry');
    await eventually(
      () => textsOnPhone('393920001122@c.us'),
      (texts) => texts.includes('Thank you for your enquiry'),
    );
  });

  test('a message id of more than a hundred characters is stored whole (defect 8)', async () => {
    const stanza = randomBytes(20).toString('hex').toUpperCase();
    const group = '393331234567-1400000000@g.us';
    const id = `false_${group}_${stanza}_99998888777766@lid`;
    expect(id.length).toBeGreaterThan(90);
    const long = { id, from: group, participant: '99998888777766@lid', fromMe: false, body: 'hello all' };
    await tell('message', long);
    await tell('message', long);
    expect(await storedAs(stanza)).toMatchObject([{ body: 'hello all', messageId: stanza }]);
    const longest = 'A'.repeat(128);
    await tell('message', { ...long, id: `false_${group}_${longest}_99998888777766@lid`, body: 'longest' });
    expect(await storedAs(longest)).toMatchObject([{ body: 'longest' }]);
  });

  test('two equal texts stay two, one click stays one, and an idle look costs nothing (defect 9)', async () => {
    const marco = await chatWith('Marco');
    const body = `ok ${randomUUID()}`;
    const clientId = randomUUID();
    await Promise.all([send(marco.id, body, clientId), send(marco.id, body, clientId), send(marco.id, body)]);
    const rows = await eventually(
      async () => (await messagesIn(marco.id)).filter((row) => row.body === body),
      (list) => list.every(({ ack, delivery }) => ack > 0 && delivery === null),
    );
    expect(rows).toHaveLength(2);
    expect(new Set(rows.map(({ messageId }) => messageId)).size).toBe(2);
    expect((await textsOnPhone('393478812043@c.us')).filter((text) => text === body)).toHaveLength(2);
    const head = (await api.call<ChatPage>('GET', `/inboxes/${hooked}/chats`)).cursor;
    const idle = await fetch(`${house.url}/api/v1/changes?since=${hooked}:${head}`, {
      headers: { authorization: `Bearer ${api.token}` },
    });
    expect([idle.status, await idle.text()]).toEqual([204, '']);
  });

  test('a picture has its place and caption, and a new message is not called sent before it is (defect 10)', async () => {
    const id = newId();
    await tell('message', {
      id: `false_15551230001@c.us_${id}`,
      from: '15551230001@c.us',
      fromMe: false,
      body: 'the broken screen',
      hasMedia: true,
      media: { url: null, mimetype: 'image/jpeg', filename: null, error: null },
      _data: { type: 'image' },
    });
    expect(await storedAs(id)).toMatchObject([{ type: 'image', body: 'the broken screen' }]);
    const emma = await chatWith('Emma');
    const sent = await send(emma.id, `on its way ${randomUUID()}`);
    // It may be on its way before the answer is.
    expect(sent).toMatchObject({ ack: 0, delivery: expect.stringMatching(/^(queued|sending)$/) });
    await eventually(
      () => messagesIn(emma.id),
      (list) => (list.find((row) => row.id === sent.id)?.ack ?? 0) >= 1,
    );
  });
});
