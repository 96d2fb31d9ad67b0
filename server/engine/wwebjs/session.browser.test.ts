import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { elena, giulia } from './testing.ts';
import { linkedNumber, trialsOfATest } from './testing-linked.ts';

const trialOf = trialsOfATest();
const never = (): AbortSignal => new AbortController().signal;
const request = (body: string, chat = giulia) => ({
  chat: chat as never,
  body,
  clientId: 'c1',
  signal: never(),
});
/** One for what is said, one for who says it. */
const number = linkedNumber();
const strangers = linkedNumber();

describe.each([1, 2, 3] as const)('page generation %i', (generation) => {
  test('links by QR, hears, is heard with its ticks, and knows whose it is', async () => {
    const trial = await trialOf({ generation });
    const working = await trial.link();
    expect(working.me?.address).toBe(trial.sandbox.world.me.phone);
    expect(working.engineVersion).toMatch(/^2\./);
    const states = trial.reports.map((report) => report.state);
    expect([...new Set(states.slice(states.lastIndexOf('starting')))]).toEqual([
      'starting',
      'pairing',
      'syncing',
      'working',
    ]);

    const heard = trial.next('message', (event) => !event.fromMe);
    const told = trial.sandbox.world.inbound({ from: giulia, body: 'Ciao, siete aperti?' });
    expect(await heard).toMatchObject({
      messageId: told.id,
      chat: giulia,
      type: 'text',
      body: 'Ciao, siete aperti?',
      senderName: 'Giulia',
      at: told.t * 1000,
      origin: 'live',
    });

    const read = trial.next('ack', (event) => event.ack === 3);
    const delivered = trial.next('ack', (event) => event.ack === 2);
    const outcome = await trial.session.send(request('Sì, fino alle 19'));
    await delivered;
    expect(outcome).toMatchObject({ kind: 'accepted', messageId: trial.sandbox.world.outbox[0]?.id });
    trial.sandbox.world.readByThem(giulia);
    expect(await read).toMatchObject({ messageId: trial.sandbox.world.outbox[0]?.id, fromMe: true });
    expect(trial.messages().map((event) => event.body)).toEqual(['Ciao, siete aperti?', 'Sì, fino alle 19']);
    expect(trial.sandbox.world.missingModules).toEqual([]);
  });
});

// First: it has a world before it in which nothing has happened since the link.
test('history comes in bounded pages: contacts and pairs, chats, then their messages; and goes on backwards', async () => {
  const trial = await number();
  const signal = never();
  const pages: EngineEvent[][] = [];
  for await (const page of trial.session.history!({ chats: 10, messagesPerChat: 30, signal }))
    pages.push(page);
  expect(pages.every((page) => page.length <= 100)).toBe(true);
  const events = pages.flat();
  expect(events).toContainEqual({ kind: 'address-pair', phone: giulia, lid: '45677788899911@lid' });
  const contact = { kind: 'contact', address: giulia, name: 'Giulia Rossi', pushName: 'Giulia' };
  expect(events).toContainEqual(expect.objectContaining(contact));
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'chat', chat: giulia, unread: 2, pinned: true, mutedUntil: 0 }),
  );
  const messages = events.filter((event) => event.kind === 'message');
  expect(messages.map((event) => event.body)).toEqual(Array.from({ length: 30 }, (_, i) => `old ${i + 50}`));
  expect(messages.every((event) => event.origin === 'history')).toBe(true);

  const before = messages[0]!.at;
  const earlier: EngineEvent[] = [];
  const request = { chat: giulia as never, before, chats: 1, messagesPerChat: 40, signal };
  for await (const page of trial.session.history!(request)) earlier.push(...page);
  const bodies = earlier.filter((event) => event.kind === 'message').map((event) => event.body);
  expect(bodies).toEqual(Array.from({ length: 40 }, (_, i) => `old ${i + 11}`));
});

test('edits, revokes, reactions, late texts and unread counts are told', async () => {
  const trial = await number();
  const { world } = trial.sandbox;
  const before = trial.events.length;
  const first = trial.next('message', ({ body }) => body === 'domani');
  const told = world.inbound({ from: giulia, body: 'domani' });
  await first;
  const edited = trial.next('edit');
  world.edit(told.id, 'dopodomani');
  expect(await edited).toMatchObject({ messageId: told.id, chat: giulia, body: 'dopodomani' });
  const reacted = trial.next('reaction');
  world.react(told.id, giulia, '👍');
  expect(await reacted).toMatchObject({ messageId: told.id, sender: giulia, fromUs: false, emoji: '👍' });
  const revoked = trial.next('revoke');
  world.revoke(told.id);
  expect(await revoked).toMatchObject({ messageId: told.id, chat: giulia });

  const waiting = trial.next('message');
  const sealed = world.inbound({ from: giulia, type: 'ciphertext' });
  expect(await waiting).toMatchObject({ messageId: sealed.id, type: 'waiting', body: '' });
  const opened = trial.next('message');
  world.decrypt(sealed.id, 'eccomi');
  expect(await opened).toMatchObject({ messageId: sealed.id, type: 'text', body: 'eccomi' });
  expect(trial.events.slice(before).filter((event) => event.kind === 'edit')).toHaveLength(1);

  const read = trial.next('chat', (event) => event.unread === 0);
  await trial.session.markRead!(giulia as never);
  await read;
  expect(world.seenBy.at(-1)?.chat).toBe(giulia);
});

test('what is typed on the phone itself is heard as ours', async () => {
  const trial = await number();
  const heard = trial.next('message', ({ fromMe }) => fromMe);
  const typed = trial.sandbox.world.fromPhone({ to: giulia, body: 'arrivo' });
  expect(await heard).toMatchObject({ messageId: typed.id, chat: giulia, fromMe: true, body: 'arrivo' });
});

test('a number is found with its Addresses, or is not there', async () => {
  const trial = await number();
  const { session } = trial;
  expect(await session.findNumber!('393331234567', never())).toEqual({
    address: giulia,
    lid: '45677788899911@lid',
  });
  expect(await session.findNumber!('390000000000', never())).toBeUndefined();
});

test('a quoted message is quoted', async () => {
  const trial = await number();
  const heard = trial.next('message', ({ body }) => body === 'a che ora?');
  const told = trial.sandbox.world.inbound({ from: giulia, body: 'a che ora?' });
  await heard;
  const delivered = trial.next('ack', (event) => event.ack === 2);
  await trial.session.send({ ...request('alle 9'), clientId: 'c2', quotedMessageId: told.id });
  await delivered;
  expect(trial.sandbox.world.outbox.at(-1)?.quoted).toBe(told.id);
});

test('a burst of 500 messages: all are told, in order, each once', async () => {
  const trial = await number();
  const before = trial.messages().length;
  const last = trial.next('message', (event) => event.body === 'n 499');
  for (let n = 0; n < 500; n++) trial.sandbox.world.inbound({ from: giulia, body: `n ${n}` });
  await last;
  expect(
    trial
      .messages()
      .slice(before)
      .map((event) => event.body),
  ).toEqual(Array.from({ length: 500 }, (_, n) => `n ${n}`));
}, 300_000);

test('the folders of a Session are for its owner alone', async () => {
  const trial = await number();
  for (const path of [trial.directory, join(trial.directory, 'profile')])
    expect((await stat(path)).mode & 0o777).toBe(0o700);
});

test('a link is kept: the next start works without a code, and nothing of the first is left running', async () => {
  const trial = await number();
  await trial.session[Symbol.asyncDispose]();
  expect(await trial.processes()).toEqual([]);
  expect(trial.reports.at(-1)?.state).toBe('stopped');
  const before = trial.reports.length;
  trial.session = trial.makeSession();
  await trial.link();
  expect(trial.reports.slice(before).map((report) => report.state)).not.toContain('pairing');
});

// The last one: afterwards there is no link.
test('unlinking ends the link on the phone and empties the folder', async () => {
  const trial = await number();
  await trial.session.unlink!();
  expect(trial.sandbox.world.state.devices).toEqual([]);
  expect(await readdir(trial.directory)).toEqual([]);
  expect(await trial.processes()).toEqual([]);
  expect(trial.reports.at(-1)).toMatchObject({
    state: 'logged-out',
    code: 'unlinked-by-agent',
    action: 'pair-again',
  });
});

test('the phone behind a LID-only sender is found, once; a hidden one stays hidden', async () => {
  const trial = await strangers();
  const { world } = trial.sandbox;
  const pair = trial.next('address-pair');
  const heard = trial.next('message');
  world.inbound({ from: elena, body: 'buongiorno' });
  expect(await heard).toMatchObject({ chat: elena });
  const told = trial.next('message', (event) => event.body === 'di nuovo');
  world.inbound({ from: '45677788899911@lid', body: 'di nuovo' });
  await told;
  expect(await pair).toEqual({ kind: 'address-pair', lid: '45677788899911@lid', phone: giulia });
});

test('who wrote under a hidden number and then writes under their number is told to be one person', async () => {
  const trial = await strangers();
  const { world } = trial.sandbox;
  const [first, second] = [
    trial.next('message', ({ chat }) => chat === elena),
    trial.next('message', ({ chat }) => chat !== elena),
  ];
  const pair = trial.next('address-pair');
  world.inbound({ from: elena, body: 'from nowhere' });
  await first;
  world.inbound({ from: '393401112223@c.us', body: 'from my number' });
  await second;
  expect(await pair).toEqual({ kind: 'address-pair', lid: elena, phone: '393401112223@c.us' });
});

test('a pair that the page learns by itself is told soon, though nobody writes again', async () => {
  const trial = await strangers();
  const { world } = trial.sandbox;
  const before = trial.events.length;
  const [lid, phone] = ['11122233344455@lid', '393405556677@c.us'];
  for (const from of [lid, phone]) {
    const heard = trial.next('message', ({ chat }) => chat === from);
    world.inbound({ from, body: 'hello' });
    await heard;
  }
  expect(trial.events.slice(before).filter((event) => event.kind === 'address-pair')).toEqual([]);
  const pair = trial.next('address-pair');
  const together = trial.next('chat', ({ chat }) => chat === phone);
  world.learnPair(phone, lid);
  expect(await pair).toEqual({ kind: 'address-pair', lid, phone });
  // The page keeps two chats, each with one unread.
  expect(await together).toMatchObject({ chat: phone, unread: 2 });
  const more = trial.next('chat', ({ chat }) => chat === lid);
  world.inbound({ from: lid, body: 'again' });
  expect(await more).toMatchObject({ chat: lid, unread: 3 });
  const read = trial.next('chat', ({ unread }) => unread === 0);
  await trial.session.markRead!(phone as never);
  await read;
  expect(world.state.chats.filter(({ unread }) => unread > 0).map(({ id }) => id)).not.toContain(lid);
});

test('a pairing code in place of the QR, asked before or while a QR is shown', async () => {
  const trial = await trialOf();
  const shown = trial.nextState('pairing');
  trial.session.connect();
  await shown;
  const code = trial.next('session-state', ({ report }) => report.pairing?.kind === 'code');
  await trial.session.pair!('390659991234');
  const { report } = await code;
  const working = trial.nextState('working');
  trial.sandbox.world.enterCode(report.pairing?.value ?? '');
  await working;
});

test('a pairing code wanted from the start is asked for as soon as the page can', async () => {
  const trial = await trialOf();
  const shown = trial.nextState('pairing');
  await trial.session.pair!('+39 06 59991234');
  const { pairing } = await shown;
  expect(pairing).toMatchObject({ kind: 'code', turn: 1 });
  const working = trial.nextState('working');
  trial.sandbox.world.enterCode(pairing?.value ?? '');
  await working;
});
