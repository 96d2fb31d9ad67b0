import { readdir } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { arrange } from '../../../sandbox/arranging.ts';
import { noFaults } from '../../../sandbox/faults.ts';
import { changeGroup, createGroup } from '../../../sandbox/groups.ts';
import { shared } from '../../../sandbox/testing-shared.ts';
import type { SendRequest } from '../engine.ts';
import { killMarked, sessionMarker } from '../processes.ts';
import { giulia, Trial } from './testing.ts';

const owned: Trial[] = [];
async function trialOf(options: Parameters<typeof Trial.start>[0] = {}): Promise<Trial> {
  const trial = await Trial.start(options);
  owned.push(trial);
  return trial;
}
afterEach(async () => {
  for (const trial of owned.splice(0)) {
    const { missingModules } = trial.sandbox.world;
    await trial[Symbol.asyncDispose]();
    expect(missingModules).toEqual([]);
  }
});
/** A row that is written or forgotten: soon, on a quiet machine. */
const patient = { timeout: 30_000 };
/** One linked number for most of it: a child that makes its keys is seconds. */
const linked = shared(async (owns) => {
  const trial = owns.use(await Trial.start());
  owns.defer(() => expect(trial.sandbox.world.missingModules).toEqual([]));
  await trial.link();
  return trial;
});
/** With nothing wrong in its world or its rows. */
async function number(): Promise<Trial> {
  const trial = await linked();
  trial.sandbox.world.setFaults(noFaults);
  trial.keys.broken = 0;
  trial.stored = () => Promise.resolve();
  return trial;
}
const never = (): AbortSignal => new AbortController().signal;
let sends = 0;
const request = (body: string): SendRequest => ({
  chat: giulia as never,
  body,
  clientId: `client-${++sends}`,
  signal: never(),
});

test('QR to working; text both ways, acks and reads', async () => {
  const trial = await number();
  const report = trial.reports.findLast(({ state }) => state === 'working');
  expect(report).toMatchObject({
    me: { address: '390659991234@c.us', lid: '11112222333344@lid', name: 'Bottega Aurora' },
  });
  const heard = trial.next('message', ({ origin }) => origin === 'live');
  const told = trial.sandbox.world.inbound({ from: giulia, body: 'Ciao, siete aperti?' });
  expect(await heard).toMatchObject({
    messageId: told.id,
    chat: giulia,
    fromMe: false,
    type: 'text',
    body: 'Ciao, siete aperti?',
    senderName: 'Giulia',
    at: told.t * 1000,
  });
  const echo = trial.next('message', ({ fromMe, origin }) => fromMe && origin === 'live');
  const outcome = await trial.session.send(request('Sì, fino alle 19'));
  const { world } = trial.sandbox;
  expect(outcome).toMatchObject({ kind: 'accepted', messageId: world.outbox.at(-1)?.id });
  expect(world.outbox.at(-1)).toMatchObject({ body: 'Sì, fino alle 19', chat: giulia });
  expect(await echo).toMatchObject({ messageId: world.outbox.at(-1)?.id, clientId: `client-${sends}` });
  const read = trial.next('ack', (event) => event.ack === 3);
  world.readByThem(giulia);
  expect(await read).toMatchObject({ messageId: world.outbox.at(-1)?.id, fromMe: true });
});

test('the phone has lost the Signal session: asked again, the message arrives, once', async () => {
  const trial = await number();
  const before = trial.sandbox.world.outbox.length;
  await trial.arrivedAt(await trial.session.send(request('uno')));
  trial.sandbox.forgetSignalSessions();
  const outcome = await trial.session.send(request('due'));
  expect(await trial.arrivedAt(outcome)).toMatchObject({ body: 'due' });
  expect(trial.sandbox.world.outbox.slice(before).map(({ body }) => body)).toEqual(['uno', 'due']);
});

test('a client id sent again is the same message; refused, held back and unknown numbers are told apart', async () => {
  const trial = await number();
  const { world } = trial.sandbox;
  const before = world.outbox.length;
  const once = request('una volta');
  const first = await trial.session.send(once);
  expect(await trial.session.send(once)).toMatchObject({
    kind: 'accepted',
    messageId: (first as { messageId?: string }).messageId,
  });
  expect(world.outbox).toHaveLength(before + 1);
  world.setFaults({ sends: 'refuse' });
  expect(await trial.session.send(request('no'))).toEqual({ kind: 'refused', reason: 'refused-by-whatsapp' });
  world.setFaults({ sends: 'normal' });
  const nobody = { ...request('chi?'), chat: '390000000000@c.us' as never };
  expect(await trial.session.send(nobody)).toEqual({ kind: 'refused', reason: 'not-on-whatsapp' });
  world.setFaults({ sends: 'hang' });
  // Given up when WhatsApp has it.
  const over = new AbortController();
  const taken = new Promise<void>((resolve) => {
    const stop = world.subscribe((event) => {
      if (event.kind !== 'message' || event.message.body !== 'forse') return;
      stop();
      resolve();
    });
  });
  const asked = trial.session.send({ ...request('forse'), signal: over.signal });
  await taken;
  over.abort();
  expect(await asked).toMatchObject({ kind: 'uncertain' });
});

test('numbers are found with their Addresses; reading reaches the phone', async () => {
  const trial = await number();
  const { session, sandbox } = trial;
  expect(await session.findNumber!('393331234567', never())).toEqual({
    address: giulia,
    lid: '45677788899911@lid',
  });
  expect(await session.findNumber!('390000000000', never())).toBeUndefined();
  await session.markRead!(giulia as never);
  await expect.poll(() => sandbox.world.seenBy.at(-1)?.chat).toBe(giulia);
  expect(sandbox.world.people.findChat(giulia)?.unread).toBe(0);
});

test('a group: who is there, its lines, messages of members, and ours with the tick of each', async () => {
  const trial = await number();
  const { world } = trial.sandbox;
  world.people.ensure('393478812043@c.us', 'Marco');
  const made = trial.next('group', ({ members }) => members !== undefined);
  const group = createGroup(world, { subject: 'Fornitori', people: [giulia, '393478812043@c.us'] }).id;
  expect(await made).toMatchObject({ chat: group, subject: 'Fornitori', members: expect.any(Array) });
  const heard = trial.next('message', ({ body }) => body === 'a tutti');
  world.inbound({ from: giulia, group, body: 'a tutti' });
  expect(await heard).toMatchObject({ chat: group, sender: giulia, fromMe: false });
  const receipt = trial.next('receipt', ({ member }) => member === giulia);
  const sent = await trial.session.send({ ...request('ricevuto'), chat: group as never });
  expect(await trial.arrivedAt(sent)).toMatchObject({ chat: group, body: 'ricevuto' });
  expect(await receipt).toMatchObject({ chat: group, fromMe: true, ack: 2 });
  const left = trial.next('membership');
  changeGroup(world, group, { do: 'leave', people: ['393478812043@c.us'] });
  expect(await left).toMatchObject({ members: ['393478812043@c.us'], role: 'gone' });
});

test('pins, mutes and stars of the phone are told, ours reach it; typing is shown', async () => {
  const trial = await number();
  const { world } = trial.sandbox;
  const pinned = trial.next('chat', (event) => event.pinned === false);
  arrange(world, giulia, { pinned: false });
  expect(await pinned).toMatchObject({ chat: giulia });
  for (const archived of [true, false]) {
    expect(await trial.session.archive!(giulia as never, archived, never())).toEqual({ kind: 'done' });
    expect(world.people.findChat(giulia)?.archived).toBe(archived);
  }
  expect(await trial.session.pin!(giulia as never, true, never())).toEqual({ kind: 'done' });
  expect(world.people.findChat(giulia)?.pinned).toBe(true);
  const shown = new Promise((resolve) =>
    world.subscribe((event) => event.kind === 'typing' && resolve(event)),
  );
  await trial.session.typing!(giulia as never, 'typing');
  expect(await shown).toMatchObject({ chat: giulia, what: 'composing' });
});

test('the database is away while keys are written: tried again, and nothing is lost', async () => {
  const trial = await number();
  trial.keys.broken = 2;
  const outcome = await trial.session.send(request('con pazienza'));
  expect(await trial.arrivedAt(outcome)).toMatchObject({ body: 'con pazienza' });
  trial.keys.broken = 1;
  const heard = trial.next('message', ({ body }) => body === 'eccomi');
  trial.sandbox.world.inbound({ from: giulia, body: 'eccomi' });
  await heard;
});

test('deeds and questions to the phone at once, from the first: every step of a Signal session counts', async () => {
  const trial = await trialOf();
  await trial.link();
  const { session, sandbox } = trial;
  const message = sandbox.world.messagesOf(giulia)[0];
  if (!message) throw new Error('nothing to react to');
  const handle = { chat: giulia as never, messageId: message.id, fromMe: message.fromMe };
  // The first deed begins a new session with our own phone, while the phone answers in the old one.
  const asked = Array.from({ length: 6 }, async (_, n) => {
    const wish = { chat: giulia as never, chats: 1, messagesPerChat: 5, signal: never() };
    for await (const page of session.history!(wish)) expect(page.length).toBeGreaterThan(0);
    sandbox.world.fromPhone({ to: giulia, body: `dal telefono ${n}` });
  });
  const done = Array.from({ length: 6 }, (_, n) => session.react!(handle, n % 2 ? '👍' : '🎉', never()));
  await Promise.all([...asked, ...done]);
  await expect
    .poll(() => trial.messages().filter(({ body }) => body.startsWith('dal telefono')).length, patient)
    .toBe(6);
});

test('a look from end to end answers with what the child takes of memory, and fails without a link', async () => {
  await expect((await trialOf()).session.probe!(never())).rejects.toThrow();
  const trial = await number();
  const { memoryBytes } = await trial.session.probe!(never());
  expect(memoryBytes).toBeGreaterThan(30 * 1024 * 1024);
  expect(memoryBytes).toBeLessThan(300 * 1024 * 1024);
  if (process.env['ENGINE_LOG'])
    process.stderr.write(`child: ${Math.round((memoryBytes ?? 0) / 1048576)} MiB\n`);
});

test('a restart that WhatsApp asks for (515) is no end', async () => {
  const trial = await number();
  const before = trial.reports.length;
  const again = trial.nextState('working');
  trial.sandbox.world.command({ do: 'stream-error', code: '515' });
  await again;
  expect(trial.reports.slice(before).map(({ state }) => state)).toEqual(['syncing', 'working']);
});

test('a link is kept in rows: the next start works without a code, and tells what was missed', async () => {
  const trial = await number();
  await trial.session[Symbol.asyncDispose]();
  expect(trial.reports.at(-1)?.state).toBe('stopped');
  expect([...trial.keys.rows.keys()].some((key) => key === 'creds creds')).toBe(true);
  expect(await readdir(trial.directory)).toEqual([]);
  const before = trial.reports.length;
  const missed = [1, 2, 3].map((n) => trial.sandbox.world.inbound({ from: giulia, body: `missed ${n}` }).id);
  trial.session = trial.makeSession();
  const last = trial.next('message', ({ body }) => body === 'missed 3');
  const working = trial.nextState('working');
  trial.session.connect();
  await Promise.all([working, last]);
  expect(trial.reports.slice(before).map((report) => report.state)).not.toContain('pairing');
  const told = trial.messages().filter(({ messageId }) => missed.includes(messageId));
  expect(told.map(({ body, origin }) => `${origin} ${body}`)).toEqual([
    'live missed 1',
    'live missed 2',
    'live missed 3',
  ]);
});

test('opened and acknowledged, and killed before it is stored: the next life tells it again; stored, it is forgotten', async () => {
  const trial = await number();
  const heard = () => [...trial.keys.rows.keys()].filter((key) => key.startsWith('heard '));
  await expect.poll(heard, patient).toEqual([]);
  trial.stored = () => new Promise(() => {});
  const told = trial.next('message', ({ body }) => body === 'una sola volta');
  trial.sandbox.world.inbound({ from: giulia, body: 'una sola volta' });
  await told;
  expect(heard()).toHaveLength(1);
  await trial.session[Symbol.asyncDispose]();
  trial.stored = () => Promise.resolve();
  trial.session = trial.makeSession();
  const again = trial.next('message', ({ body }) => body === 'una sola volta');
  trial.session.connect();
  expect(await again).toMatchObject({ chat: giulia, fromMe: false, origin: 'live' });
  await expect.poll(heard, patient).toEqual([]);
});

test('what cannot be opened, and is never sent again, is asked of our own phone by the next life', async () => {
  const trial = await number();
  const waiting = trial.next('message', ({ type }) => type === 'waiting');
  const sealed = trial.sandbox.world.inbound({ from: giulia, type: 'ciphertext' });
  expect(await waiting).toMatchObject({ messageId: sealed.id, body: '' });
  await trial.session[Symbol.asyncDispose]();
  Object.assign(sealed, { type: 'chat', body: 'si apre' });
  trial.session = trial.makeSession();
  const filled = trial.next('message', ({ type, messageId }) => type === 'text' && messageId === sealed.id);
  trial.session.connect();
  expect(await filled).toMatchObject({ chat: giulia, body: 'si apre' });
});

test('ends are told by their numbers, and a new start works again', async () => {
  const trial = await number();
  // 401, 428, 440 and 408 are in the matrix, server/session/faults.
  const ends: [string, object][] = [
    ['503', { state: 'lost', code: 'not-responding', action: 'retry' }],
    ['500', { state: 'lost', code: 'engine-error', action: 'retry' }],
    ['403', { state: 'failed', code: 'restricted', action: 'open-phone' }],
    ['411', { state: 'failed', code: 'extra-step-on-phone' }],
  ];
  for (const [code, report] of ends) {
    const ended = trial.nextState('lost', 'failed');
    trial.sandbox.world.command({ do: 'stream-error', code });
    expect(await ended).toMatchObject(report);
    const working = trial.nextState('working');
    trial.session.connect();
    await working;
  }
});

test('no key, no code and no text is ever logged', async () => {
  const trial = await number();
  await trial.arrivedAt(await trial.session.send(request('parola segreta')));
  const heard = trial.next('message', ({ body }) => body === 'altra parola segreta');
  trial.sandbox.world.inbound({ from: giulia, body: 'altra parola segreta' });
  await heard;
  const secrets = [...trial.keys.rows.values()].flatMap((value) =>
    [...value.matchAll(/"data":"([A-Za-z0-9+/=]{20,})"/g)].map(([, secret]) => secret ?? ''),
  );
  expect(secrets.length).toBeGreaterThan(100);
  const logged = trial.logged.join('\n');
  for (const secret of [...secrets, 'parola segreta', '2@']) expect(logged).not.toContain(secret);
});

// The last one on this number: afterwards there is no link.
test('unlinking ends the link on the phone and forgets everything', async () => {
  const trial = await number();
  await trial.session.unlink!();
  await expect.poll(() => trial.sandbox.world.state.devices).toEqual([]);
  expect(trial.keys.rows.size).toBe(0);
  expect(trial.reports.at(-1)).toMatchObject({ state: 'logged-out', code: 'unlinked-by-agent' });
});

test('linked, and killed while its first history is being fetched: the next life tells it whole', async () => {
  const trial = await trialOf();
  const { world } = trial.sandbox;
  const heard = () => [...trial.keys.rows.keys()].filter((key) => key.startsWith('heard '));
  // What comes inline is there at once; what lies aside is on its way until long after the kill.
  world.setFaults({ slowHistoryMs: 3_600_000 });
  await trial.link();
  // Whatever was not whole is still written down, and all else is forgotten.
  await expect.poll(() => heard().length, patient).toBe(1);
  expect(trial.messages().map(({ body }) => body)).not.toContain('old 74');
  const lost = trial.nextState('lost');
  expect(await killMarked(sessionMarker(trial.directory))).toBe(1);
  await lost;
  world.setFaults({ slowHistoryMs: 0 });
  const whole = trial.next('message', ({ body }) => body === 'old 74');
  trial.session.connect();
  await whole;
  const bodies = new Set(trial.messages().map(({ body }) => body));
  expect(bodies).toEqual(new Set(Array.from({ length: 30 }, (_, index) => `old ${50 + index}`)));
  await expect.poll(heard, patient).toEqual([]);
});

test('linked, and killed before anything of its first history is stored: told again, names and pins too', async () => {
  const trial = await trialOf();
  trial.stored = () => new Promise(() => {});
  // The history may come in one breath with the link.
  const told = trial.next('message', ({ body }) => body === 'old 50');
  await trial.link();
  await told;
  const lost = trial.nextState('lost');
  await killMarked(sessionMarker(trial.directory));
  await lost;
  trial.events.length = 0;
  trial.stored = () => Promise.resolve();
  const working = trial.nextState('working');
  const pinned = trial.next('chat', (event) => event.pinned === true);
  const named = trial.next('contact', ({ name }) => name === 'Giulia Rossi');
  const whole = trial.next('message', ({ body }) => body === 'old 50');
  trial.session.connect();
  await Promise.all([working, pinned, named, whole]);
});

test('a pairing code in place of the QR, asked from the start', async () => {
  const trial = await trialOf();
  const shown = trial.nextState('pairing');
  await trial.session.pair!('+39 06 59991234');
  const { pairing } = await shown;
  expect(pairing).toMatchObject({ kind: 'code', turn: 1, value: expect.stringMatching(/^[0-9A-Z]{8}$/) });
  const working = trial.nextState('working');
  trial.sandbox.world.enterCode(pairing?.value ?? '');
  await working;
  expect(trial.sandbox.world.state.devices).toHaveLength(1);
});

test('a wrong pairing code links nobody, and a QR is to be had again', async () => {
  const trial = await trialOf();
  const shown = trial.next('session-state', ({ report }) => report.pairing?.kind === 'code');
  await trial.session.pair!('390659991234');
  await shown;
  const ended = trial.nextState('lost', 'failed');
  trial.sandbox.world.enterCode('AAAA-AAAA');
  await ended;
  expect(trial.sandbox.world.state.devices).toEqual([]);
  expect(trial.keys.rows.size).toBe(0);
  const working = trial.nextState('working');
  const qr = trial.next('session-state', ({ report }) => report.pairing?.kind === 'qr');
  trial.session.connect();
  trial.sandbox.world.scan((await qr).report.pairing?.value ?? '');
  await working;
});

test('a code while a QR is shown; and a QR of another screen is refused', async () => {
  const trial = await trialOf();
  const shown = trial.nextState('pairing');
  trial.session.connect();
  const { pairing: qr } = await shown;
  expect(qr?.value).toMatch(/^https:\/\/wa\.me\/settings\/linked_devices#2@/);
  // The reference alone is not enough: the secret is in the rest.
  expect(() => trial.sandbox.world.scan(qr?.value.split(',')[0] ?? '')).toThrow(/whole text/);
  const code = trial.next('session-state', ({ report }) => report.pairing?.kind === 'code');
  await trial.session.pair!('390659991234');
  const working = trial.nextState('working');
  trial.sandbox.world.enterCode((await code).report.pairing?.value ?? '');
  await working;
});
