import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { SampleName } from './sample-name.ts';
import { sampleNames } from './samples.ts';
import type { MessageFields, WorldState } from './shapes.ts';
import type { World } from './world.ts';

const wid = z.string();
const optional = {
  string: z.string().optional(),
  boolean: z.boolean().optional(),
  number: z.number().optional(),
};
const schema = z.object({
  version: z.literal(1),
  state: z.object({
    me: z.object({ phone: wid, lid: wid.optional(), pushName: z.string() }),
    people: z.array(
      z.object({
        id: z.string(),
        phone: optional.string,
        lid: optional.string,
        name: optional.string,
        pushName: z.string(),
        numberHidden: optional.boolean,
        stranger: optional.boolean,
        receipts: z.boolean(),
        picture: optional.string,
        hidesPicture: optional.boolean,
        autoReplyMs: optional.number,
      }),
    ),
    chats: z.array(
      z.object({
        id: wid,
        subject: optional.string,
        participants: z.array(wid).optional(),
        admins: z.array(wid).optional(),
        description: optional.string,
        inviteCode: optional.string,
        mutedUntil: optional.number,
        picture: optional.string,
        unread: z.number(),
        archived: optional.boolean,
        pinned: optional.boolean,
        t: z.number(),
      }),
    ),
    messages: z.array(
      z.object({
        n: z.number(),
        id: z.string(),
        key: z.string(),
        chat: wid,
        fromMe: z.boolean(),
        author: optional.string,
        type: z.string(),
        body: z.string(),
        t: z.number(),
        ack: z.union([z.literal(-1), z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
        pushName: optional.string,
        quoted: optional.string,
        edited: optional.boolean,
        media: z
          .object({
            path: z.string(),
            mimetype: z.string(),
            size: z.number(),
            filename: optional.string,
            sample: z.enum(sampleNames as [SampleName, ...SampleName[]]).optional(),
          })
          .optional(),
        editedAt: optional.number,
        fields: z.custom<MessageFields>((value) => typeof value === 'object' && value !== null).optional(),
        receipts: z
          .array(
            z.object({
              member: wid,
              delivered: z.number(),
              read: optional.number,
              played: optional.number,
            }),
          )
          .optional(),
        reactions: z.array(z.object({ from: wid, text: z.string(), t: z.number() })).optional(),
        votes: z.array(z.object({ from: wid, options: z.array(z.number()), t: z.number() })).optional(),
        device: optional.string,
      }),
    ),
    devices: z.array(
      z.object({
        id: z.string(),
        credentials: z.string(),
        name: z.string(),
        linkedAt: z.number(),
        number: optional.number,
        delivered: optional.number,
      }),
    ),
    receipts: z.boolean(),
  }),
});

/** The kept world; nothing when there is no file yet. Rejects when the file is not one of ours. */
export async function readState(file: string): Promise<WorldState | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  // JSON has no `undefined`: an optional key is there with a value, or it is not there.
  return schema.parse(JSON.parse(text)).state as WorldState;
}

export interface Keeper extends AsyncDisposable {
  /** Everything up to now is on disk. */
  saved(): Promise<void>;
}

/**
 * Writes the world to `file` soon after each change, whole or not at all, and once more at the end. A write that
 * fails is tried again with the next change; only the last one tells its failure.
 */
export function keepState(world: World, file: string): Keeper {
  let dirty = true;
  let writing = Promise.resolve();
  let cancel: (() => void) | undefined;
  const write = (): Promise<void> => {
    cancel?.();
    cancel = undefined;
    const turn = writing.then(async () => {
      if (!dirty) return;
      dirty = false;
      try {
        await replace(file, JSON.stringify({ version: 1, state: world.state }));
      } catch (error) {
        dirty = true;
        throw error;
      }
    });
    writing = turn.catch(() => {});
    return turn;
  };
  const unsubscribe = world.subscribe((event) => {
    if (event.kind === 'waiting' || event.kind === 'faults' || event.kind === 'command') return;
    dirty = true;
    cancel ??= world.after(150, () => void write().catch(() => {}));
  });
  return {
    saved: write,
    [Symbol.asyncDispose]: async () => {
      unsubscribe();
      await write();
    },
  };
}

async function replace(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
