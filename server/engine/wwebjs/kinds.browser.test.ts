import { afterEach, describe, expect, test } from 'vitest';
import type { EngineEvent, MessageEvent } from '../../contract/engine-event.ts';
import { example, forwarded, kindNames, mentioning, missedCall, call } from '../../../sandbox/kinds.ts';
import { sampleNames, sample, sampleWaveform } from '../../../sandbox/samples.ts';
import { changeGroup, createGroup, newSecurityCode, numberChanged } from '../../../sandbox/groups.ts';
import { elena, giulia, Trial } from './testing.ts';

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
});
async function linked(...options: Parameters<typeof Trial.start>): Promise<Trial> {
  const trial = await Trial.start(...options);
  owned.push(trial);
  await trial.link();
  return trial;
}
const marco = '393478812043@c.us';
const luca = '393209876543@c.us';

/** What is told of a message that `write` puts into the world. */
async function told(trial: Trial, write: () => { id: string }): Promise<MessageEvent> {
  const { id } = write();
  return (
    trial.messages().find((event) => event.messageId === id) ??
    trial.next('message', (event) => event.messageId === id)
  );
}
async function history(trial: Trial, chat: string): Promise<MessageEvent[]> {
  const events: EngineEvent[] = [];
  const { signal } = new AbortController();
  const request = { chat: chat as never, chats: 1, messagesPerChat: 50, signal };
  for await (const page of trial.session.history!(request)) events.push(...page);
  return events.filter((event) => event.kind === 'message');
}

describe.each([1, 2, 3] as const)('page generation %i', (generation) => {
  test('every kind a customer can send arrives with all it holds, and history tells the same', async () => {
    const trial = await linked({ generation });
    const { world } = trial.sandbox;
    const live = new Map<string, MessageEvent>();
    for (const kind of kindNames)
      live.set(kind, await told(trial, () => world.inbound({ from: giulia, ...example(kind) })));
    for (const name of sampleNames)
      live.set(name, await told(trial, () => world.inbound({ from: giulia, sample: name, body: name })));
    live.set('call', await told(trial, () => world.inbound({ from: giulia, ...call(62, true) })));
    live.set('missed', await told(trial, () => world.inbound({ from: giulia, ...missedCall() })));

    expect(live.get('location')).toMatchObject({
      type: 'location',
      content: {
        location: {
          latitude: 41.8986,
          longitude: 12.4769,
          name: 'Pantheon',
          address: 'Piazza della Rotonda, Roma',
        },
      },
    });
    expect(live.get('live-location')?.content?.location).toMatchObject({ live: true });
    const marcoCard = { name: 'Marco Bianchi', phones: ['+39 347 881 2043'] };
    expect(live.get('card')).toMatchObject({ type: 'contact-card', body: 'Marco Bianchi' });
    expect(live.get('card')?.content?.cards).toEqual([marcoCard]);
    expect(live.get('cards')?.content?.cards).toEqual([
      marcoCard,
      { name: 'Luca Ferrari', phones: ['+39 320 987 6543'] },
    ]);
    expect(live.get('poll')).toMatchObject({
      type: 'poll',
      content: {
        poll: {
          question: 'Quando passa a ritirarla?',
          options: ['Venerdì', 'Sabato', 'Lunedì'],
          several: false,
        },
      },
    });
    expect(live.get('link')).toMatchObject({
      type: 'text',
      content: { link: { url: 'https://bici.example/blu', title: 'Bici blu' } },
    });
    expect(live.get('view-once')).toMatchObject({ type: 'unknown', body: '', content: { viewOnce: true } });
    expect(live.get('unknown')).toMatchObject({ type: 'unknown' });
    expect(live.get('call')).toMatchObject({
      type: 'call',
      content: { call: { video: true, missed: false, seconds: 62 } },
    });
    expect(live.get('missed')?.content).toEqual({ call: { video: false, missed: true } });

    const types = { photo: 'image', clip: 'video', voice: 'voice', tune: 'audio', invoice: 'document' };
    for (const name of sampleNames) {
      const event = live.get(name);
      const { mimetype, data } = sample(name);
      expect(event).toMatchObject({
        type: { ...types, sticker: 'sticker' }[name],
        body: name,
        media: { mime: mimetype, size: data.length },
      });
      expect(JSON.parse(event?.media?.reference ?? '')).toMatchObject({ messageId: event?.messageId });
    }
    expect(live.get('photo')?.media).toMatchObject({ width: 480, height: 320 });
    expect(live.get('photo')?.media?.thumbnail).toMatch(/^\/9j\//);
    expect(live.get('voice')?.media).toMatchObject({ seconds: 3, waveform: sampleWaveform });
    expect(live.get('invoice')?.media).toMatchObject({ fileName: 'Fattura 2026-114.pdf' });

    const again = new Map((await history(trial, giulia)).map((event) => [event.messageId, event]));
    for (const [what, event] of live)
      expect({ what, ...again.get(event.messageId) }).toEqual({ what, ...event, origin: 'history' });
    expect(world.missingModules).toEqual([]);
  });
});

test('forwards, mentions, stars and answers are told with their message', async () => {
  const trial = await linked();
  const { world } = trial.sandbox;
  const photo = await told(trial, () => world.inbound({ from: giulia, sample: 'photo', body: 'guarda' }));
  const answer = await told(trial, () =>
    world.inbound({ from: giulia, body: 'questa', quoted: photo.messageId, fields: forwarded(1) }),
  );
  expect(answer).toMatchObject({
    quotedMessageId: photo.messageId,
    forwarded: 1,
    content: { quoted: { body: 'guarda', type: 'image', sender: giulia, fromMe: false } },
  });
  const mine = await told(trial, () => world.fromPhone({ to: giulia, body: 'mia' }));
  const toMine = await told(trial, () =>
    world.inbound({ from: giulia, body: 'tua', quoted: mine.messageId, fields: forwarded(7) }),
  );
  expect(toMine).toMatchObject({ forwarded: 2, content: { quoted: { body: 'mia', fromMe: true } } });
  const group = createGroup(world, { subject: 'Fornitori', people: [marco, luca] });
  const named = await told(trial, () =>
    world.inbound({ from: marco, group: group.id, body: '@393209876543 vieni?', fields: mentioning([luca]) }),
  );
  expect(named).toMatchObject({ chat: group.id, sender: marco, content: { mentions: [luca] } });

  const starred = trial.next('star');
  world.star(answer.messageId, true);
  expect(await starred).toMatchObject({ messageId: answer.messageId, starred: true, chat: giulia });
  const kept = (await history(trial, giulia)).find((event) => event.messageId === answer.messageId);
  expect(kept?.starred).toBe(true);
});

test('a text that could not be read is filled later, also when it becomes a picture', async () => {
  const trial = await linked();
  const { world } = trial.sandbox;
  const ids: string[] = [];
  for (const what of ['in the end a text', { sample: 'photo', body: 'e una foto' } as const]) {
    const waiting = await told(trial, () => world.inbound({ from: giulia, type: 'ciphertext' }));
    expect(waiting).toMatchObject({ type: 'waiting', body: '' });
    const filled = trial.next('message', (event) => event.messageId === waiting.messageId);
    world.decrypt(waiting.messageId, what);
    expect(await filled).toMatchObject(
      typeof what === 'string'
        ? { type: 'text', body: what }
        : { type: 'image', body: 'e una foto', media: { mime: 'image/jpeg' } },
    );
    ids.push(waiting.messageId);
  }
  const edits = trial.events.filter((event) => event.kind === 'edit');
  expect(edits.filter((event) => ids.includes(event.messageId))).toEqual([]);
});

test('lines nobody wrote: a group is made and changes, a number changes, a phone is new', async () => {
  const trial = await linked();
  const { world } = trial.sandbox;
  const { phone: me } = world.me;
  const { id } = createGroup(world, { subject: 'Fornitori', people: [marco] });
  const group = trial.next('group', (event) => event.members?.length === 3);
  const membership = trial.next('membership');
  const added = await told(trial, () => changeGroup(world, id, { do: 'add', people: [luca] }));
  expect(added).toMatchObject({
    type: 'system',
    fromMe: false,
    content: { system: { what: 'added', actor: me, people: [luca] } },
  });
  expect(await membership).toMatchObject({ chat: id, members: [luca], role: 'member', at: added.at });
  expect(await group).toMatchObject({
    chat: id,
    subject: 'Fornitori',
    members: [
      { address: me, role: 'owner' },
      { address: marco, role: 'member' },
      { address: luca, role: 'member' },
    ],
  });
  const lines: [Parameters<typeof changeGroup>[2], object][] = [
    [
      { do: 'join', people: [giulia] },
      { what: 'joined', people: [giulia] },
    ],
    [
      { do: 'promote', people: [luca] },
      { what: 'promoted', people: [luca], actor: me },
    ],
    [
      { do: 'leave', people: [marco] },
      { what: 'left', people: [marco] },
    ],
    [
      { do: 'subject', text: 'Amici', by: luca },
      { what: 'subject', text: 'Amici', actor: luca },
    ],
    [{ do: 'picture' }, { what: 'picture' }],
    [
      { do: 'number', from: luca, to: '393200000001@c.us' },
      { what: 'number-changed', people: [luca, '393200000001@c.us'] },
    ],
  ];
  for (const [change, system] of lines) {
    const event = await told(trial, () => changeGroup(world, id, change));
    expect(event.content?.system).toMatchObject(system);
  }
  const moved = await told(trial, () => numberChanged(world, giulia, '393330000002@c.us'));
  expect(moved.content?.system).toEqual({ what: 'number-changed', people: [giulia, '393330000002@c.us'] });
  const code = await told(trial, () => newSecurityCode(world, giulia));
  expect(code.content?.system).toEqual({ what: 'security-code' });
  const kept = (await history(trial, id)).filter((event) => event.type === 'system');
  expect(kept.map((event) => event.content?.system?.what).join(' ')).toBe(
    'created added joined promoted left subject picture number-changed',
  );
  const { chats } = world.state;
  expect(chats.find((chat) => chat.id === id)?.unread).toBe(0);
});

test('who is in the groups comes with the history', async () => {
  const trial = await linked();
  const { world } = trial.sandbox;
  const { id } = createGroup(world, { subject: 'Fornitori', people: [marco, elena] });
  const { signal } = new AbortController();
  const events: EngineEvent[] = [];
  for await (const page of trial.session.history!({ chats: 10, messagesPerChat: 0, signal }))
    events.push(...page);
  const group = events.find((event) => event.kind === 'group');
  expect(group).toMatchObject({ chat: id, subject: 'Fornitori' });
  expect(group?.kind === 'group' && group.members?.map((member) => member.address)).toEqual([
    world.me.phone,
    marco,
    elena,
  ]);
});

test('each member of a group gets and reads a message of ours by themself', async () => {
  const trial = await linked();
  const { world } = trial.sandbox;
  const { id } = createGroup(world, { subject: 'Fornitori', people: [marco, luca] });
  const receipt = (member: string, ack: number) =>
    trial.next('receipt', (event) => event.member === member && event.ack === ack);
  const [delivered, read] = [receipt(luca, 2), receipt(marco, 3)];
  const { signal } = new AbortController();
  const sent = await trial.session.send({ chat: id as never, body: 'domani?', clientId: 'c', signal });
  await delivered;
  world.readByThem(id, marco);
  expect(await read).toMatchObject({
    chat: id,
    fromMe: true,
    messageId: (sent as { messageId: string }).messageId,
  });
  const all = trial.next('ack', (event) => event.ack === 3);
  world.readByThem(id, luca);
  await all;
});
