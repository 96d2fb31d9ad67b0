import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database } from '../../db/database.ts';
import { restartMedia } from '../../db/query/media-fetch.ts';
import { restartSmall } from '../../db/query/media-small.ts';
import { readMediaOf, readServableMedia, type ServableMedia } from '../../db/query/media.ts';
import { readMessages } from '../../db/query/message.ts';
import { findInboxRow, findSessionRow } from '../../db/query/inbox.ts';
import { discardUpload, isDigestNamed, type UploadRow } from '../../db/query/upload.ts';
import { channels, type Bus, type BusPush } from '../bus/bus.ts';
import type { Scope } from '../chat/chat-room.ts';
import type { TouchMessages } from '../chat/touch.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';
import type { OutgoingMedia } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import { Lender } from './lend.ts';
import type { ServablePicture } from '../../db/query/profile-picture.ts';
import { createMediaAddresses, type FileVariant, type MediaAddresses } from './media-address.ts';
import { createMediaServer, type MayHold } from './serve.ts';
import type { Spool } from './spool.ts';
import type { Store } from './store.ts';
import { SmallPictures } from './small-pictures.ts';
import { sweepUploads } from './sweep.ts';
import { Uploads, type UploadRequest } from './upload.ts';

export { contentDisposition, safeFileName } from './file-name.ts';
export { createMediaFetcher, type FetchMedia, type MediaFetcher } from './fetcher.ts';
export { openStore, type StoreConfig } from './open-store.ts';
export type { UploadRequest } from './upload.ts';

export interface MediaRoomOptions {
  db: Database;
  store: Store;
  spool: Spool;
  /** Of the installation's secret, the newest first: signs addresses. */
  keys: readonly [Uint8Array, ...Uint8Array[]];
  touch: TouchMessages;
  mayHold: MayHold;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** Bytes of the largest file taken, in or out. */
  largest: number;
  /** The store has lost a profile picture. */
  onPictureLost?: ((picture: ServablePicture) => void) | undefined;
  /** Whether this process makes small pictures; default yes. */
  makesSmall?: boolean;
}

export interface MediaUrls {
  /** Path and query below this server's origin; null while the file is not stored. `&d=1` makes it a download. */
  original: string | null;
  thumbnail: string | null;
  expiresAt: number;
}

/** Files of Messages: who may have them, and how they come in and go out. Refusals are thrown as Problems. */
export interface MediaRoom extends AsyncDisposable {
  /** The hot door `/media/…`, in front of Express. True: the answer is this room's. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /**
   * Short-lived addresses by id; what is not the asker's is left out. `not-found` when nothing is. They open for as long
   * as `holder` (a sign-in or key) stands and sees the Inbox.
   */
  urls(scope: Scope, ids: readonly number[], holder: string): Promise<Map<number, MediaUrls>>;
  /** Fetches a file that is not here, afresh. `not-found`; `conflict`: nothing to fetch; `not-supported`: an archived number. */
  retry(scope: Scope, messageId: number): Promise<void>;
  /** Takes a file in, to be sent. Problems: see `Uploads`. */
  receive(scope: Scope, request: IncomingMessage, wanted: UploadRequest): Promise<UploadRow>;
  /** Forgets an upload that is not to be sent. `not-found`. */
  discard(scope: Scope, uploadId: string): Promise<void>;
  /** Looks for pictures of which a small one is to be made now; without being told it looks every 20 s. */
  wakeSmall(): void;
  /** For the deliverer: the file of a Message as one that the engine can read; undefined when it is not here. */
  openFile(message: number, as: OutgoingMedia['as']): Promise<OutgoingMedia | undefined>;
}

const hour = 3_600_000;

export function createMediaRoom(options: MediaRoomOptions): MediaRoom {
  const { db, store, spool, bus, clock, log, touch, largest } = options;
  const addresses = createMediaAddresses({ keys: options.keys, clock });
  const uploads = new Uploads({ db, store, spool, clock, largest });
  const lender = new Lender({ db, store, spool, clock, largest });
  const ending = new AbortController();
  const healing = new Set<number>();

  /** The store has lost a file (or was exchanged): it is fetched again, where there is still somebody to ask. */
  async function heal(row: ServableMedia): Promise<void> {
    if (healing.has(row.id)) return;
    healing.add(row.id);
    try {
      log.error({ mediaId: row.id, inboxId: row.inbox_id }, 'a stored file is not in the store');
      await touch(row.inbox_id, async (tx, seq) => {
        const now = (await readMediaOf(tx, [row.message])).get(row.message);
        if (now?.state !== 'stored' || now.digest !== row.digest) return [];
        await restartMedia(tx, now.id, clock.now(), seq);
        return [now.message];
      });
      bus.publish(channels.media, { inboxId: row.inbox_id });
    } catch (error) {
      log.error({ mediaId: row.id, err: error }, 'a lost file could not be asked for again');
    } finally {
      healing.delete(row.id);
    }
  }

  async function remake(row: ServableMedia): Promise<void> {
    try {
      log.warn({ mediaId: row.id }, 'a small picture is not in the store');
      await restartSmall(db, row);
      small?.wake();
    } catch (error) {
      log.error({ mediaId: row.id, err: error }, 'a lost small picture could not be asked for again');
    }
  }

  const small =
    options.makesSmall === false
      ? undefined
      : new SmallPictures({ db, store, spool, touch, clock, log, largest });
  // What has been stored is told of like any change.
  const deaf = bus.subscribe(channels.push, (payload) => {
    const { rows, files } = payload as BusPush;
    if (files === false) return;
    const messages = rows?.messages;
    if (!messages || messages.some(({ media }) => media?.state === 'stored' && !media.hasSmall))
      small?.wake();
  });
  const server = createMediaServer({
    db,
    store,
    addresses,
    mayHold: options.mayHold,
    clock,
    log,
    onLost: (row, variant) => void (variant === 'small' ? remake(row) : heal(row)),
    onPictureLost: options.onPictureLost,
  });
  const sweeping = sweep(options, ending.signal);

  return {
    handle: (request, response) => server.handle(request, response),
    urls: (scope, ids, holder) => urlsOf(db, addresses, scope, ids, holder),
    async retry(scope, messageId) {
      const inboxId = await ownInboxOf(db, scope, messageId);
      await touch(inboxId, async (tx, seq) => {
        const row = (await readMediaOf(tx, [messageId])).get(messageId);
        // Under way already, or waiting for its turn: asking again makes it no faster.
        if (row?.state === 'fetching') return [];
        if (!row || row.state === 'stored') throw new Problem('conflict');
        // Nobody is there to be asked, and nobody will be.
        if ((await findSessionRow(tx, inboxId))?.code === 'number-archived')
          throw new Problem('not-supported');
        await restartMedia(tx, row.id, clock.now(), seq);
        return [messageId];
      });
      bus.publish(channels.media, { inboxId });
    },
    receive: (scope, request, wanted) => uploads.receive(scope, request, wanted),
    async discard(scope, uploadId) {
      const row = await discardUpload(db, { ...scope, id: uploadId });
      if (!row) throw new Problem('not-found');
      if (!(await isDigestNamed(db, row.digest))) await store.remove(row.digest, row.created_at + 1);
    },
    wakeSmall: () => small?.wake(),
    openFile: (message, as) => lender.openFile(message, as),
    async [Symbol.asyncDispose]() {
      ending.abort();
      deaf();
      await small?.[Symbol.asyncDispose]();
      await lender[Symbol.asyncDispose]();
      await sweeping;
    },
  };
}

async function urlsOf(
  db: Database,
  addresses: MediaAddresses,
  { organisationId, sees }: Scope,
  ids: readonly number[],
  holder: string,
): Promise<Map<number, MediaUrls>> {
  const found = new Map<number, MediaUrls>();
  for (const row of await readServableMedia(db, [...new Set(ids)])) {
    if (row.organisation_id !== organisationId || row.revoked_at !== null) continue;
    if (sees && !sees(row.inbox_id)) continue;
    const grant = { mediaId: row.id, organisationId, holder };
    const original = addresses.sign({ ...grant, variant: 'original' });
    const smaller = smallest(row);
    found.set(row.id, {
      original: row.state === 'stored' ? original.path : null,
      thumbnail: smaller && addresses.sign({ ...grant, variant: smaller }).path,
      expiresAt: original.expiresAt,
    });
  }
  if (found.size === 0) throw new Problem('not-found');
  return found;
}

/** Ours is sharper than the tiny one a source has sent along. */
function smallest(row: ServableMedia): FileVariant | null {
  if (row.state === 'stored' && row.small_digest !== null) return 'small';
  return row.thumbnail === null ? null : 'thumbnail';
}

async function ownInboxOf(db: Database, scope: Scope, messageId: number): Promise<number> {
  const [row] = Number.isSafeInteger(messageId) ? await readMessages(db, [messageId]) : [];
  const inbox = row && (await findInboxRow(db, row.inbox_id));
  if (!row || inbox?.organisation_id !== scope.organisationId || scope.sees?.(inbox.id) === false)
    throw new Problem('not-found');
  if (row.revoked_at !== null) throw new Problem('conflict');
  return row.inbox_id;
}

async function sweep({ db, store, clock, log }: MediaRoomOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.delay(hour, signal);
    if (signal.aborted) return;
    try {
      const gone = await sweepUploads({ db, store, clock, signal });
      if (gone > 0) log.info({ gone }, 'uploads that nobody has sent are gone');
    } catch (error) {
      log.warn({ err: error }, 'uploads could not be swept');
    }
  }
}
