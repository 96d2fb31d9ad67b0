import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { httpForTest } from './testing.ts';

const anna = '393331234567@c.us' as Address;
const bert = '393331234568@c.us' as Address;
const team = '12036300001@g.us' as Address;

async function open(db: Parameters<typeof httpForTest>[0]) {
  const house = await httpForTest(db);
  const org = await house.newOrganisation();
  const inboxId = org.inbox.id;
  const scope = { organisationId: org.organisationId, agentId: org.admin.agentId };
  const told = (change: object): EngineEvent => ({
    kind: 'message',
    messageId: '3EB0AA',
    chat: anna,
    fromMe: true,
    type: 'text',
    body: 'hello',
    at: house.clock.now() - 1_000,
    origin: 'live',
    ...change,
  });
  await house.chat.receive(
    inboxId,
    [
      told({}),
      told({ messageId: '3EB0BB', fromMe: false, body: 'hi there' }),
      told({ messageId: '3EB0CC', body: 'old', at: house.clock.now() - 3_600_000 }),
      told({ messageId: '3EB0DD', chat: bert, fromMe: false, body: 'I am Bert' }),
      told({ messageId: '3EB0EE', chat: team, body: 'to all' }),
    ],
    'engine',
  );
  const chatId = async (address: Address) => (await house.chat.chatOfAddress(inboxId, address))!;
  const row = async (address: Address, messageId: string) => {
    const { list } = await house.chat.listMessages(scope, await chatId(address), {});
    return list.find((one) => one.messageId === messageId)!;
  };
  const post = (path: string, body: object) =>
    house.call('POST', path, { token: org.agentToken, body: body as Record<string, unknown> });
  const get = (path: string) => house.call('GET', path, { token: org.agentToken });
  return { house, org, inboxId, scope, chatId, row, post, get };
}

describeDatabases('acts on messages and chats', (database) => {
  test('an edit is carried to WhatsApp and stands here; one too late, or of another’s, is refused', async () => {
    const { house, row, post } = await open(database().db);
    await using _ = house;
    const ours = await row(anna, '3EB0AA');
    const edited = await post(`/messages/${ours.id}/edit`, { body: 'hello again' });
    expect(edited).toMatchObject({ status: 200, json: { body: 'hello again' } });
    expect(edited.json['editedAt']).not.toBeNull();
    expect(house.sessions.asked.at(-1)).toEqual([
      'edit',
      expect.any(Number),
      { chat: anna, messageId: '3EB0AA', fromMe: true },
      'hello again',
    ]);
    const theirs = await row(anna, '3EB0BB');
    expect(await post(`/messages/${theirs.id}/edit`, { body: 'x' })).toMatchObject({ status: 422 });
    const old = await row(anna, '3EB0CC');
    expect(await post(`/messages/${old.id}/edit`, { body: 'x' })).toMatchObject({
      json: { code: 'too-late' },
    });
  });

  test('what WhatsApp refuses does not stand here', async () => {
    const { house, row, post } = await open(database().db);
    await using _ = house;
    house.sessions.answers = { kind: 'refused', reason: 'refused-by-whatsapp' };
    const ours = await row(anna, '3EB0AA');
    expect(await post(`/messages/${ours.id}/revoke`, {})).toMatchObject({
      json: { code: 'refused-by-whatsapp' },
    });
    expect((await row(anna, '3EB0AA')).revokedAt).toBeNull();
    house.sessions.answers = { kind: 'not-done', reason: 'timeout' };
    expect(await post(`/messages/${ours.id}/react`, { emoji: '👍' })).toMatchObject({
      json: { code: 'session-not-working' },
    });
    expect((await row(anna, '3EB0AA')).reactions).toEqual([]);
  });

  test('a message is taken back, reacted to, starred', async () => {
    const { house, row, post } = await open(database().db);
    await using _ = house;
    const theirs = await row(anna, '3EB0BB');
    expect(await post(`/messages/${theirs.id}/react`, { emoji: '👍' })).toMatchObject({
      json: { reactions: [{ emoji: '👍', fromUs: true }] },
    });
    await house.clock.advance(1_000);
    expect(await post(`/messages/${theirs.id}/react`, { emoji: '' })).toMatchObject({
      json: { reactions: [] },
    });
    expect(await post(`/messages/${theirs.id}/star`, { starred: true })).toMatchObject({
      json: { starred: true },
    });
    await house.clock.advance(1_000);
    expect(await post(`/messages/${theirs.id}/star`, { starred: false })).toMatchObject({
      json: { starred: false },
    });
    const ours = await row(anna, '3EB0AA');
    expect(await post(`/messages/${ours.id}/revoke`, {})).toMatchObject({ status: 200, json: { body: '' } });
    expect(await post(`/messages/${ours.id}/react`, { emoji: '👍' })).toMatchObject({ status: 409 });
  });

  test('in a poll one chooses among its options, as many as it takes, and takes it back', async () => {
    const { house, inboxId, row, post } = await open(database().db);
    await using _ = house;
    const poll = { question: 'When?', options: ['Mon', 'Tue'], several: false };
    const event: EngineEvent = {
      kind: 'message',
      messageId: '3EB0FF',
      chat: anna,
      fromMe: false,
      type: 'poll',
      body: 'When?',
      content: { poll },
      at: house.clock.now() - 1_000,
      origin: 'live',
    };
    await house.chat.receive(inboxId, [event], 'engine');
    const { id } = await row(anna, '3EB0FF');
    const vote = (options: string[], message = id) => post(`/messages/${message}/vote`, { options });
    expect(await vote(['Tue'])).toMatchObject({
      status: 200,
      json: {
        votes: [
          { option: 'Mon', count: 0 },
          { option: 'Tue', count: 1, voters: [{ fromUs: true }] },
        ],
      },
    });
    expect(house.sessions.asked.at(-1)).toEqual([
      'vote',
      expect.any(Number),
      { chat: anna, messageId: '3EB0FF', fromMe: false },
      ['Tue'],
    ]);
    expect(await vote(['Mon', 'Tue'])).toMatchObject({ status: 400 });
    expect(await vote(['Sun'])).toMatchObject({ status: 400 });
    expect(await vote(['Mon'], (await row(anna, '3EB0BB')).id)).toMatchObject({ status: 422 });
    await house.clock.advance(1_000);
    expect(await vote([])).toMatchObject({ json: { votes: [{ count: 0 }, { count: 0 }] } });
  });

  test('what an edited message said before is told, each text once, with who changed it; not after it was taken back', async () => {
    const { house, inboxId, row, get, post } = await open(database().db);
    await using _ = house;
    const { id, at } = await row(anna, '3EB0AA');
    const history = async () =>
      ((await get(`/messages/${id}/info`)).json as { versions: unknown[] }).versions;
    expect(await history()).toEqual([]);
    await house.clock.advance(10_000);
    const edited = house.clock.now();
    expect(await post(`/messages/${id}/edit`, { body: 'hello Anna' })).toMatchObject({ status: 200 });
    const about = { messageId: '3EB0AA', chat: anna, fromMe: true } as const;
    await house.chat.receive(
      inboxId,
      [
        // Its echo, with the time of WhatsApp; a later change on the phone; an earlier one, told late.
        { kind: 'edit', ...about, body: 'hello Anna', at: edited + 400 },
        { kind: 'edit', ...about, body: 'hello, Anna!', at: edited + 5_000 },
        { kind: 'edit', ...about, body: 'helo', at: edited - 5_000 },
      ],
      'engine',
    );
    const agent = { id: expect.any(Number), name: expect.any(String) };
    expect(await history()).toEqual([
      { body: 'hello', at, agent: null },
      { body: 'helo', at: edited - 5_000, agent: null },
      { body: 'hello Anna', at: edited, agent },
      { body: 'hello, Anna!', at: edited + 5_000, agent: null },
    ]);
    await post(`/messages/${id}/revoke`, {});
    expect(await history()).toEqual([]);
  });

  test('a poll is sent by itself, with its options as they will be voted on; the same one again is one', async () => {
    const { house, chatId, post } = await open(database().db);
    await using _ = house;
    const path = `/chats/${await chatId(anna)}/messages`;
    const poll = { question: ' When? ', options: ['Mon ', 'Tue'], several: true };
    const clientId = randomUUID();
    const sent = await post(path, { clientId, poll });
    expect(sent).toMatchObject({
      json: {
        type: 'poll',
        body: 'When?',
        delivery: 'queued',
        content: { poll: { question: 'When?', options: ['Mon', 'Tue'], several: true } },
        votes: [{ option: 'Mon', count: 0, voters: [] }, { option: 'Tue' }],
      },
    });
    const again = await post(path, { clientId, poll });
    expect((again.json as { id: number }).id).toBe((sent.json as { id: number }).id);
    for (const wrong of [
      { poll: { ...poll, options: ['Mon'] } },
      { poll: { ...poll, options: ['Mon', ' Mon'] } },
      { poll: { ...poll, question: ' ' } },
      { poll, body: 'and a text' },
      {},
    ])
      expect(await post(path, { clientId: randomUUID(), ...wrong })).toMatchObject({ status: 400 });
  });

  test('a message is passed on to several chats, once, however often it is asked', async () => {
    const { house, row, post, chatId, scope } = await open(database().db);
    await using _ = house;
    const theirs = await row(anna, '3EB0BB');
    const to = [
      { chatId: await chatId(bert), clientId: randomUUID() },
      { chatId: await chatId(team), clientId: randomUUID() },
    ];
    const first = await post(`/messages/${theirs.id}/forward`, { to });
    expect(first.status).toBe(202);
    expect((await post(`/messages/${theirs.id}/forward`, { to })).json).toEqual(first.json);
    for (const { chatId: id } of to) {
      const { list } = await house.chat.listMessages(scope, id, {});
      expect(list.filter((one) => one.body === 'hi there')).toMatchObject([
        { forwarded: 1, fromMe: true, delivery: 'queued' },
      ]);
    }
  });

  test('a chat is pinned, archived, muted and marked as unread, here and on the phone', async () => {
    const { house, post, chatId } = await open(database().db);
    await using _ = house;
    const id = await chatId(bert);
    const until = house.clock.now() + 3_600_000;
    expect(await post(`/chats/${id}/pin`, { pinned: true })).toMatchObject({ json: { pinned: true } });
    expect(await post(`/chats/${id}/archive`, { archived: true })).toMatchObject({
      json: { archived: true },
    });
    expect(await post(`/chats/${id}/mute`, { until })).toMatchObject({ json: { mutedUntil: until } });
    await house.clock.advance(1_000);
    expect(await post(`/chats/${id}/mute`, { until: 0 })).toMatchObject({ json: { mutedUntil: 0 } });
    await post(`/chats/${id}/read`, {});
    expect(await post(`/chats/${id}/unread`, {})).toMatchObject({ json: { unread: -1 } });
    expect(await post(`/chats/${id}/read`, {})).toMatchObject({ json: { unread: 0 } });
    expect(house.sessions.asked.map(([name]) => name)).toEqual([
      'pin',
      'archive',
      'mute',
      'mute',
      'markRead',
      'markUnread',
      'markRead',
    ]);
  });

  test('who is in a group, and whom a message has reached', async () => {
    const { house, inboxId, row, get, chatId } = await open(database().db);
    await using _ = house;
    const at = house.clock.now();
    await house.chat.receive(
      inboxId,
      [
        { kind: 'contact', address: anna, name: 'Anna' },
        { kind: 'contact', address: bert, name: 'Bert' },
        {
          kind: 'group',
          chat: team,
          at,
          subject: 'Team',
          description: 'Where we talk',
          members: [
            { address: anna, role: 'member' },
            { address: bert, role: 'admin' },
          ],
        },
        { kind: 'receipt', messageId: '3EB0EE', chat: team, fromMe: true, member: anna, ack: 3, at },
        { kind: 'receipt', messageId: '3EB0EE', chat: team, fromMe: true, member: bert, ack: 2, at },
      ],
      'engine',
    );
    expect((await get(`/chats/${await chatId(team)}/members`)).json).toMatchObject({
      description: 'Where we talk',
      members: [
        { name: 'Bert', role: 'admin' },
        { name: 'Anna', role: 'member' },
      ],
    });
    const { id } = await row(team, '3EB0EE');
    expect((await get(`/messages/${id}/info`)).json).toMatchObject({
      deliveredTo: [{ name: 'Anna' }, { name: 'Bert' }],
      readBy: [{ name: 'Anna', at }],
      playedBy: [],
    });
    await house.chat.receive(
      inboxId,
      [{ kind: 'membership', chat: team, members: [anna], role: 'gone', at: at + 1 }],
      'engine',
    );
    expect((await get(`/chats/${await chatId(team)}/members`)).json).toMatchObject({
      members: [{ name: 'Bert' }],
    });
  });

  test('a mention reaches WhatsApp by Address and the reader by name', async () => {
    const { house, inboxId, post, chatId } = await open(database().db);
    await using _ = house;
    await house.chat.receive(inboxId, [{ kind: 'contact', address: bert, name: 'Bert' }], 'engine');
    const contact = (await database().db.selectFrom('contact').selectAll().execute()).find(
      (one) => one.phone === '393331234568' && one.inbox_id === inboxId,
    )!;
    const sent = await post(`/chats/${await chatId(team)}/messages`, {
      clientId: randomUUID(),
      body: 'ask @393331234568',
      mentions: [contact.id],
    });
    expect(sent).toMatchObject({
      status: 202,
      json: { mentions: [{ digits: '393331234568', name: 'Bert', contactId: contact.id }] },
    });
  });

  test('the other side is told of reading when the setting says so', async () => {
    const { house, org, post, chatId } = await open(database().db);
    await using _ = house;
    const id = await chatId(bert);
    const set = (readReceipts: string) =>
      house.call('PATCH', '/organisation/settings', { token: org.adminToken, body: { readReceipts } });
    const told = async (path: string, body: object) => {
      house.sessions.asked = [];
      expect((await post(`/chats/${id}/${path}`, body)).status).toBeLessThan(300);
      return house.sessions.asked.some(([name]) => name === 'markRead');
    };
    const answer = () => told('messages', { clientId: randomUUID(), body: 'an answer' });
    expect([await told('read', {}), await answer()]).toEqual([true, false]);
    expect(await set('on-reply')).toMatchObject({ json: { readReceipts: 'on-reply' } });
    expect([await told('read', {}), await answer()]).toEqual([false, true]);
    await set('never');
    expect([await told('read', {}), await answer()]).toEqual([false, false]);
    expect(await set('sometimes')).toMatchObject({ status: 400 });
  });

  test('a person is blocked on WhatsApp and shown so, by whom is in the log; not oneself, nor where no engine can', async () => {
    const { house, org, post, get, chatId } = await open(database().db);
    await using _ = house;
    const { json: chat } = await get(`/chats/${await chatId(bert)}`);
    const path = `/contacts/${String(chat['contactId'])}`;
    expect(await post(`${path}/block`, { blocked: true })).toMatchObject({ json: { blocked: true } });
    expect(house.sessions.asked.at(-1)).toEqual(['block', org.inbox.id, bert, true]);
    expect(await get(`/chats/${await chatId(bert)}`)).toMatchObject({ json: { blocked: true } });
    const audit = await house.call('GET', '/audit', { token: org.adminToken });
    expect((audit.json['list'] as object[])[0]).toMatchObject({
      act: 'contact.block',
      actor: `agent:${org.agent.agentId}`,
      detail: expect.stringContaining('true'),
    });
    house.sessions.answers = { kind: 'not-done', reason: 'timeout' };
    expect(await post(`${path}/block`, { blocked: false })).toMatchObject({
      json: { code: 'session-not-working' },
    });
    expect(await get(path)).toMatchObject({ json: { blocked: true } });
    const checks = await post(`/inboxes/${org.inbox.id}/number-checks`, { contactIds: [chat['contactId']] });
    expect(checks.json).toEqual({ list: [{ contactId: chat['contactId'], onWhatsApp: true }] });
    await house.chat.receive(org.inbox.id, [{ kind: 'contact', address: bert, isMe: true }], 'engine');
    expect(await post(`${path}/block`, { blocked: true })).toMatchObject({ status: 400 });
  });

  test('a file is sent as what it is or as a document, never as what it is not, and only once', async () => {
    const { house, post, org, chatId } = await open(database().db);
    await using _ = house;
    const id = await chatId(bert);
    const upload = async (bytes: Uint8Array, mime: string) => {
      const response = await fetch(`${house.url}/api/v1/uploads?fileName=a`, {
        method: 'POST',
        headers: { authorization: `Bearer ${org.agentToken}`, 'content-type': mime },
        body: bytes as Uint8Array<ArrayBuffer>,
      });
      return ((await response.json()) as { uploadId: string }).uploadId;
    };
    const text = new TextEncoder().encode('only words');
    const send = (uploadId: string, as?: string) =>
      post(`/chats/${id}/messages`, { clientId: randomUUID(), uploadId, body: 'see', ...(as && { as }) });
    const uploadId = await upload(text, 'text/plain');
    expect(await send(uploadId, 'image')).toMatchObject({ status: 400 });
    expect(await send(uploadId)).toMatchObject({
      status: 202,
      json: { type: 'document', body: 'see', media: { state: 'stored', size: text.length } },
    });
    expect(await send(uploadId)).toMatchObject({ json: { code: 'upload-not-found' } });
  });
});
