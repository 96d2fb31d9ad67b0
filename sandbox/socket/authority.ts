import { generateKeyPairSync } from 'node:crypto';
import type { KeyPair } from 'baileys';

/** Who vouches for the server: a root that a client trusts, and a certificate in between. */
export interface NoiseAuthority {
  root: KeyPair;
  between: KeyPair;
}
export const noiseAuthority = (): NoiseAuthority => ({ root: keyPair(), between: keyPair() });

/** Curve25519, raw. */
function keyPair(): KeyPair {
  const { d, x } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return { private: Buffer.from(d!, 'base64url'), public: Buffer.from(x!, 'base64url') };
}
