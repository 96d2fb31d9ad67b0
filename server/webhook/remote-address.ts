import type { Clock } from '../clock.ts';
import { ForbiddenAddress, openAddresses, type Lookup } from './remote-request.ts';

/** The operator has named the server's origin: it may stand in a private network, at any port. */
export function isVouchedFor(url: URL, trusted: readonly string[]): boolean {
  return trusted.some((origin) => URL.parse(origin)?.origin === url.origin);
}

const lookUpMs = 3_000;
const reasons: Readonly<Record<string, string>> = {
  address: 'http or https, without a name and a password in it',
  port: 'a port where no web server stands',
  network: 'an address of a private network',
};

/**
 * Why an Organisation may not name this server; undefined when it may. The same rule as when it is spoken to, which looks
 * again: a name that cannot be resolved now, or soon, is no reason.
 */
export async function whyRefused(
  address: string,
  options: { trusted: readonly string[]; clock: Clock; lookup?: Lookup | undefined },
): Promise<string | undefined> {
  const url = URL.parse(address);
  if (!url) return reasons['address'];
  const ended = new AbortController();
  const looking = openAddresses({
    url,
    isTrusted: isVouchedFor(url, options.trusted),
    lookup: options.lookup,
  }).catch((error: unknown) => error);
  const found = await Promise.race([looking, options.clock.delay(lookUpMs, ended.signal)]);
  ended.abort();
  return found instanceof ForbiddenAddress ? (reasons[found.message] ?? found.message) : undefined;
}
