import { isIP } from 'node:net';

/**
 * Whether an Origin is this server's own pages. With a public address configured, exactly that one. Without, the
 * address the browser asked for (`Host`), but only over plain http and only where it is `localhost` or a bare IP: a
 * name could be anybody's that resolves to us (DNS rebinding).
 */
export function isOwnOrigin(
  origin: string,
  host: string | undefined,
  publicUrl: string | undefined,
): boolean {
  if (publicUrl !== undefined) return origin === publicUrl;
  if (host === undefined || origin !== `http://${host.toLowerCase()}` || !URL.canParse(origin)) return false;
  const name = new URL(origin).hostname.replace(/^\[|\]$/g, '');
  return name === 'localhost' || isIP(name) !== 0;
}
