import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Clock } from '../clock.ts';
import { isPublicAddress, isWebPort } from './public-address.ts';

/** All addresses of a name. Given by tests; everybody else has the system's. */
export type Lookup = (name: string) => Promise<readonly LookupAddress[]>;

export interface RemoteRequestOptions {
  url: URL;
  headers: Record<string, string>;
  /** An operator has named this server: it may stand in a private network, at any port. */
  isTrusted: boolean;
  clock: Clock;
  /** Until an answer begins, ms. */
  patienceMs: number;
  signal: AbortSignal;
  lookup?: Lookup | undefined;
}

/** The address must not be spoken to. */
export class ForbiddenAddress extends Error {
  override name = 'ForbiddenAddress';
}

/**
 * One GET. Nothing is followed: a redirect is an answer like any other. The address that was checked is the one that is
 * connected to, so a name that changes its mind in between leads nowhere. Rejects with {@link ForbiddenAddress} before a
 * byte is sent. The caller reads the body, or destroys it.
 */
export function remoteGet(options: RemoteRequestOptions): Promise<IncomingMessage> {
  return remoteRequest('GET', options);
}

/** The same with a body. */
export function remotePost(options: RemoteRequestOptions & { body: string }): Promise<IncomingMessage> {
  return remoteRequest('POST', options, options.body);
}

async function remoteRequest(
  method: 'GET' | 'POST',
  options: RemoteRequestOptions,
  body?: string,
): Promise<IncomingMessage> {
  const { url, headers, clock, patienceMs, signal } = options;
  const [first, ...others] = await openAddresses(options);
  const allowed = [first, ...others];
  const answered = new AbortController();
  const late = new AbortController();
  void clock.delay(patienceMs, answered.signal).then(() => {
    if (!answered.signal.aborted) late.abort(new Error('the remote server does not answer'));
  });
  try {
    return await new Promise<IncomingMessage>((done, failed) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = send(url, {
        method,
        headers,
        agent: false,
        signal: AbortSignal.any([signal, late.signal]),
        // Not asked for literal addresses, which have been looked at above.
        lookup: (_name, wanted, answer) => {
          if (typeof wanted === 'object' && wanted.all) answer(null, [...allowed]);
          else answer(null, first.address, first.family);
        },
      });
      request.once('response', done);
      request.once('error', failed);
      request.end(body);
    });
  } finally {
    answered.abort();
  }
}

/**
 * Where a server may be spoken to: of its addresses those of the open internet, at a port where a web server may stand.
 * All of them, at any port, where the operator vouches for it. Rejects with {@link ForbiddenAddress} when there is none,
 * and as the look-up does.
 */
export async function openAddresses(
  options: Pick<RemoteRequestOptions, 'url' | 'isTrusted' | 'lookup'>,
): Promise<[LookupAddress, ...LookupAddress[]]> {
  const { url, isTrusted } = options;
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) throw new ForbiddenAddress('address');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (!isTrusted && !isWebPort(port)) throw new ForbiddenAddress('port');
  const found = isIP(host)
    ? [{ address: host, family: isIP(host) }]
    : await (options.lookup ?? resolve)(host);
  const [first, ...others] = found.filter(({ address }) => isTrusted || isPublicAddress(address));
  if (!first) throw new ForbiddenAddress('network');
  return [first, ...others];
}

function resolve(name: string): Promise<LookupAddress[]> {
  return new Promise((done, failed) => {
    systemLookup(name, { all: true, verbatim: true }, (error, addresses) =>
      error ? failed(error) : done(addresses),
    );
  });
}
