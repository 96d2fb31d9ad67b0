import { Readable } from 'node:stream';
import type { Database } from '../../db/database.ts';
import { readAddresses } from '../../db/query/address.ts';
import { settleStored } from '../../db/query/media-fetch.ts';
import { readMediaOf } from '../../db/query/media.ts';
import type { MediaRow } from '../../db/query/media-facts.ts';
import { readMessagesByMessageId } from '../../db/query/message.ts';
import type { TouchMessages } from '../chat/touch.ts';
import type { MessageHandle } from '../contract/content.ts';
import { Problem } from '../contract/problem.ts';
import type { Log } from '../log.ts';
import { pictureSize } from './picture-size.ts';
import { sniff } from './sniff.ts';
import { TooLarge, type Measured, type Spool } from './spool.ts';
import type { Store } from './store.ts';

export interface FileKeeperOptions {
  db: Database;
  store: Store;
  spool: Spool;
  touch: TouchMessages;
  log: Log;
  /** Bytes of the largest file taken. */
  largest: number;
}

/**
 * For sources that bring a file's bytes along with its Message, which is stored by then. A file that is here already, is
 * none of a Message's (taken back, opened once) or is not the one the sender described is dropped: a warning is all that
 * is left of it. Problems: `unavailable` when the store cannot keep it now; again later is harmless.
 */
export function createFileKeeper(options: FileKeeperOptions) {
  const { db, store, spool, touch, log, largest } = options;
  return async function keepFile(
    inboxId: number,
    message: MessageHandle,
    bytes: Uint8Array,
    mime: string,
    name: string,
  ): Promise<void> {
    const row = await fileOf(db, inboxId, message);
    if (!row || row.state === 'stored' || bytes.length === 0) return;
    const measured = await spooled(bytes);
    if (!measured) return;
    try {
      if (row.claimed_digest !== null && row.claimed_digest !== measured.digest) {
        log.warn({ inboxId, mediaId: row.id }, 'a file that came with its message is another one');
        return;
      }
      await store.put(measured);
    } catch (error) {
      log.warn({ inboxId, mediaId: row.id, err: error }, 'a file that came with its message cannot be kept');
      throw new Problem('unavailable', undefined, { retryAfter: 10 });
    } finally {
      await spool.drop(measured.file);
    }
    const sniffed = sniff(measured.head);
    const picture = sniffed.startsWith('image/') ? pictureSize(measured.head) : undefined;
    await touch(inboxId, async (tx, seq) => {
      const settled = await settleStored(tx, row.id, {
        sniffed,
        size: measured.size,
        digest: measured.digest,
        mime,
        fileName: name,
        width: picture?.width ?? null,
        height: picture?.height ?? null,
        seq,
      });
      return settled === undefined ? [] : [settled];
    });
  };

  async function spooled(bytes: Uint8Array): Promise<Measured | undefined> {
    try {
      return await spool.receive(Readable.from([bytes]), { largest });
    } catch (error) {
      if (error instanceof TooLarge) return undefined;
      log.warn({ err: error }, 'a file that came with its message cannot be written');
      throw new Problem('unavailable', undefined, { retryAfter: 10 });
    }
  }
}

async function fileOf(
  db: Database,
  inboxId: number,
  { chat, fromMe, messageId }: MessageHandle,
): Promise<MediaRow | undefined> {
  const [address] = await readAddresses(db, inboxId, [chat]);
  const rows = await readMessagesByMessageId(db, inboxId, [messageId]);
  const row = rows.find(
    (one) => one.chat_id === address?.chat_id && one.from_me === Number(fromMe) && one.merged_into === null,
  );
  if (!row || row.revoked_at !== null) return undefined;
  return (await readMediaOf(db, [row.id])).get(row.id);
}
