export { Access, createAccess, type AccessOptions } from './access.ts';
export { csrfOf, lifetimes, type Lifetimes } from './agent-sessions.ts';
export { actorOf, Audit } from './audit.ts';
export { looksLikeApiKey } from './api-keys.ts';
export { isOwnOrigin } from './own-origin.ts';
export type { Principal, SignedOut } from './principal.ts';
export { provision, type Provisioned } from './provision.ts';
export { createSeal, readSealKeys, SealBroken, type Seal, type SealPlace } from './seal.ts';
export type { Caller, NewSignIn } from './sign-in.ts';
