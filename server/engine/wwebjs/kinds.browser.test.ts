import { afterEach, expect, test } from 'vitest';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { forwarded, mentioning } from '../../../sandbox/kinds.ts';
import { changeGroup, createGroup, newSecurityCode, numberChanged } from '../../../sandbox/groups.ts';
import { history, told } from '../conformance-trial.ts';
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
/** A group that the page knows of: what is asked right after it was made may overtake the news. */
async function knownGroup(trial: Trial, people: string[]): Promise<string> {
  const { world } = trial.sandbox;
  const { id } = createGroup(world, { subject: 'Fornitori', people });
  await told(trial, () => world.inbound({ from: marco, group: id, body: 'eccoci' }));
  return id;
}

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
  const kept = [...(await history(trial, giulia)), ...(await history(trial, group.id))];
  for (const event of [{ ...answer, starred: true }, toMine, named])
    expect(kept).toContainEqual({ ...event, origin: 'history' });
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
  const id = await knownGroup(trial, [marco, elena]);
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
  const id = await knownGroup(trial, [marco, luca]);
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
