import { afterAll, afterEach, expect, test } from 'vitest';
import type { Address } from '../../contract/address.ts';
import type { Message, WorldEvent } from '../../../sandbox/index.ts';
import { createGroup } from '../../../sandbox/groups.ts';
import { handleOf } from '../conformance-trial.ts';
import { giulia, Trial } from './testing.ts';

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
});
/** One linked number for most of what is tried: a browser is the dearest part of a test. */
let shared: Promise<Trial> | undefined;
const linked = (): Promise<Trial> => (shared ??= link());
afterAll(async () => (await shared)?.[Symbol.asyncDispose]());
/** A number of a test's own, for what the others would not outlive. */
async function linkedAlone(): Promise<Trial> {
  const trial = await link();
  owned.push(trial);
  return trial;
}
async function link(): Promise<Trial> {
  const trial = await Trial.start();
  const { people } = trial.sandbox.world;
  for (const phone of [marco, luca]) people.ensure(phone);
  await trial.link();
  return trial;
}
const { signal } = new AbortController();
const chat = giulia as Address;
const marco = '393478812043@c.us';
const luca = '393209876543@c.us';
const paolo = '393920001122@c.us';
const done = { kind: 'done' };

async function sent(trial: Trial, body: string): Promise<Message> {
  return trial.arrivedAt(await trial.session.send({ chat, body, clientId: body, signal }));
}
async function arrived(trial: Trial, body: string): Promise<Message> {
  const heard = trial.next('message', (event) => event.body === body);
  const message = trial.sandbox.world.inbound({ from: giulia, body });
  await heard;
  return message;
}
/** The next event of the world that fits. */
const happens = (trial: Trial, fits: (event: WorldEvent) => boolean): Promise<WorldEvent> =>
  new Promise((resolve) => {
    const stop = trial.sandbox.world.subscribe((event) => {
      if (!fits(event)) return;
      stop();
      resolve(event);
    });
  });

test('a picture is passed on with its file and its caption', async () => {
  const trial = await linked();
  const { world } = trial.sandbox;
  const heard = trial.next('message');
  const photo = world.inbound({
    from: giulia,
    sample: 'photo',
    body: 'la bici',
    fields: { forwardingScore: 4, isForwarded: true },
  });
  await heard;
  const passedOn = trial.next('message', (event) => event.fromMe);
  const outcome = await trial.session.send({
    chat: marco as Address,
    body: 'la bici',
    clientId: 'f',
    signal,
    forward: handleOf(photo),
  });
  expect(await passedOn).toMatchObject({
    type: 'image',
    body: 'la bici',
    forwarded: 2,
    media: { mime: 'image/jpeg' },
  });
  expect((await trial.arrivedAt(outcome)).media?.path).toBe(photo.media?.path);
});

test('what can never be done is refused, and what is not here is not done', async () => {
  const trial = await linked();
  const { session, sandbox } = trial;
  const theirs = await arrived(trial, 'loro');
  const refused = { kind: 'refused', reason: 'refused-by-whatsapp' };
  expect(await session.edit!(handleOf(theirs), 'x', signal)).toEqual(refused);
  expect(await session.revoke!(handleOf(theirs), signal)).toEqual(refused);
  expect(sandbox.world.find(theirs.id).body).toBe('loro');
  const heard = trial.next('message', (event) => event.body === 'vecchia');
  const old = sandbox.world.fromPhone({
    to: giulia,
    body: 'vecchia',
    t: Math.floor(Date.now() / 1000) - 3600,
  });
  await heard;
  expect(await session.edit!(handleOf(old), 'x', signal)).toEqual({ kind: 'refused', reason: 'too-late' });
  const nobody = { chat, messageId: '3EB0NOBODY', fromMe: true };
  expect(await session.star!(nobody, true, signal)).toMatchObject({ kind: 'not-done' });
  const request = { chat, body: 'x', clientId: 'f', signal, forward: nobody };
  expect(await session.send(request)).toEqual({ kind: 'refused', reason: 'not-supported' });
  expect(await session.edit!(handleOf(old), 'x'.repeat(70_000), signal)).toEqual({
    kind: 'refused',
    reason: 'too-long',
  });
  expect(await session.react!(handleOf(theirs), '👍', AbortSignal.abort())).toEqual({
    kind: 'not-done',
    reason: 'timeout',
  });
});

test('a message that the page has not loaded is found in its database', async () => {
  const trial = await linkedAlone();
  const [oldest] = trial.sandbox.world.messagesOf(giulia);
  expect(await trial.session.star!(handleOf(oldest!), true, signal)).toEqual(done);
  expect(oldest?.fields?.star).toBe(true);
  const outcome = await trial.session.send({
    chat,
    body: 'a questa',
    quotedMessageId: oldest!.id,
    clientId: 'q',
    signal,
  });
  expect(await trial.arrivedAt(outcome)).toMatchObject({ body: 'a questa', quoted: oldest!.id });
});

test('people are mentioned, and an answer in a group quotes its member', async () => {
  const trial = await linked();
  const { world } = trial.sandbox;
  const group = createGroup(world, { subject: 'Fornitori', people: [marco, luca] });
  const heard = trial.next('message', (event) => event.sender === marco);
  const question = world.inbound({ from: marco, group: group.id, body: 'chi viene?' });
  await heard;
  const echo = trial.next('message', (event) => event.fromMe);
  const outcome = await trial.session.send({
    chat: group.id as Address,
    body: '@393209876543 tu?',
    quotedMessageId: question.id,
    mentions: [luca as Address],
    clientId: 'm',
    signal,
  });
  expect(await trial.arrivedAt(outcome)).toMatchObject({
    quoted: question.id,
    fields: { mentionedJidList: [luca] },
  });
  expect(await echo).toMatchObject({
    quotedMessageId: question.id,
    content: { mentions: [luca], quoted: { body: 'chi viene?', sender: marco } },
  });
});

test('pinning, archiving, muting and marking as unread are done and told, on whichever device', async () => {
  const trial = await linked();
  const { session, sandbox } = trial;
  const { world } = sandbox;
  const kept = () => world.people.findChat(giulia)!;
  const told = (fits: object) =>
    trial.next(
      'chat',
      (event) =>
        event.chat === giulia &&
        Object.entries(fits).every(([name, value]) => event[name as never] === value),
    );

  const unpinned = told({ pinned: false });
  expect(await session.pin!(chat, false, signal)).toEqual(done);
  await unpinned;
  const archived = told({ archived: true });
  expect(await session.archive!(chat, true, signal)).toEqual(done);
  await archived;
  expect(kept()).toMatchObject({ pinned: false, archived: true });

  const until = Math.floor(Date.now() / 1000) * 1000 + 28_800_000;
  const muted = told({ mutedUntil: until });
  expect(await session.mute!(chat, until, signal)).toEqual(done);
  await muted;
  expect(kept().mutedUntil).toBe(until / 1000);
  expect(await session.mute!(chat, 253_402_300_799_000, signal)).toEqual(done);
  expect(kept().mutedUntil).toBe(-1);
  const loud = told({ mutedUntil: 0 });
  expect(await session.mute!(chat, 0, signal)).toEqual(done);
  await loud;

  const read = told({ unread: 0 });
  world.readByUs(giulia);
  await read;
  const unread = told({ unread: -1 });
  await session.markUnread!(chat);
  await unread;
  expect(kept().unread).toBe(-1);

  const onThePhone = told({ pinned: true });
  world.tell({ kind: 'chat', chat: Object.assign(kept(), { pinned: true }) });
  await onThePhone;
  for (const id of [marco, luca]) {
    world.fromPhone({ to: id, body: 'x' });
    world.tell({ kind: 'chat', chat: Object.assign(world.people.findChat(id)!, { pinned: true }) });
  }
  await arrived(trial, 'after all that');
  world.inbound({ from: paolo, body: 'nuovo' });
  await trial.next('message', (event) => event.chat === paolo);
  expect(await session.pin!(paolo as Address, true, signal)).toEqual({
    kind: 'refused',
    reason: 'refused-by-whatsapp',
  });
});

test('that we are typing is shown to the other side', async () => {
  const trial = await linked();
  for (const [what, word] of [
    ['typing', 'composing'],
    ['recording', 'recording'],
    ['paused', 'paused'],
  ] as const) {
    const shown = happens(trial, (event) => event.kind === 'typing');
    await trial.session.typing!(chat, what);
    expect(await shown).toEqual({ kind: 'typing', chat: giulia, what: word });
  }
});

test('a page that has loaded itself again still tells stars and pins', async () => {
  const trial = await linkedAlone();
  const again = trial.nextState('working');
  const syncing = trial.nextState('syncing');
  trial.sandbox.world.command({ do: 'reload', times: 1, everyMs: 0 });
  await syncing;
  await again;
  const mine = await sent(trial, 'dopo');
  const told = trial.next('star');
  trial.sandbox.world.star(mine.id, true);
  expect(await told).toMatchObject({ messageId: mine.id, starred: true });
});

test('deeds while nothing is linked are not done, and harmless', async () => {
  const trial = await Trial.start();
  owned.push(trial);
  const { session } = trial;
  const message = { chat, messageId: 'AC1', fromMe: false };
  const not = { kind: 'not-done', reason: 'session-not-working' };
  expect(await session.react!(message, '👍', signal)).toEqual(not);
  expect(await session.archive!(chat, true, signal)).toEqual(not);
  expect(await session.fetchMedia!({ message, file: '/nowhere/x', largest: 1, signal })).toEqual({
    kind: 'later',
    reason: 'not-connected',
  });
  await session.markUnread!(chat);
  await session.typing!(chat, 'typing');
});
