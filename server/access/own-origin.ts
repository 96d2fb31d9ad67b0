import { isIP } from 'node:net';

/** What is known of our own address: the configured one, and where we listen. */
export interface OwnAddress {
  publicUrl: string | undefined;
  port?: number;
  host?: string;
}

/**
 * Whether an Origin is this server's own pages. With a public address configured, exactly that one. Without, the
 * address the browser asked for (`host`, the request's header), but only over plain http and only where it is
 * `localhost` or a bare IP: a name could be anybody's that resolves to us (DNS rebinding). Who has no request at hand
 * gets the loopback names and the address listened on, with the configured port (any port when that is 0).
 */
export function isOwnOrigin(origin: string, own: OwnAddress, host?: string): boolean {
  if (own.publicUrl !== undefined) return origin === own.publicUrl;
  if (!origin.startsWith('http://') || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.origin !== origin) return false;
  const name = url.hostname.replace(/^\[|\]$/g, '');
  if (host !== undefined) {
    return (
      (name === 'localhost' || isIP(name) !== 0) &&
      URL.canParse(`http://${host}`) &&
      new URL(`http://${host}`).origin === origin
    );
  }
  const isEverywhere = own.host === '0.0.0.0' || own.host === '::';
  const isOurs =
    ['localhost', '127.0.0.1', '::1', own.host].includes(name) || (isEverywhere && isIP(name) !== 0);
  if (!isOurs) return false;
  return !own.port || url.port === String(own.port) || (own.port === 80 && url.port === '');
}
