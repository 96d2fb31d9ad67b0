import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Machine } from '../../testing/memory-keep.ts';
import { aChat, aMessage, anyTime } from '../../testing/rows.ts';
import { TinyServer } from '../../testing/tiny-server.ts';
import { until } from '../../testing/until.ts';
import { Link } from '../link/link.ts';
import { staleAfter } from './keep.ts';
import { Model } from './model.ts';
import type { OutgoingFile } from './outbox.ts';

let server: TinyServer;
let machine: Machine;
let open: Model[] = [];
let ids = 0;
let time = Date.now();

beforeEach(async () => {
  server = await TinyServer.start();
  machine = new Machine();
  open = [];
  time = Date.now();
  server.commit({ chats: [aChat({ id: 1 }), aChat({ id: 2, name: 'Marco', phone: '39347' })] });
  server.commit({ messages: [aMessage({ id: 1, chatId: 1, at: anyTime })] });
});
afterEach(async () => {
  open.forEach((tab) => tab.close());
  await server[Symbol.asyncDispose]();
});

/** A tab that somebody has signed in in. */
async function tab(): Promise<Model> {
  const link = new Link({
    host: server.url,
    auth: 'bearer',
    pace: {
      pollMs: 20,
      silenceMs: 60_000,
      joinMs: 2_000,
      retryFirstMs: 10,
      retryCapMs: 50,
      askMs: 60,
      answerMs: 80,
      claimMs: 30,
    },
  });
  const model = new Model(link, {
    now: () => time++,
    newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    keep: async (account) => machine.keepOf(account),
  });
  open.push(model);
  expect(await model.signIn('marta@example.com', 'secret')).toBeUndefined();
  await until(() => ['live', 'polling'].includes(model.connection.value));
  await model.desk.value!.chats.more();
  model.openChat(1);
  await until(() => model.timeline(1).state.value === 'ready');
  return model;
}
const bodies = (model: Model, chatId = 1): string[] => model.entries(chatId).map((entry) => entry.body);
const sent = (): unknown[] =>
  server.told.filter(({ what }) => what.endsWith('/messages')).map(({ body }) => body['body']);
const leader = (): Model => open.find((model) => model.sharing.value?.tabs.isLeader)!;

test('three tabs have one socket, and each shows what comes', async () => {
  const tabs = [await tab(), await tab(), await tab()];
  expect(server.subscriberCount).toBe(1);
  server.commit({ messages: [aMessage({ id: 2, body: 'News', at: Date.now() })] });
  for (const one of tabs) await until(() => bodies(one).includes('News'));
  // So does another name of the number.
  server.commit({ name: 'Showroom' });
  for (const one of tabs) await until(() => one.desk.value?.name === 'Showroom');
});

test('the tab that leads is closed while a message comes: another goes on, nothing is missed or doubled', async () => {
  await tab();
  const [second, third] = [await tab(), await tab()];
  const gone = leader();
  gone.close();
  server.commit({ messages: [aMessage({ id: 2, body: 'Meanwhile', at: Date.now() })] });
  for (const one of [second, third].filter((model) => model !== gone)) {
    await until(() => bodies(one).includes('Meanwhile'));
    expect(bodies(one).filter((body) => body === 'Meanwhile')).toHaveLength(1);
  }
  await until(() => server.subscriberCount === 1 || leader() !== undefined);
});

test('a tab goes to the back-forward cache and comes back: it has what came meanwhile', async () => {
  const [first, second] = [await tab(), await tab()];
  first.rest();
  await until(() => second.connection.value === 'live');
  server.commit({ messages: [aMessage({ id: 2, body: 'While away', at: Date.now() })] });
  await until(() => bodies(second).includes('While away'));
  first.comeBack();
  await until(() => bodies(first).includes('While away'));
  expect(bodies(first).filter((body) => body === 'While away')).toHaveLength(1);
});

test('texts written in two tabs while the server is away leave in the order they were written, once', async () => {
  const [first, second] = [await tab(), await tab()];
  server.isDown = true;
  server.cut();
  first.send(1, 'a');
  second.send(1, 'b');
  first.send(1, 'c');
  second.send(1, 'd');
  for (const one of [first, second]) await until(() => one.outbox.pending.value.length === 4);
  expect(bodies(first).slice(-4)).toEqual(['a', 'b', 'c', 'd']);
  expect(bodies(second).slice(-4)).toEqual(['a', 'b', 'c', 'd']);
  server.isDown = false;
  for (const one of [first, second]) await until(() => one.outbox.pending.value.length === 0);
  expect(sent()).toEqual(['a', 'b', 'c', 'd']);
  for (const one of [first, second]) await until(() => bodies(one).slice(-4).join('') === 'abcd');
});

test('a tab is closed with texts unsent: the next one finds and sends them, once and in order', async () => {
  const first = await tab();
  server.isDown = true;
  server.cut();
  first.send(1, 'one');
  first.send(1, 'two');
  first.close();
  server.isDown = false;
  const next = await tab();
  await until(() => next.entries(1).at(-1)?.body === 'two' && next.outbox.pending.value.length === 0);
  expect(sent()).toEqual(['one', 'two']);
  await until(() => bodies(next).slice(-2).join() === 'one,two');
  expect(Array.from(machine.cupboards.values(), ({ outgoing }) => outgoing.size)).toEqual([0]);
});

test('the tab dies between the request and its answer: the text goes again under the same id and is one message', async () => {
  const first = await tab();
  let answer: () => void = () => undefined;
  server.instead.set('POST /chats/1/messages', async (body) => {
    const row = aMessage({
      id: 9,
      fromMe: true,
      clientId: String(body['clientId']),
      body: 'Once',
      at: Date.now(),
    });
    server.losesPushes = true;
    server.commit({ messages: [row] });
    server.losesPushes = false;
    await new Promise<void>((done) => (answer = done));
    return { status: 201, body: server.messages.get(9) };
  });
  first.send(1, 'Once');
  await until(() => first.outbox.pending.value[0]?.state === 'sending');
  first.close();
  answer();
  server.instead.clear();
  const next = await tab();
  await until(() => next.outbox.pending.value.length === 0);
  expect(bodies(next).filter((body) => body === 'Once')).toHaveLength(1);
  expect(Array.from(server.messages.values()).filter((row) => row.body === 'Once')).toHaveLength(1);
});

test('what was refused keeps its reason over a reload, and goes when asked', async () => {
  const first = await tab();
  server.instead.set('POST /chats/1/messages', () => ({
    status: 422,
    body: { type: 'about:blank', title: 'no', status: 422, code: 'too-large' },
  }));
  first.send(1, 'Refused');
  await until(() => first.outbox.pending.value[0]?.state === 'failed');
  first.close();
  server.instead.clear();
  const next = await tab();
  await until(() => next.outbox.pending.value.length === 1);
  expect(next.outbox.pending.value[0]).toMatchObject({ state: 'failed', code: 'too-large' });
  next.outbox.retryAll();
  await until(() => next.outbox.pending.value.length === 0);
  expect(bodies(next).filter((body) => body === 'Refused')).toHaveLength(1);
});

test('a text of yesterday is not sent behind anybody’s back', async () => {
  const first = await tab();
  server.isDown = true;
  server.cut();
  first.send(1, 'Old');
  first.close();
  server.isDown = false;
  time += staleAfter + 1_000;
  const next = await tab();
  await until(() => next.outbox.pending.value.length === 1);
  expect(next.outbox.pending.value[0]).toMatchObject({ state: 'failed', code: 'too-old' });
  expect(sent()).toEqual([]);
});

test('a text taken back in one tab is not sent by the one that leads', async () => {
  const [first, second] = [await tab(), await tab()];
  server.isDown = true;
  server.cut();
  second.send(1, 'No, wait');
  await until(() => first.outbox.pending.value.length === 1);
  await second.discard(second.entries(1).at(-1)!);
  await until(() => first.outbox.pending.value.length === 0);
  server.isDown = false;
  await until(() => first.connection.value === 'live');
  expect(sent()).toEqual([]);
});

test('what is half written is in every tab and survives them: text, answer, people', async () => {
  const [first, second] = [await tab(), await tab()];
  const entry = first.entries(1)[0]!;
  first.talk.setBeside(1, { what: 'reply', entry });
  first.talk.pick(1, { contactId: 11, name: 'Anna', phone: '39333', isMe: false, role: 'member' });
  first.setDraft(1, 'Dear @Anna');
  await until(() => second.drafts.value.get(1) === 'Dear @Anna');
  expect(second.talk.beside.value.get(1)).toMatchObject({ what: 'reply', entry: { id: entry.id } });
  first.close();
  second.close();
  const next = await tab();
  await until(() => next.drafts.value.get(1) === 'Dear @Anna');
  expect(next.talk.beside.value.get(1)).toMatchObject({ what: 'reply' });
  next.send(1, 'Dear @Anna');
  await until(() => next.outbox.pending.value.length === 0);
  expect(server.told.at(-1)!.body).toMatchObject({
    body: 'Dear @39333',
    mentions: [11],
    quotedMessageId: 'M1',
  });
  expect(next.drafts.value.has(1)).toBe(false);
});

test('sent in one tab, the draft is gone in the other', async () => {
  const [first, second] = [await tab(), await tab()];
  first.setDraft(1, 'Hello');
  await until(() => second.drafts.value.get(1) === 'Hello');
  first.send(1, 'Hello');
  await until(() => !second.drafts.value.has(1));
});

test('the server comes back with an older copy of its data: every tab reads afresh and shows what is written from then on', async () => {
  const tabs = [await tab(), await tab()];
  for (let unread = 1; unread < 20; unread++) server.commit({ chats: [aChat({ id: 1, unread })] });
  for (const one of tabs) await until(() => one.findChat(1)?.unread === 19);
  server.seq -= 15;
  server.chats.set(1, aChat({ id: 1, unread: 4, seq: server.seq }));
  server.cut();
  for (const one of tabs) await until(() => one.findChat(1)?.unread === 4);
  server.commit({ messages: [aMessage({ id: 2, body: 'From now on', at: Date.now() })] });
  for (const one of tabs) await until(() => bodies(one).includes('From now on'));
});

test('the clock was put back meanwhile: the later change of a draft and of its files wins all the same, in every tab', async () => {
  const [first, second] = [await tab(), await tab()];
  first.talk.setDraft(1, 'By the clock of next year');
  first.talk.setStaged(1, [aFile('a')]);
  await until(() => second.talk.drafts.value.has(1) && chosen(second).join() === 'a');
  time -= 365 * 24 * 3_600_000;
  second.talk.setDraft(1, 'Written on');
  second.talk.setStaged(1, [aFile('b')]);
  await until(() => first.talk.drafts.value.get(1) === 'Written on' && chosen(first).join() === 'b');
  // Sent in one, it does not come back from the other, whichever is asked.
  second.talk.setStaged(1, []);
  second.send(1, 'Written on');
  await until(() => !first.talk.drafts.value.has(1) && !chosen(first).length);
  [first, second].forEach((one) => one.wake());
  const third = await tab();
  await until(() => bodies(third).includes('Written on'));
  for (const one of [first, second, third]) expect(one.talk.drafts.value.get(1) ?? '').toBe('');
});

test('signing out with texts unsent asks first; sure of it, nothing stays on the machine, in no tab', async () => {
  const [first, second] = [await tab(), await tab()];
  server.isDown = true;
  server.cut();
  first.send(1, 'Unsent');
  first.setDraft(2, 'Half');
  await first.signOut();
  expect([first.phase.value, first.leaving.value]).toEqual(['ready', 1]);
  await first.signOut(true);
  await until(() => first.phase.value === 'signed-out' && second.phase.value === 'signed-out');
  const left = Array.from(machine.cupboards.values(), ({ outgoing, drafts }) => outgoing.size + drafts.size);
  expect(left).toEqual([0]);
});

test('another Agent at the same machine finds nothing of the one before', async () => {
  const first = await tab();
  server.isDown = true;
  server.cut();
  first.send(1, 'Private');
  first.setDraft(1, 'Private draft');
  first.close();
  server.isDown = false;
  server.instead.set('POST /auth/sign-in', () => ({
    status: 200,
    body: {
      agent: { id: 2, email: 'b@example.com', name: 'B', role: 'agent', locale: 'en', disabled: false },
      organisation: { id: 1, name: 'Harbour' },
      token: 'other',
      csrf: null,
    },
  }));
  const other = await tab();
  expect(other.me.value?.agent.id).toBe(2);
  expect(other.outbox.pending.value).toEqual([]);
  expect(other.drafts.value.size).toBe(0);
  expect(sent()).toEqual([]);
});

test('a file that could not leave is in every tab, bytes and all', async () => {
  const [first, second] = [await tab(), await tab()];
  server.isDown = true;
  server.cut();
  first.send(1, 'Plan', {
    file: {
      blob: new Blob(['12345'], { type: 'text/plain' }),
      name: 'plan.txt',
      mime: 'text/plain',
      as: 'document',
      seconds: null,
      width: null,
      height: null,
      waveform: null,
      progress: signal(0),
    },
  });
  first.close();
  await until(() => second.outbox.pending.value.length === 1);
  const { file } = second.outbox.pending.value[0]!.extras;
  expect([file!.name, await file!.blob.text()]).toEqual(['plan.txt', '12345']);
});

/** A file as an Agent chooses it. */
function aFile(name: string): OutgoingFile {
  const blob = new Blob([name], { type: 'text/plain' });
  const size = { seconds: null, width: null, height: null, waveform: null };
  return { blob, name, mime: 'text/plain', as: 'document', ...size, progress: signal(0) };
}
const chosen = (model: Model, chatId = 1): string[] =>
  (model.talk.staged.value.get(chatId) ?? []).map(({ name }) => name);

test('files chosen and not sent, and their caption, survive the tab, bytes and all, and are in every tab', async () => {
  const first = await tab();
  first.talk.setStaged(1, [aFile('plan.txt'), aFile('bill.txt')]);
  first.talk.setStaged(2, [aFile('other.txt')]);
  first.talk.setCaption(1, 'As agreed');
  first.close();
  const [next, beside] = [await tab(), await tab()];
  for (const one of [next, beside]) await until(() => chosen(one).join() === 'plan.txt,bill.txt');
  expect(await next.talk.staged.value.get(1)![1]!.blob.text()).toBe('bill.txt');
  await until(() => beside.talk.captions.value.get(1) === 'As agreed');
  expect(chosen(beside, 2)).toEqual(['other.txt']);
});

test('files sent or given up in one tab are gone in all and in what is kept, also for a tab that reads them meanwhile', async () => {
  const [first, second] = [await tab(), await tab()];
  first.talk.setStaged(1, [aFile('plan.txt')]);
  await until(() => chosen(second).length === 1);
  const { keep } = second.sharing.value!;
  const read = keep.read();
  keep.read = () => read;
  await read;
  second.talk.setStaged(1, []);
  // What it has read before is older than what it knows by now.
  second.sharing.value!.join();
  await until(() => chosen(first).length === 0);
  expect(chosen(second)).toEqual([]);
  expect(Array.from(machine.cupboards.values(), ({ files }) => files.size)).toEqual([0]);
});

test('what is kept on a machine too slow to be waited for is shown and sent as soon as it answers', async () => {
  const first = await tab();
  server.isDown = true;
  server.cut();
  first.send(1, 'Kept');
  first.close();
  server.isDown = false;
  machine.isSlow.value = true;
  const next = await tab();
  next.send(1, 'Sent meanwhile');
  await until(() => next.outbox.pending.value.length === 0);
  expect(sent()).toEqual(['Sent meanwhile']);
  machine.isSlow.value = false;
  await until(() => bodies(next).includes('Kept'));
  await until(() => next.outbox.pending.value.length === 0);
  expect(sent()).toEqual(['Sent meanwhile', 'Kept']);
});

test('the tab dies in the very task in which Enter was pressed: the text is kept before its request is made, and sent once', async () => {
  const first = await tab();
  first.send(1, 'Written and gone');
  // Nothing has been awaited since.
  const kept = Array.from(machine.cupboards.values(), ({ outgoing }) => Array.from(outgoing.values())).flat();
  expect(kept.map(({ body }) => body)).toEqual(['Written and gone']);
  expect(bodies(first)).toContain('Written and gone');
  expect(sent()).toEqual([]);
  first.close();
  const next = await tab();
  await until(() => sent().includes('Written and gone'));
  await until(() => next.outbox.pending.value.length === 0);
  expect(sent()).toEqual(['Written and gone']);
  expect(bodies(next).filter((body) => body === 'Written and gone')).toHaveLength(1);
});
