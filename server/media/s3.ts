import { openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Clock } from '../clock.ts';
import { emptyDigest, signRequest, type SigningKey } from './sigv4.ts';
import {
  checkDigest,
  StoreUnavailable,
  type ByteRange,
  type OpenedFile,
  type Spooled,
  type Store,
} from './store.ts';

export interface S3Options extends SigningKey {
  /** Origin of the service, e.g. `https://s3.eu-west-1.amazonaws.com` or `http://minio:9000`. */
  endpoint: string;
  bucket: string;
  /** Before every key: '' or `some/folder/`. */
  prefix: string;
  clock: Clock;
  /** How long the service may take to begin an answer, ms; default 15,000. */
  patienceMs?: number;
}

/**
 * Files as objects of an S3-compatible service, by path-style addresses. One request a call, signed by us; redirects are
 * not followed. Throws {@link StoreUnavailable} for whatever the service cannot do now.
 */
export class S3Store implements Store {
  readonly name = 's3';
  readonly #options: Required<S3Options>;

  constructor(options: S3Options) {
    this.#options = { patienceMs: 15_000, ...options };
  }

  async put({ file, digest, size }: Spooled, signal?: AbortSignal): Promise<void> {
    const body = await openAsBlob(file);
    if (body.size !== size) throw new Error('the spooled file has changed');
    // The service computes the digest too: what is stored under it is what we measured.
    const response = await this.#ask('PUT', digest, {
      headers: { 'content-type': 'application/octet-stream' },
      payloadDigest: checkDigest(digest),
      body,
      // Sending takes its time: at least 64 KiB a second.
      patienceMs: this.#options.patienceMs + size / 64,
      signal,
    });
    await drain(response);
    if (!response.ok) throw new StoreUnavailable(`the object store answered ${response.status} to PUT`);
  }

  async open(digest: string, range?: ByteRange, signal?: AbortSignal): Promise<OpenedFile | undefined> {
    if (range && range.start > range.end) return undefined;
    const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end}` } : {};
    const response = await this.#ask('GET', digest, { headers, signal });
    if (response.status === 404 || response.status === 416) {
      await drain(response);
      return undefined;
    }
    const size = sizeOf(response, range);
    if (size === undefined || response.body === null) {
      await drain(response);
      throw new StoreUnavailable(`the object store answered ${response.status} to GET`);
    }
    if (range && range.end >= size) {
      await drain(response);
      return undefined;
    }
    // Two declarations of one stream: the web's and Node's.
    return { size, body: Readable.fromWeb(response.body as ReadableStream<Uint8Array>) };
  }

  async remove(digest: string, putSince: number): Promise<void> {
    const found = await this.#ask('HEAD', digest, {});
    await drain(found);
    if (found.status === 404) return;
    const putAt = Date.parse(found.headers.get('last-modified') ?? '');
    // Without a date nobody can say that it is old. The header has whole seconds.
    if (!found.ok || !(putAt + 1_000 < putSince)) return;
    const response = await this.#ask('DELETE', digest, {});
    await drain(response);
    if (!response.ok && response.status !== 404) {
      throw new StoreUnavailable(`the object store answered ${response.status} to DELETE`);
    }
  }

  async #ask(
    method: string,
    digest: string,
    request: {
      headers?: Record<string, string>;
      payloadDigest?: string;
      body?: Blob;
      patienceMs?: number;
      signal?: AbortSignal | undefined;
    },
  ): Promise<Response> {
    const { endpoint, bucket, prefix, clock, patienceMs } = this.#options;
    const url = new URL(`/${bucket}/${prefix}${checkDigest(digest)}`, endpoint);
    const headers = signRequest(this.#options, {
      method,
      url,
      headers: request.headers ?? {},
      payloadDigest: request.payloadDigest ?? emptyDigest,
      at: new Date(clock.now()),
    });
    const late = new AbortController();
    const answered = new AbortController();
    void clock.delay(request.patienceMs ?? patienceMs, answered.signal).then(() => {
      if (!answered.signal.aborted) late.abort(new Error('the object store does not answer'));
    });
    try {
      return await fetch(url, {
        method,
        headers,
        redirect: 'error',
        signal: request.signal ? AbortSignal.any([late.signal, request.signal]) : late.signal,
        ...(request.body && { body: request.body }),
      });
    } catch (error) {
      request.signal?.throwIfAborted();
      throw new StoreUnavailable('the object store cannot be reached', { cause: error });
    } finally {
      answered.abort();
    }
  }
}

/** Bytes of the whole object; undefined when the answer is not the one asked for. */
function sizeOf(response: Response, range: ByteRange | undefined): number | undefined {
  if (range === undefined) {
    const length = Number(response.headers.get('content-length') ?? NaN);
    return response.status === 200 && Number.isSafeInteger(length) ? length : undefined;
  }
  const match = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
  return response.status === 206 && Number(match?.[1]) === range.start ? Number(match?.[2]) : undefined;
}

async function drain(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}
