import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../../db/database.ts';
import { isUnavailable } from '../../db/portable.ts';
import { readServableMedia, type ServableMedia } from '../../db/query/media.ts';
import { readServablePictures, type ServablePicture } from '../../db/query/profile-picture.ts';
import type { Clock } from '../clock.ts';
import { correlationId } from '../ids.ts';
import type { Log } from '../log.ts';
import { contentDisposition, safeFileName, withEnding } from './file-name.ts';
import type { FileVariant, MediaAddresses, MediaGrant, PictureVariant } from './media-address.ts';
import { Places } from './places.ts';
import { readRange } from './range.ts';
import { serveAs } from './serve-as.ts';
import { sniff } from './sniff.ts';
import { StoreUnavailable, type ByteRange, type Store } from './store.ts';

/** Whether a holder of addresses is signed in still and sees the Inbox. Usually answered from memory. */
export type MayHold = (holder: string, organisationId: number, inboxId: number) => Promise<boolean>;

export interface ServeOptions {
  db: Database;
  store: Store;
  addresses: MediaAddresses;
  mayHold: MayHold;
  clock: Clock;
  log: Log;
  /** A file that is said to be stored is not in the store. */
  onLost: (row: ServableMedia, variant: FileVariant) => void;
  /** The same of a profile picture. */
  onPictureLost?: ((picture: ServablePicture) => void) | undefined;
  /** Of answers under way. */
  places?: Places;
}

/** A browser that has stopped reading (a paused film) asks again where it was. */
const idleMs = 60_000;

/**
 * On every answer. A file is opened from pages of any origin (the widget lives there) because the address itself is the
 * permission; nothing in it may run, frame or be taken for another type.
 */
const commonHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'content-length, content-range, content-disposition, etag',
  'referrer-policy': 'no-referrer',
};

/** What is to be answered: the bytes, as a part of the store or of a row. */
interface Answer {
  type: string;
  disposition: string;
  etag: string;
  size: number;
  open(range: ByteRange | undefined, signal: AbortSignal): Promise<'lost' | (() => Promise<void>)>;
}

interface Found extends Answer {
  inboxId: number;
  /** The store has not got it. */
  lost(): void;
}

/**
 * The hot door of files, in front of Express: `GET|HEAD /media/<id>?…`. The signature is checked before anything else;
 * whatever is wrong with an address, the answer is the same 404.
 */
export function createMediaServer(options: ServeOptions): {
  /** True when the path is ours: the answer is this room's from then on. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
} {
  const { places = new Places(), addresses, log } = options;
  return {
    handle(request, response) {
      if (!request.url?.startsWith('/media/')) return false;
      const id = correlationId();
      response.setHeader('x-request-id', id);
      for (const [name, value] of Object.entries(commonHeaders)) response.setHeader(name, value);
      if (request.method === 'OPTIONS') {
        response.setHeader('access-control-allow-methods', 'GET, HEAD');
        response.setHeader('access-control-allow-headers', 'range, if-range');
        response.writeHead(204).end();
      } else if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('allow', 'GET, HEAD');
        refuse(request, response, 405);
      } else {
        const grant = addresses.verify(request.url);
        const leave = grant && places.take(grant.organisationId);
        if (leave) {
          void answer(options, grant, request, response)
            .catch((error: unknown) => fail(error, request, response, log, id))
            .finally(leave);
        } else {
          if (grant) response.setHeader('retry-after', '1');
          refuse(request, response, grant ? 503 : 404);
        }
      }
      return true;
    },
  };
}

async function answer(
  options: ServeOptions,
  grant: NonNullable<ReturnType<MediaAddresses['verify']>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = isPicture(grant)
    ? await pictureOf(options, grant, response)
    : await fileOf(options, grant as MediaGrant<FileVariant> & { download: boolean }, response);
  if (!found || !(await options.mayHold(grant.holder, grant.organisationId, found.inboxId))) {
    return refuse(request, response, 404);
  }

  const maxAge = Math.max(0, Math.floor((grant.expiresAt - options.clock.now()) / 1000));
  response.setHeader('cache-control', `private, max-age=${maxAge}, immutable`);
  response.setHeader('etag', found.etag);
  if (isKnown(request.headers['if-none-match'], found.etag)) {
    response.writeHead(304).end();
    return;
  }
  response.setHeader('accept-ranges', 'bytes');
  const ifRange = request.headers['if-range'];
  const mayCut = ifRange === undefined || ifRange === found.etag;
  const range = mayCut ? readRange(request.headers.range, found.size) : undefined;
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${found.size}`);
    return refuse(request, response, 416);
  }
  const length = range ? range.end - range.start + 1 : found.size;
  if (request.method === 'GET' && length > 0) {
    const ended = new AbortController();
    response.once('close', () => ended.abort());
    response.setTimeout(idleMs, () => response.destroy());
    const send = await found.open(range, ended.signal);
    if (send === 'lost') {
      found.lost();
      return refuse(request, response, 404);
    }
    writeHead(response, found, range, length);
    await send();
    return;
  }
  writeHead(response, found, range, length);
  response.end();
}

function writeHead(
  response: ServerResponse,
  found: Answer,
  range: ByteRange | undefined,
  length: number,
): void {
  response.setHeader('content-type', found.type);
  response.setHeader('content-disposition', found.disposition);
  response.setHeader('content-length', length);
  if (range) response.setHeader('content-range', `bytes ${range.start}-${range.end}/${found.size}`);
  response.writeHead(range ? 206 : 200);
}

const isPicture = <Grant extends MediaGrant>(grant: Grant): grant is Grant & MediaGrant<PictureVariant> =>
  grant.variant === 'face' || grant.variant === 'portrait';

async function fileOf(
  options: ServeOptions,
  grant: MediaGrant<FileVariant> & { download: boolean },
  response: ServerResponse,
): Promise<Found | undefined> {
  const [row] = await readServableMedia(options.db, [grant.mediaId]);
  if (!row || row.organisation_id !== grant.organisationId || row.revoked_at !== null) return undefined;
  const found =
    grant.variant === 'thumbnail'
      ? thumbnail(row, response)
      : grant.variant === 'small'
        ? small(options, row, response)
        : original(options, row, grant.download, response);
  return found && { ...found, inboxId: row.inbox_id, lost: () => options.onLost(row, grant.variant) };
}

async function pictureOf(
  options: ServeOptions,
  grant: MediaGrant<PictureVariant>,
  response: ServerResponse,
): Promise<Found | undefined> {
  const [row] = await readServablePictures(options.db, [grant.mediaId]);
  if (!row || row.organisation_id !== grant.organisationId) return undefined;
  const [digest, size] =
    grant.variant === 'face' ? [row.small_digest, row.small_size] : [row.large_digest, row.large_size];
  return {
    ...madeHere(options, { digest, size, name: `whatsapp-profile-${row.id}.webp` }, response),
    inboxId: row.inbox_id,
    lost: () => options.onPictureLost?.(row),
  };
}

function original(
  { store }: ServeOptions,
  row: ServableMedia,
  download: boolean,
  response: ServerResponse,
): Answer | undefined {
  const { digest, size, sniffed } = row;
  if (row.state !== 'stored' || digest === null || size === null || sniffed === null) return undefined;
  const { type, disposition, endings } = serveAs(row.mime, sniffed);
  const name = withEnding(safeFileName(row.file_name) || `whatsapp-${row.id}`, endings);
  return {
    type,
    disposition: contentDisposition(download ? 'attachment' : disposition, name),
    etag: `"${digest}"`,
    size,
    open: (range, signal) => openStored(store, { digest, size, range, signal }, response),
  };
}

function small(
  options: ServeOptions,
  { id, small_digest: digest, small_size: size }: ServableMedia,
  response: ServerResponse,
): Answer | undefined {
  if (digest === null || size === null) return undefined;
  return madeHere(options, { digest, size, name: `whatsapp-${id}-small.webp` }, response);
}

/** A picture made here, which is always a WebP. */
function madeHere(
  { store }: ServeOptions,
  { digest, size, name }: { digest: string; size: number; name: string },
  response: ServerResponse,
): Answer {
  return {
    type: 'image/webp',
    disposition: contentDisposition('inline', name),
    etag: `"${digest}"`,
    size,
    open: (range, signal) => openStored(store, { digest, size, range, signal }, response),
  };
}

async function openStored(
  store: Store,
  wanted: { digest: string; size: number; range: ByteRange | undefined; signal: AbortSignal },
  response: ServerResponse,
): Promise<'lost' | (() => Promise<void>)> {
  const opened = await store.open(wanted.digest, wanted.range, wanted.signal);
  if (opened?.size !== wanted.size) {
    opened?.body.destroy();
    return 'lost';
  }
  return () => pipeline(opened.body, response);
}

function thumbnail(row: ServableMedia, response: ServerResponse): Answer | undefined {
  if (row.thumbnail === null) return undefined;
  const bytes = Buffer.from(row.thumbnail, 'base64');
  if (sniff(bytes) !== 'image/jpeg') return undefined;
  return {
    type: 'image/jpeg',
    disposition: contentDisposition('inline', `whatsapp-${row.id}-small.jpg`),
    etag: `"${createHash('sha256').update(bytes).digest('hex')}"`,
    size: bytes.length,
    open: (range) =>
      Promise.resolve(async () => {
        response.end(range ? bytes.subarray(range.start, range.end + 1) : bytes);
      }),
  };
}

function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined || header.length > 1_000) return false;
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag);
}

const texts: Readonly<Record<number, string>> = {
  404: 'There is no such file, or this address is over.\n',
  405: 'Files are only read here.\n',
  416: 'The file has no such part.\n',
  503: 'The file cannot be had right now.\n',
};

function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  const text = texts[status] ?? '';
  response.removeHeader('etag');
  response.removeHeader('accept-ranges');
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function fail(
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  log: Log,
  id: string,
): void {
  // Whoever asked went away: that is no fault.
  if (response.destroyed || isGone(error)) {
    response.destroy();
    return;
  }
  const isAway = error instanceof StoreUnavailable || isUnavailable(error);
  log.error({ correlationId: id, err: error }, isAway ? 'a file cannot be had now' : 'fault');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeader('retry-after', '2');
  refuse(request, response, isAway ? 503 : 500);
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE';
}
