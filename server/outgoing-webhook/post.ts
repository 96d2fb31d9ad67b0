import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import { isVouchedFor } from '../webhook/remote-address.ts';
import { ForbiddenAddress, remotePost, type Lookup } from '../webhook/remote-request.ts';

export interface PostOptions {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Origins the operator vouches for. */
  trusted: readonly string[];
  clock: Clock;
  signal: AbortSignal;
  lookup?: Lookup | undefined;
}

/** What came of one POST. `error` undefined: it was taken (2xx). */
export interface Posted {
  status: number | null;
  error?: 'refused' | 'redirect' | 'gone' | 'timeout' | 'unreachable' | 'forbidden-address';
  /** The receiver asks for so long a wait, ms; 0 = it does not. */
  retryAfter: number;
  /** Beginning of the answer. */
  excerpt: string;
  ms: number;
}

/** For the answer and for its body each. */
export const patienceMs = 15_000;
const longestExcerpt = 400;

/** One POST to somebody's server. Never rejects; nothing is followed, and no address of a private network is spoken to. */
export async function post(options: PostOptions): Promise<Posted> {
  const { clock, trusted, body, headers, lookup } = options;
  const start = clock.now();
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const took = (): number => clock.now() - start;
  try {
    const url = new URL(options.url);
    const answer = await remotePost({
      url,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      body,
      isTrusted: isVouchedFor(url, trusted),
      clock,
      patienceMs,
      signal,
      lookup,
    });
    const excerpt = await beginning(answer, clock, signal);
    const status = answer.statusCode ?? 0;
    const retryAfter = waitAsked(answer.headers['retry-after'], clock.now());
    const error = errorOf(status);
    return { status, retryAfter, excerpt, ms: took(), ...(error && { error }) };
  } catch (error) {
    const word =
      error instanceof ForbiddenAddress
        ? 'forbidden-address'
        : took() >= patienceMs
          ? 'timeout'
          : 'unreachable';
    return { status: null, error: word, retryAfter: 0, excerpt: '', ms: took() };
  } finally {
    ended.abort();
  }
}

function errorOf(status: number): Posted['error'] {
  if (status >= 200 && status < 300) return undefined;
  if (status === 410) return 'gone';
  return status >= 300 && status < 400 ? 'redirect' : 'refused';
}

/** Seconds or a date → ms from now. */
function waitAsked(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const wait = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : 0;
}

/** What a person looks at to see why it was refused; the rest is not read. */
async function beginning(answer: IncomingMessage, clock: Clock, signal: AbortSignal): Promise<string> {
  const ended = new AbortController();
  void clock.delay(patienceMs, AbortSignal.any([ended.signal, signal])).then(() => {
    if (!ended.signal.aborted) answer.destroy();
  });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size >= longestExcerpt * 4) break;
    }
  } catch {
    // The answer counts from its first line on.
  } finally {
    ended.abort();
    answer.destroy();
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, longestExcerpt);
}
