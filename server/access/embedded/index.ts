import type { SignedIn } from '../../contract/api.ts';
import type { Principal } from '../principal.ts';
import * as keys from './keys.ts';
import { renewEmbedded, signInEmbedded, type EmbeddedInput, type EmbeddedParts } from './sign-in.ts';

export type { EmbeddedInput } from './sign-in.ts';
export type { EmbedKeyView, MadeEmbedKey, NewEmbedKey } from './keys.ts';
export { embeddedLifeMs } from './sign-in.ts';
export { rotationMs } from './keys.ts';

/** Agents that a host page vouches for, and the keys it does so with. */
export interface Embedded {
  signIn(input: EmbeddedInput): Promise<SignedIn & { expiresAt: number }>;
  renew(principal: Principal, input: EmbeddedInput): Promise<{ expiresAt: number }>;
  listKeys(organisationId: number): Promise<keys.EmbedKeyView[]>;
  createKey(organisationId: number, input: keys.NewEmbedKey): Promise<keys.MadeEmbedKey>;
  rotateKey(organisationId: number, id: number, publicKey?: string): Promise<keys.MadeEmbedKey>;
  revokeKey(organisationId: number, id: number): Promise<void>;
}

export function createEmbedded(parts: EmbeddedParts): Embedded {
  return {
    signIn: (input) => signInEmbedded(parts, input),
    renew: (principal, input) => renewEmbedded(parts, principal, input),
    listKeys: (organisationId) => keys.embedKeysOf(parts, organisationId),
    createKey: (organisationId, input) => keys.createEmbedKey(parts, organisationId, input),
    rotateKey: (organisationId, id, publicKey) => keys.rotateEmbedKey(parts, organisationId, id, publicKey),
    revokeKey: (organisationId, id) => keys.revokeEmbedKey(parts, organisationId, id),
  };
}
