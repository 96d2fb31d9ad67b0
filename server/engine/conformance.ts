import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Address } from '../contract/address.ts';
import type { Capabilities } from '../contract/capability.ts';
import type { MessageHandle } from '../contract/content.ts';
import type { VerbOutcome } from '../contract/outcome.ts';
import { readEngine } from './load.ts';
import { EngineUnavailable, type Engine, type EngineSession } from './engine.ts';

/** What a Session must have for a capability to be claimed. */
const verbsOf: [Exclude<keyof Capabilities, 'pairing' | 'maxTextLength'>, (keyof EngineSession)[]][] = [
  ['history', ['history']],
  ['edit', ['edit']],
  ['revoke', ['revoke']],
  ['react', ['react']],
  ['star', ['star']],
  ['markRead', ['markRead']],
  ['markUnread', ['markUnread']],
  ['typing', ['typing']],
  ['arrange', ['pin', 'archive', 'mute']],
  ['block', ['block']],
  ['invitations', ['join', 'inviteLink']],
  ['findNumbers', ['findNumbers']],
  ['profilePictures', ['fetchPicture']],
  ['media', ['fetchMedia']],
];
const chat = '393331234567@c.us' as Address;
const group = '120363099887766554@g.us' as Address;
const message: MessageHandle = { chat, messageId: '3EB0AA', fromMe: true };

/** Everything that answers a VerbOutcome; `undefined` where the engine has no such verb. */
const deeds: Record<
  string,
  (session: EngineSession, signal: AbortSignal) => Promise<VerbOutcome | undefined>
> = {
  edit: async (session, signal) => session.edit?.(message, 'y', signal),
  revoke: async (session, signal) => session.revoke?.(message, signal),
  react: async (session, signal) => session.react?.(message, '👍', signal),
  star: async (session, signal) => session.star?.(message, true, signal),
  pin: async (session, signal) => session.pin?.(chat, true, signal),
  archive: async (session, signal) => session.archive?.(chat, true, signal),
  mute: async (session, signal) => session.mute?.(chat, 0, signal),
  block: async (session, signal) => session.block?.(chat, true, signal),
  join: async (session, signal) => session.join?.(message, signal),
  inviteLink: async (session, signal) => session.inviteLink?.(group, signal),
};

const silent = (): void => {};

/** What every engine promises without any world to speak to. Call it inside a `describe`. */
export function describeEngine(folder: string, engine: Engine): void {
  const owned: { session: EngineSession; directory: string }[] = [];
  afterEach(async () => {
    for (const { session, directory } of owned.splice(0)) {
      await session[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    }
  });
  async function sessionOf(): Promise<{ session: EngineSession; directory: string; events: unknown[] }> {
    const directory = await mkdtemp(join(tmpdir(), 'engine-'));
    const events: unknown[] = [];
    const session = engine.createSession({
      inboxId: 1,
      directory,
      upstream: { name: 'none', browserArguments: [] },
      log: { debug: silent, info: silent, warn: silent, error: silent },
      emit: (told) => void events.push(...told),
    });
    owned.push({ session, directory });
    return { session, directory, events };
  }
  const signal = new AbortController().signal;

  test('is named like its folder and says what it can do', () => {
    expect(readEngine(folder, engine)).toBe(engine);
  });
  test('has a verb for each capability it claims', async () => {
    const { session } = await sessionOf();
    const { capabilities } = engine;
    for (const [capability, verbs] of verbsOf)
      for (const verb of verbs)
        expect({ verb, is: typeof session[verb] }).toEqual({
          verb,
          is: capabilities[capability] ? 'function' : expect.any(String),
        });
    if (capabilities.pairing.includes('code')) expect(session.pair).toBeTypeOf('function');
    if (capabilities.pairing.length) expect(session.unlink).toBeTypeOf('function');
  });
  test('making a Session starts nothing, says nothing and writes nothing', async () => {
    const { directory, events } = await sessionOf();
    expect(events).toEqual([]);
    expect(await readdir(directory)).toEqual([]);
  });
  test('a send before connecting was certainly not sent', async () => {
    const { session } = await sessionOf();
    const outcome = await session.send({ chat, body: 'x', clientId: 'c', signal });
    expect(outcome.kind).toBe('not-sent');
  });
  test('questions before connecting are refused as unavailable, and marking as read is harmless', async () => {
    const { session } = await sessionOf();
    if (session.findNumber)
      await expect(session.findNumber('39333', signal)).rejects.toThrow(EngineUnavailable);
    if (session.findNumbers)
      await expect(session.findNumbers(['39333'], signal)).rejects.toThrow(EngineUnavailable);
    await session.markRead?.(chat);
    await session.markUnread?.(chat);
    for (const what of ['typing', 'recording', 'paused'] as const) await session.typing?.(chat, what);
  });
  test('nothing is done to messages and chats before connecting, and nobody is thrown at', async () => {
    const { session } = await sessionOf();
    for (const [deed, perform] of Object.entries(deeds))
      expect({ deed, outcome: await perform(session, signal) }).toEqual({
        deed,
        outcome: session[deed as keyof EngineSession] && { kind: 'not-done', reason: expect.any(String) },
      });
  });
  test('a wait that was over before it began is no deed, no send and no file', async () => {
    const { session, directory } = await sessionOf();
    const over = AbortSignal.abort();
    for (const perform of Object.values(deeds))
      expect((await perform(session, over))?.kind ?? 'not-done').toBe('not-done');
    expect((await session.send({ chat, body: 'x', clientId: 'c', signal: over })).kind).toBe('not-sent');
    const file = join(directory, 'file');
    const answer = await session.fetchMedia?.({ message, file, largest: 1, signal: over });
    expect(answer?.kind ?? 'later').toBe('later');
    const picture = await session.fetchPicture?.({ of: chat, file, largest: 1, signal: over });
    expect(picture?.kind ?? 'later').toBe('later');
    expect(await readdir(directory)).toEqual([]);
  });
  test('a file before connecting is for later, and nothing is written', async () => {
    const { session, directory } = await sessionOf();
    const file = join(directory, 'file');
    const answer = await session.fetchMedia?.({ message, file, largest: 1_000, signal });
    expect(answer?.kind ?? 'later').toBe('later');
    const picture = await session.fetchPicture?.({ of: chat, file, largest: 1_000, signal });
    expect(picture ?? 'none here').toEqual(
      session.fetchPicture ? { kind: 'later', reason: 'not-connected' } : 'none here',
    );
    const media = { file, mime: 'image/jpeg', size: 1, fileName: 'a.jpg', as: 'image' } as const;
    const outcome = await session.send({ chat, body: '', clientId: 'c', signal, media });
    expect(['not-sent', 'refused']).toContain(outcome.kind);
    expect(await readdir(directory)).toEqual([]);
  });
  test('ending is idempotent, and a connect after the end starts nothing', async () => {
    const { session, events } = await sessionOf();
    await session[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();
    session.connect();
    await session[Symbol.asyncDispose]();
    expect(events).toEqual([]);
  });
}
