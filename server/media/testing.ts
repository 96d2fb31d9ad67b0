import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Database } from '../../db/database.ts';
import { readMediaOf, upsertMedia } from '../../db/query/media.ts';
import { settleStored } from '../../db/query/media-fetch.ts';
import { MemoryBus } from '../bus/memory.ts';
import type { Bus } from '../bus/bus.ts';
import type { ChatRoom } from '../chat/chat-room.ts';
import { touchMessages } from '../chat/touch.ts';
import type { Clock } from '../clock.ts';
import type { MediaFacts } from '../contract/content.ts';
import type { Log } from '../log.ts';
import { createMediaRoom } from './index.ts';
import { openStore } from './open-store.ts';
import type { MayHold } from './serve.ts';
import { sniff } from './sniff.ts';
import type { Store } from './store.ts';

/** A media room on a disk store in a folder of its own. */
export async function mediaForTest(options: {
  db: Database;
  chat: ChatRoom;
  clock: Clock;
  bus?: Bus;
  log: Log;
  largest?: number;
  keys?: readonly [Uint8Array, ...Uint8Array[]];
  store?: Store;
  /** Default no: whoever looks for what is left on the way would find its copies. */
  makesSmall?: boolean;
  mayHold?: MayHold;
}) {
  const { db, clock, chat } = options;
  const folder = await mkdtemp(join(tmpdir(), 'chatdock-media-'));
  const opened = await openStore({ config: {}, dataFolder: folder, clock });
  const parts = {
    ...opened,
    ...(options.store && { store: options.store }),
    db,
    clock,
    log: options.log,
    touch: touchMessages(chat),
    largest: options.largest ?? 10_000_000,
  };
  const bus = options.bus ?? new MemoryBus();
  const room = createMediaRoom({
    ...parts,
    bus,
    makesSmall: options.makesSmall ?? false,
    mayHold: options.mayHold ?? (async () => true),
    keys: options.keys ?? [randomBytes(32)],
  });
  return {
    room,
    parts,
    folder,
    /** Files on their way: none when nothing is. */
    incoming: () => readdir(join(folder, 'media', 'incoming')),
    /** Names of the files that are kept. */
    async files(): Promise<string[]> {
      const all = await readdir(join(folder, 'media', 'files'), { recursive: true });
      return all.filter((name) => name.includes('/')).map((name) => name.split('/')[1]!);
    },
    /** A Message's file as if it had been told of, and fetched when there are bytes. Returns the file's id. */
    async give(
      inboxId: number,
      message: number,
      facts: Partial<MediaFacts>,
      bytes?: Uint8Array,
    ): Promise<number> {
      await upsertMedia(db, [
        { inboxId, message, facts: { mime: '', ...facts }, dueAt: clock.now(), seq: 1 },
      ]);
      const row = (await readMediaOf(db, [message])).get(message)!;
      if (bytes) {
        const measured = await parts.spool.receive(Readable.from([bytes]), { largest: 1e9 });
        await parts.store.put(measured);
        await settleStored(db, row.id, {
          sniffed: sniff(measured.head),
          size: measured.size,
          digest: measured.digest,
          mime: '',
          fileName: '',
          width: null,
          height: null,
          seq: 1,
        });
      }
      return row.id;
    },
    async [Symbol.asyncDispose]() {
      await room[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
