import type { IncomingMessage } from 'node:http';
import type { Database } from '../../db/database.ts';
import { deleteUpload, insertUpload, uploadsOfAgent, type UploadRow } from '../../db/query/upload.ts';
import type { UploadKind } from '../../db/schema/media.ts';
import type { Scope } from '../chat/chat-room.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';
import { newSecret } from '../ids.ts';
import { safeFileName } from './file-name.ts';
import { largestFor, mayBe, usualKind } from './kinds.ts';
import { pictureSize } from './picture-size.ts';
import { essence, serveAs } from './serve-as.ts';
import { asVoiceNote, voiceNoteType } from './voice-note.ts';
import { sniff, unknownType } from './sniff.ts';
import { TooLarge, type Measured, type Spool } from './spool.ts';
import { StoreUnavailable, type Store } from './store.ts';

export interface UploadOptions {
  db: Database;
  store: Store;
  spool: Spool;
  clock: Clock;
  /** Bytes. */
  largest: number;
}

export interface UploadRequest {
  /** `Content-Type`, as claimed. */
  mime: string;
  fileName: string;
  /** What it shall be sent as; without it, what its bytes are. */
  kind: UploadKind | undefined;
}

/** How long an upload waits to be sent. */
const lifeMs = 24 * 3_600_000;
/** Slower than this is no upload: bytes in each step of time. */
const pace = { leastBytes: 32 * 1024, stepMs: 30_000 };
/** Of one Agent, or the programs of one Organisation: at once, and waiting to be sent. */
const most = { atOnce: 4, waiting: 50, waitingBytes: 1024 ** 3 };

/** Takes files in, one request each. */
export class Uploads {
  readonly #options: UploadOptions;
  readonly #busy = new Map<string, number>();

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  /**
   * Problems: `too-large`, `unsupported-media-type` (encoded, or bytes that cannot be sent as what was asked for),
   * `bad-request` (empty, cut off, too slow), `too-many-requests`, `unavailable`.
   */
  async receive(scope: Scope, request: IncomingMessage, wanted: UploadRequest): Promise<UploadRow> {
    // Programs have no Agent: those of an Organisation count together, and never with another's.
    const from = `${scope.organisationId}:${scope.agentId}`;
    const limit = largestFor(wanted.kind, this.#options.largest);
    checkHeaders(request, limit);
    const busy = this.#busy.get(from) ?? 0;
    if (busy >= most.atOnce) throw new Problem('too-many-requests', undefined, { retryAfter: 5 });
    this.#busy.set(from, busy + 1);
    try {
      const waiting = await uploadsOfAgent(this.#options.db, scope);
      if (waiting.count >= most.waiting || waiting.bytes >= most.waitingBytes) {
        throw new Problem('too-many-requests', 'Send or discard what is uploaded first', { retryAfter: 60 });
      }
      const measured = await this.#spool(request, limit);
      try {
        return await this.#keepAs(scope, measured, wanted);
      } finally {
        await this.#options.spool.drop(measured.file);
      }
    } finally {
      const left = (this.#busy.get(from) ?? 1) - 1;
      if (left > 0) this.#busy.set(from, left);
      else this.#busy.delete(from);
    }
  }

  async #spool(request: IncomingMessage, limit: number): Promise<Measured> {
    const { spool, clock } = this.#options;
    const slow = new AbortController();
    const ended = new AbortController();
    let size = 0;
    const watch = async (): Promise<void> => {
      for (let before = 0; !ended.signal.aborted; before = size) {
        await clock.delay(pace.stepMs, ended.signal);
        if (!ended.signal.aborted && size - before < pace.leastBytes) {
          slow.abort(new Problem('bad-request', 'The body came too slowly'));
          return;
        }
      }
    };
    void watch();
    try {
      return await spool.receive(chunksOf(request, slow.signal), {
        largest: limit,
        signal: slow.signal,
        onBytes: (now) => (size = now),
      });
    } catch (error) {
      if (error instanceof TooLarge) throw tooLarge(limit);
      if (error instanceof Problem) throw error;
      if (isFull(error)) throw unavailable();
      if (request.destroyed && !request.complete) throw new Problem('bad-request', 'The body was cut off');
      throw error;
    } finally {
      ended.abort();
    }
  }

  /** What a browser has recorded becomes a voice note as WhatsApp knows them. */
  async #keepAs(scope: Scope, measured: Measured, wanted: UploadRequest): Promise<UploadRow> {
    const { spool } = this.#options;
    const isRecording = wanted.kind === 'voice' && sniff(measured.head) === 'video/webm';
    const note = isRecording ? await asVoiceNote(measured, spool) : undefined;
    if (!note) return this.#keep(scope, measured, wanted);
    const fileName = wanted.fileName.replace(/\.webm$/i, '.ogg');
    try {
      return await this.#keep(scope, note, { ...wanted, fileName, mime: voiceNoteType });
    } finally {
      await spool.drop(note.file);
    }
  }

  async #keep(scope: Scope, measured: Measured, wanted: UploadRequest): Promise<UploadRow> {
    const { db, store, clock } = this.#options;
    const { size, digest, head } = measured;
    if (size === 0) throw new Problem('bad-request', 'The file is empty');
    const sniffed = sniff(head);
    const mime = sniffed === unknownType ? claimedType(wanted.mime) : serveAs(wanted.mime, sniffed).type;
    const kind = wanted.kind ?? usualKind(sniffed === unknownType ? sniffed : mime, size);
    if (!mayBe(kind, sniffed)) {
      throw new Problem('unsupported-media-type', `These bytes cannot be sent as ${kind}`);
    }
    const picture = sniffed.startsWith('image/') ? pictureSize(head) : undefined;
    const now = clock.now();
    const row: UploadRow = {
      id: newSecret(),
      organisation_id: scope.organisationId,
      agent_id: scope.agentId,
      kind,
      mime,
      sniffed,
      size,
      digest,
      file_name: safeFileName(wanted.fileName),
      width: picture?.width ?? null,
      height: picture?.height ?? null,
      created_at: now,
      expires_at: now + lifeMs,
    };
    // The row first: a process that is killed in between leaves no file that nothing names.
    await insertUpload(db, row);
    try {
      await store.put(measured);
    } catch (error) {
      await deleteUpload(db, row.id);
      if (error instanceof StoreUnavailable || isFull(error)) throw unavailable();
      throw error;
    }
    return row;
  }
}

/** Refuses before a byte is read what cannot be taken. */
function checkHeaders({ headers }: IncomingMessage, limit: number): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Problem('unsupported-media-type', 'Send the file as it is, not compressed');
  }
  if (Number(headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
}

function unavailable(): Problem {
  return new Problem('unavailable', undefined, { retryAfter: 10 });
}

function tooLarge(limit: number): Problem {
  return new Problem('too-large', `At most ${limit} bytes`);
}

/** The body, chunk by chunk; ends at once when `signal` aborts, and leaves the request to be answered. */
async function* chunksOf(request: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  const stopped = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
  stopped.catch(() => undefined);
  for (;;) {
    const next = await Promise.race([chunks.next(), stopped]);
    if (next.done) return;
    yield next.value;
  }
}

/**
 * What nobody recognises keeps the sender's word, if it is one and no claim to be a picture, film or sound, which would
 * have been recognised. It is served as nothing all the same.
 */
function claimedType(claimed: string): string {
  const type = essence(claimed);
  return /^(application|text)\/[a-z0-9][a-z0-9.+-]{0,79}$/.test(type) ? type : unknownType;
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
