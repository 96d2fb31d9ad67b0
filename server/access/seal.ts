import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a sealed text lives. It is bound to the place: copied to another row or tenant it does not open. */
export interface SealPlace {
  table: string;
  row: string | number;
  organisationId: number;
}

/** Secrets that must be readable again (webhook secrets, keys of remote servers), as `v1:kid:iv:tag:ct`. */
export interface Seal {
  seal(text: string, place: SealPlace): string;
  /** Throws {@link SealBroken} when the text was changed, moved, or sealed with a key we do not have. */
  open(sealed: string, place: SealPlace): string;
}

export class SealBroken extends Error {
  override name = 'SealBroken';
}

/** AES-256-GCM. The first key seals; all of them open, so a key can be replaced without a pause. 32 bytes each. */
export function createSeal(keys: readonly [Uint8Array, ...Uint8Array[]]): Seal {
  const byId = new Map(keys.map((key) => [keyId(key), key]));
  const current = keys[0];
  return {
    seal(text, place) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(binding(place));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const parts = [iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'));
      return ['v1', keyId(current), ...parts].join(':');
    },
    open(sealed, place) {
      const [version, kid, iv, tag, text, ...rest] = sealed.split(':');
      const key = byId.get(kid ?? '');
      if (version !== 'v1' || iv === undefined || tag === undefined || text === undefined || rest.length) {
        throw new SealBroken('This is no sealed text');
      }
      if (!key) throw new SealBroken('Sealed with a key that is not here');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
          authTagLength: 16,
        });
        decipher.setAAD(binding(place)).setAuthTag(Buffer.from(tag, 'base64url'));
        return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString(
          'utf8',
        );
      } catch {
        throw new SealBroken('The sealed text was changed or belongs elsewhere');
      }
    },
  };
}

/**
 * The keys to seal with: `secretKey` (base64 of 32 bytes; several by comma, the newest first), or one made on the
 * first start and kept as `secret.key` (0600) in the data folder. Several processes may start at once.
 */
export function readSealKeys(options: {
  secretKey: string | undefined;
  dataFolder: string;
}): [Uint8Array, ...Uint8Array[]] {
  if (options.secretKey) return parseKeys(options.secretKey, 'CHATDOCK_SECRET_KEY');
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 });
  const path = join(options.dataFolder, 'secret.key');
  try {
    return parseKeys(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  // Written whole under another name and linked: nobody reads half a key, and the first of several starters wins.
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  unlinkSync(draft);
  return parseKeys(readFileSync(path, 'utf8'), path);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function parseKeys(text: string, source: string): [Uint8Array, ...Uint8Array[]] {
  const [first, ...others] = text.split(',').map((part) => Buffer.from(part.trim(), 'base64'));
  if (!first || [first, ...others].some((key) => key.length !== 32)) {
    throw new Error(`${source} must hold 32 bytes in base64`);
  }
  return [first, ...others];
}

/** How every text begins that was sealed with this key. */
export function sealedBy(key: Uint8Array): string {
  return `v1:${keyId(key)}:`;
}

function keyId(key: Uint8Array): string {
  return createHash('sha256').update('chatdock seal key id').update(key).digest('hex').slice(0, 8);
}

function binding(place: SealPlace): Buffer {
  return Buffer.from(`${place.table}|${place.row}|${place.organisationId}`);
}
