import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expect } from 'vitest';
import type { Database } from '../../db/database.ts';
import { newInbox, openTestRoom } from '../chat/testing.ts';
import { showPictures } from '../chat/show-picture.ts';
import type { PictureAnswer } from '../engine/engine.ts';
import { makePortrait } from '../media/shrink.ts';
import { Unreadable } from '../media/shrinker.ts';
import { mediaForTest } from '../media/testing.ts';
import { createProfilePictures, type ProfilePicturesOptions } from './index.ts';

const patienceMs = 60_000;

/** A picture of one colour, as WhatsApp has them. */
export const portraitOf = (colour: string): Promise<Buffer> =>
  sharp({ create: { width: 500, height: 700, channels: 3, background: colour } })
    .withMetadata({ exif: { IFD0: { Copyright: 'secret' } } })
    .jpeg()
    .toBuffer();

/** The room over a real heart and store, with a WhatsApp that has what `looks` says of an Address. */
export async function picturesForTest(db: Database, options: Partial<ProfilePicturesOptions> = {}) {
  const chat = openTestRoom(db);
  const { clock, bus, log } = chat;
  const keys = [randomBytes(32)] as const;
  /** Down at first: who writes would be asked about before a test has said what they look like. */
  const line = { isUp: false };
  const looks = new Map<string, Uint8Array | Exclude<PictureAnswer, { kind: 'fetched' }>>();
  const asked: string[] = [];
  const media = await mediaForTest({
    db,
    chat: chat.room,
    clock,
    bus,
    log,
    keys,
    mayHold: async (holder) => holder !== 'gone',
  });
  const inboxId = await newInbox(db);
  const parts: ProfilePicturesOptions = {
    ...media.parts,
    bus,
    keys,
    show: showPictures(chat.room),
    isReady: () => line.isUp,
    isOn: true,
    // The child process has its own test; starting it for each of ours would take longer than they do.
    shrinker: {
      portrait: (file, target, face) =>
        makePortrait(file, target, face).catch((error: unknown) => {
          throw new Unreadable(String(error));
        }),
    },
    // Its clock runs on while a file is being written.
    timeoutMs: 1e12,
    fetchPicture: async (_inboxId, { of, file, largest }): Promise<PictureAnswer> => {
      asked.push(of);
      const look = looks.get(of) ?? { kind: 'none' };
      if (!(look instanceof Uint8Array)) return look;
      if (look.length > largest) return { kind: 'none' };
      await writeFile(file, look, { flag: 'wx' });
      return { kind: 'fetched' };
    },
    ...options,
  };
  const pictures = createProfilePictures(parts);
  return {
    chat,
    clock,
    media,
    pictures,
    parts,
    line,
    looks,
    asked,
    inboxId,
    /** Time goes on until so many were asked about in all: who has asked does not know whether the loop sleeps already. */
    asks: (count: number, stepMs = 1_500): Promise<void> =>
      expect
        .poll(async () => (await clock.advance(stepMs), asked.length), { interval: 5, timeout: patienceMs })
        .toBeGreaterThanOrEqual(count),
    /** What is remembered of an answer is told to nobody: it is looked for. */
    until: (condition: () => Promise<boolean> | boolean): Promise<void> =>
      expect.poll(async () => condition(), { interval: 20, timeout: patienceMs }).toBe(true),
    async [Symbol.asyncDispose]() {
      await pictures[Symbol.asyncDispose]();
      await media[Symbol.asyncDispose]();
      await chat[Symbol.asyncDispose]();
    },
  };
}
