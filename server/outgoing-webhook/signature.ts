import { createHmac, randomBytes } from 'node:crypto';

/** A secret as Standard Webhooks writes it: `whsec_` and the base64 of 32 random bytes. */
export function newEndpointSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/**
 * The value of `webhook-signature` (Standard Webhooks 1.0): `v1,<base64>` of HMAC-SHA256 over `id.timestamp.body`, one for
 * each secret that is good now, so that a receiver may change over when it likes. `timestamp` in seconds.
 */
export function signatures(
  secrets: readonly string[],
  signed: { id: string; timestamp: number; body: string },
): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
      const text = `${signed.id}.${signed.timestamp}.${signed.body}`;
      return `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
    })
    .join(' ');
}
