import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret of 256 random bits, URL-safe: session tokens, tickets, API keys. Only its {@link digest} is stored. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in hex: how high-entropy secrets are stored and looked up. */
export function digest(secret: string | Uint8Array): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares two texts in constant time; of different lengths they differ. */
export function sameSecret(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Short id for logs and error answers. */
export function correlationId(): string {
  return randomBytes(8).toString('hex');
}
