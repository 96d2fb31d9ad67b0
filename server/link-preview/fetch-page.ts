import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import { isVouchedFor } from '../webhook/remote-address.ts';
import { remoteGet, type Lookup } from '../webhook/remote-request.ts';
import { readHead, type PageWords } from './read-head.ts';
import { readPage } from './read-page.ts';

export interface FetchOptions {
  clock: Clock;
  /** Ends the work. */
  signal: AbortSignal;
  /** For tests: all addresses of a name, and origins of this machine that may be spoken to. */
  lookup?: Lookup | undefined;
  trusted?: readonly string[];
}

/** From the first look-up to the last byte, ms. */
export const patienceMs = 5_000;
/** One may be from http to https, one from a short address, one to a language. */
export const mostRedirects = 4;

const headers = {
  accept: 'text/html,application/xhtml+xml',
  'accept-encoding': 'identity',
  // Named as what it is: who does not want previews of their pages can tell.
  'user-agent': 'Mozilla/5.0 (compatible; Chatdock link preview)',
};

/**
 * The words of a page, asked for as a stranger: no cookie, no name, no referrer. Every address on the way is looked at
 * before it is spoken to, and the one looked at is the one spoken to. `undefined`: there is nothing to show. Rejects with
 * ForbiddenAddress where the way leads to an address that must not be spoken to, and as the connection does.
 */
export async function fetchPage(address: string, options: FetchOptions): Promise<PageWords | undefined> {
  const { clock } = options;
  options.signal.throwIfAborted();
  const ended = new AbortController();
  const late = new AbortController();
  const signal = AbortSignal.any([options.signal, late.signal]);
  const patience = clock.delay(patienceMs, ended.signal).then(() => {
    if (!ended.signal.aborted) late.abort(new Error('the page takes too long'));
  });
  // A name is looked up by the system, which nobody can stop: it is no longer waited for.
  const stopped = new Promise<never>((_, failed) => {
    signal.addEventListener('abort', () => failed(signal.reason as Error), { once: true });
  });
  stopped.catch(() => undefined);
  const work = follow(address, { ...options, signal });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, stopped]);
  } finally {
    ended.abort();
    await patience;
  }
}

async function follow(address: string, options: FetchOptions): Promise<PageWords | undefined> {
  let url = new URL(address);
  for (let turns = 0; turns <= mostRedirects; turns++) {
    const response = await remoteGet({
      url,
      headers,
      isTrusted: isVouchedFor(url, options.trusted ?? []),
      clock: options.clock,
      patienceMs,
      signal: options.signal,
      lookup: options.lookup,
    });
    const next = redirectOf(response, url);
    if (next === undefined) return wordsOf(response);
    response.destroy();
    if (next === null) return undefined;
    url = next;
  }
  return undefined;
}

async function wordsOf(response: IncomingMessage): Promise<PageWords | undefined> {
  if (response.statusCode !== 200) {
    response.destroy();
    return undefined;
  }
  const html = await readPage(response);
  const words = html === undefined ? {} : readHead(html);
  return words.title || words.description ? words : undefined;
}

/** `undefined`: it is none. `null`: it leads nowhere. Whether one may go there is asked when one goes. */
function redirectOf({ statusCode = 0, headers: told }: IncomingMessage, from: URL): URL | null | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return undefined;
  return (told.location === undefined ? null : URL.parse(told.location, from)) ?? null;
}
