import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DialectHeaders } from '../dialect.ts';

/**
 * `X-Webhook-Hmac`: lower-case hex of HMAC-SHA512 over the exact bytes; `X-Webhook-Hmac-Algorithm` must say sha512 if it is
 * there. Each header at most once.
 */
export function verifyHmac(raw: Uint8Array, headers: DialectHeaders, secret: string): boolean {
  const given = headers['x-webhook-hmac'];
  const algorithm = headers['x-webhook-hmac-algorithm'] ?? 'sha512';
  if (typeof given !== 'string' || algorithm !== 'sha512' || !/^[0-9a-f]{128}$/.test(given) || secret === '')
    return false;
  return timingSafeEqual(createHmac('sha512', secret).update(raw).digest(), Buffer.from(given, 'hex'));
}
