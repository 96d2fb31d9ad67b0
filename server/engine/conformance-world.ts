import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { changeGroup } from '../../sandbox/groups.ts';
import { call, example, kindNames, missedCall } from '../../sandbox/kinds.ts';
import { vote } from '../../sandbox/votes.ts';
import type { SampleName } from '../../sandbox/sample-name.ts';
import { sample, sampleNames, sampleWaveform } from '../../sandbox/samples.ts';
import type { Address } from '../contract/address.ts';
import type { EngineEvent, MessageEvent } from '../contract/engine-event.ts';
import { fetchOf, giulia, handleOf, history, marco, told, type WorldTrial } from './conformance-trial.ts';
import type { OutgoingMedia } from './engine.ts';

const chat = giulia as Address;
const { signal } = new AbortController();
/** What one hears, and a sticker, has no caption on the wire. */
const captionOf = (name: SampleName, caption: string): string =>
  ['voice', 'tune', 'sticker'].includes(name) ? '' : caption;
const done = { kind: 'done' };

/** What every engine that claims history, files and deeds promises in a world. Call it inside a `describe`. */
export function describeInWorld(linked: () => Promise<WorldTrial>): void {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });
  const arrived = (trial: WorldTrial, name: SampleName): Promise<MessageEvent> =>
    told(trial, () => trial.sandbox.world.inbound({ from: giulia, sample: name }));

  test('every kind a customer can send arrives with all it holds, and history tells the same', async () => {
    const trial = await linked();
    const { world } = trial.sandbox;
    const live = new Map<string, MessageEvent>();
    for (const kind of kindNames)
      live.set(kind, await told(trial, () => world.inbound({ from: giulia, ...example(kind) })));
    for (const name of sampleNames)
      live.set(
        name,
        await told(trial, () => world.inbound({ from: giulia, sample: name, body: captionOf(name, name) })),
      );
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
    const invited = world.messagesOf(giulia).find(({ type }) => type === 'groups_v4_invite')!.fields!;
    expect(live.get('invitation')).toMatchObject({ type: 'invitation', body: 'Ciclisti del sabato' });
    // The code stays where it is.
    expect(live.get('invitation')?.content).toEqual({
      invitation: {
        group: invited.inviteGrp,
        name: 'Ciclisti del sabato',
        text: 'Vieni con noi?',
        until: invited.inviteCodeExp! * 1000,
        picture: invited.inviteGrpJpegThum,
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
        body: captionOf(name, name),
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
  });

  test('files come whole out of WhatsApp, and go whole into it', async () => {
    const trial = await linked();
    const { world } = trial.sandbox;
    const directory = await mkdtemp(join(tmpdir(), 'engine-'));
    folders.push(directory);
    for (const name of sampleNames) {
      const event = await arrived(trial, name);
      const file = join(directory, `in-${name}`);
      const { mimetype, data, filename } = sample(name);
      const wanted = { kind: 'fetched', mime: mimetype, size: data.length };
      expect(await fetchOf(trial, event, file)).toEqual({
        ...wanted,
        ...(filename ? { fileName: filename } : {}),
      });
      expect(Buffer.compare(await readFile(file), Buffer.from(data))).toBe(0);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }

    const ways: [SampleName, OutgoingMedia['as'], string][] = [
      ['photo', 'image', 'image'],
      ['clip', 'video', 'video'],
      ['voice', 'voice', 'ptt'],
      ['tune', 'audio', 'audio'],
      ['invoice', 'document', 'document'],
      ['photo', 'document', 'document'],
      ['sticker', 'sticker', 'sticker'],
    ];
    for (const [name, as, type] of ways) {
      const { mimetype, data, filename = `${name}.bin` } = sample(name);
      const file = join(directory, `out-${name}-${as}`);
      await writeFile(file, data);
      const media = { file, mime: mimetype, size: data.length, fileName: filename, as };
      const echo = trial.next('message', (event) => event.fromMe);
      const body = captionOf(name, `ecco ${name}`);
      const outcome = await trial.session.send({
        chat: giulia as never,
        body,
        clientId: `${name} as ${as}`,
        media,
        signal,
      });
      const sent = await trial.arrivedAt(outcome);
      expect({ as, type: sent.type, body: sent.body }).toEqual({ as, type, body });
      expect(Buffer.compare(world.media.get(sent.media!.path)!.body, Buffer.from(data))).toBe(0);
      if (as === 'document') expect(sent.media?.filename).toBe(filename);
      expect(await echo).toMatchObject({
        messageId: sent.id,
        body,
        media: { mime: mimetype, size: data.length },
      });
    }
  });

  test('votes in a poll are told as they change, by history too, and ours reach the world', async () => {
    const trial = await linked();
    const { session, sandbox } = trial;
    const { world } = sandbox;
    const { id } = await told(trial, () => world.fromPhone({ to: giulia, ...example('poll') })).then(
      ({ messageId }) => world.find(messageId),
    );
    const poll = world.find(id);
    const voted = async (by: () => unknown): Promise<unknown> => {
      const next = trial.next('vote');
      await by();
      return next;
    };
    expect(await voted(() => vote(world, id, giulia, ['Sabato']))).toMatchObject({
      messageId: id,
      fromMe: true,
      voter: giulia,
      fromUs: false,
      options: ['Sabato'],
    });
    expect(await voted(() => vote(world, id, giulia, []))).toMatchObject({ voter: giulia, options: [] });
    expect(await voted(() => vote(world, id, giulia, ['Lunedì']))).toMatchObject({ options: ['Lunedì'] });
    const ours = voted(async () =>
      expect(await session.vote!(handleOf(poll), ['Venerdì'], signal)).toEqual(done),
    );
    expect(await ours).toMatchObject({ fromUs: true, options: ['Venerdì'] });
    expect(world.find(id).votes).toMatchObject([
      { from: giulia, options: [2] },
      { from: world.me.phone, options: [0] },
    ]);
    expect(await session.vote!(handleOf(poll), ['Domenica'], signal)).toMatchObject({ kind: 'refused' });

    const events: EngineEvent[] = [];
    const request = { chat, chats: 1, messagesPerChat: 50, signal };
    for await (const page of session.history!(request)) events.push(...page);
    const past = events.filter((event) => event.kind === 'vote' && event.messageId === id);
    expect(past).toMatchObject([
      { voter: giulia, fromUs: false, options: ['Lunedì'] },
      { fromUs: true, options: ['Venerdì'] },
    ]);
  });

  test('a poll of ours reaches the world, is told back as it was written, and is voted on', async () => {
    const trial = await linked();
    const { session, sandbox } = trial;
    const { world } = sandbox;
    const poll = { question: 'Quando?', options: ['Venerdì', 'Sabato'], several: false };
    for (const one of [poll, { ...poll, question: 'Quali?', several: true }]) {
      const { question: body } = one;
      const echo = trial.next('message', (event) => event.body === body);
      const sent = await trial.arrivedAt(
        await session.send({ chat, body, poll: one, clientId: body, signal }),
      );
      expect(sent).toMatchObject({ type: 'poll_creation', fields: { pollName: body } });
      expect(await echo).toMatchObject({
        messageId: sent.id,
        fromMe: true,
        type: 'poll',
        content: { poll: one },
      });
      const heard = trial.next('vote');
      vote(world, sent.id, giulia, ['Sabato']);
      expect(await heard).toMatchObject({ messageId: sent.id, fromMe: true, options: ['Sabato'] });
    }
  });

  test('an invitation is taken up once it is wanted, one that is over is not; the link of a group is told to who looks after it', async () => {
    const trial = await linked();
    const { session, sandbox } = trial;
    const { world } = sandbox;
    const invited = await told(trial, () => world.inbound({ from: giulia, ...example('invitation') }));
    const group = invited.content!.invitation!.group as Address;
    const handleOfEvent = ({ chat, messageId, fromMe }: MessageEvent) => ({ chat, messageId, fromMe });
    const heard = trial.next('message', (event) => event.chat === group);
    expect(await session.join!(handleOfEvent(invited), signal)).toEqual(done);
    expect(world.people.findChat(group)?.participants).toEqual([giulia, world.me.phone]);
    expect(await heard).toMatchObject({ type: 'system', content: { system: { what: 'added' } } });
    // We are there already.
    expect(await session.join!(handleOfEvent(invited), signal)).toEqual(done);

    const { fields, ...late } = example('invitation');
    const over = { ...fields, inviteCode: 'over', inviteCodeExp: 1_600_000_000 };
    const old = await told(trial, () => world.inbound({ from: giulia, ...late, fields: over }));
    expect(await session.join!(handleOfEvent(old), signal)).toEqual({ kind: 'refused', reason: 'too-late' });

    expect(await session.inviteLink!(group, signal)).toMatchObject({ kind: 'refused' });
    changeGroup(world, group, { do: 'promote', people: [world.me.phone], by: giulia });
    expect(await session.inviteLink!(group, signal)).toEqual({
      kind: 'done',
      link: `https://chat.whatsapp.com/${world.people.findChat(group)!.inviteCode}`,
    });
  });

  test('one whose number is hidden is named in a text by their other Address; a preview goes with a text as it was given, and is told back', async () => {
    const trial = await linked();
    const { session, sandbox } = trial;
    const lid = '77123456789012@lid' as Address;
    const outcome = await session.send({
      chat,
      body: 'chiedi a @77123456789012',
      clientId: 'mention',
      mentions: [lid],
      signal,
    });
    expect((await trial.arrivedAt(outcome)).fields?.mentionedJidList).toEqual([lid]);
    expect(sandbox.world.messagesOf(giulia).at(-1)?.body).toBe('chiedi a @77123456789012');

    const words = { title: 'Bici blu', description: 'Come nuova' };
    const body = 'guarda bici.example/blu!';
    const echo = trial.next('message', (event) => event.body === body);
    const preview = { chat, body, clientId: 'preview', link: { url: 'bici.example/blu', ...words }, signal };
    const shown = await trial.arrivedAt(await session.send(preview));
    expect(shown).toMatchObject({
      type: 'chat',
      body,
      fields: { matchedText: 'bici.example/blu', ...words },
    });
    expect(await echo).toMatchObject({
      messageId: shown.id,
      fromMe: true,
      content: { link: { url: 'https://bici.example/blu', ...words } },
    });
    // Without one the library makes none by itself.
    const plain = await session.send({ chat, body: 'https://bici.example', clientId: 'plain', signal });
    expect((await trial.arrivedAt(plain)).fields?.title).toBeUndefined();
  });

  test('who is blocked here is blocked in the world, and what the phone does is told; numbers are looked up many at a time', async () => {
    const trial = await linked();
    const { world } = trial.sandbox;
    const { session } = trial;
    const person = world.people.byWid(giulia)!;
    const isThem = (address: Address): boolean => address === person.phone || address === person.lid;
    const heard = (blocked: boolean): Promise<unknown> =>
      Promise.race([
        trial.next('block-list', (event) => event.people.some(isThem) === blocked),
        trial.next('contact', (event) => isThem(event.address) && event.blocked === blocked),
      ]);
    const blockedHere = heard(true);
    expect(await session.block!(chat, true, signal)).toEqual(done);
    expect(world.people.byWid(giulia)?.blocked).toBe(true);
    await blockedHere;
    const freedOnPhone = heard(false);
    world.people.change(person, { blocked: false });
    await freedOnPhone;
    const blockedOnPhone = heard(true);
    world.people.change(person, { blocked: true });
    await blockedOnPhone;
    expect(await session.block!(chat, false, signal)).toEqual(done);
    expect(world.people.byWid(giulia)?.blocked).toBe(false);

    const digits = ['393331234567', '390000000009', '393478812043'];
    const found = await session.findNumbers!(digits, signal);
    expect(found.map((one) => [one.digits, one.address])).toEqual([
      [digits[0], giulia],
      [digits[2], marco],
    ]);
    expect(world.askedAbout).toEqual(expect.arrayContaining(digits.map((one) => `${one}@c.us`)));
  });

  test('edit, react, star, revoke and forward reach the world, and come back as events', async () => {
    const trial = await linked();
    const { session, sandbox } = trial;
    const { world } = sandbox;
    const mine = await trial.arrivedAt(await session.send({ chat, body: 'domani', clientId: 'd', signal }));
    const theirs = world.inbound({ from: giulia, body: 'va bene' });
    await trial.next('message', (event) => event.messageId === theirs.id);

    const edited = trial.next('edit');
    expect(await session.edit!(handleOf(mine), 'dopodomani', signal)).toEqual(done);
    expect(await edited).toMatchObject({ messageId: mine.id, body: 'dopodomani', fromMe: true });
    expect(world.find(mine.id).body).toBe('dopodomani');

    for (const emoji of ['👍', '❤️', '']) {
      const reacted = trial.next('reaction');
      expect(await session.react!(handleOf(theirs), emoji, signal)).toEqual(done);
      expect(await reacted).toMatchObject({ messageId: theirs.id, emoji, fromUs: true });
    }
    expect(world.find(theirs.id).reactions).toEqual([]);

    for (const starred of [true, false]) {
      const told = trial.next('star');
      expect(await session.star!(handleOf(theirs), starred, signal)).toEqual(done);
      expect(await told).toMatchObject({ messageId: theirs.id, starred });
      expect(world.find(theirs.id).fields?.star).toBe(starred);
    }

    const passedOn = trial.next('message', (event) => event.chat === marco);
    const request = { chat: marco as Address, body: 'va bene', clientId: 'f', signal };
    const forward = await session.send({ ...request, forward: handleOf(theirs) });
    expect(await passedOn).toMatchObject({ fromMe: true, forwarded: 1, body: 'va bene' });
    expect(await trial.arrivedAt(forward)).toMatchObject({ chat: marco, body: 'va bene', fromMe: true });

    const taken = trial.next('revoke');
    expect(await session.revoke!(handleOf(mine), signal)).toEqual(done);
    expect(await taken).toMatchObject({ messageId: mine.id });
    expect(world.find(mine.id).type).toBe('revoked');
  });
}
