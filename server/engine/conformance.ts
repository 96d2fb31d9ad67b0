import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Address } from '../contract/address.ts';
import { readEngine } from './load.ts';
import { EngineUnavailable, type Engine, type EngineSession } from './engine.ts';

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
  const chat = '393331234567@c.us' as Address;
  const signal = new AbortController().signal;

  test('is named like its folder and says what it can do', () => {
    expect(readEngine(folder, engine)).toBe(engine);
  });
  test('has a verb for each capability it claims', async () => {
    const { session } = await sessionOf();
    const { history, markRead, pairing } = engine.capabilities;
    if (history) expect(session.history).toBeTypeOf('function');
    if (markRead) expect(session.markRead).toBeTypeOf('function');
    if (pairing.includes('code')) expect(session.pair).toBeTypeOf('function');
    if (pairing.length) expect(session.unlink).toBeTypeOf('function');
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
    await session.markRead?.(chat);
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
