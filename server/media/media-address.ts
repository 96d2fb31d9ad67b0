import { createHmac, hkdfSync } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { sameSecret } from '../ids.ts';

/**
 * `thumbnail`: the tiny one of its source. `small`: the one made here. Of a profile picture, `face` is the one in lists and
 * `portrait` the one to be looked at.
 */
export type FileVariant = 'original' | 'thumbnail' | 'small';
export type PictureVariant = 'face' | 'portrait';
export type Variant = FileVariant | PictureVariant;
const letters = { original: 'o', thumbnail: 't', small: 's', face: 'f', portrait: 'p' } as const;
const variants: Readonly<Record<string, Variant>> = Object.fromEntries(
  Object.entries(letters).map(([variant, letter]) => [letter, variant as Variant]),
);

/** What an address opens: one variant of one file, for as long as its holder is signed in and sees the Inbox. */
export interface MediaGrant<Of extends Variant = Variant> {
  /** Of a profile picture, the picture's. */
  mediaId: number;
  organisationId: number;
  variant: Of;
  /** The sign-in or key that asked for it (`Principal.agentSessionId`). */
  holder: string;
}

export interface MediaAddresses {
  /** Path and query below our own origin, and when it ends (ms). */
  sign(grant: MediaGrant): { path: string; expiresAt: number };
  /** Undefined for whatever is not, or no longer, signed by us. Touches no database. */
  verify(url: string): (MediaGrant & { download: boolean; expiresAt: number }) | undefined;
}

/**
 * Signed addresses. Within a step of five minutes the same file has the same address for the same holder, so that a browser keeps it; it
 * lives `lifeMs` (default 10 minutes) or up to a step longer. The first key signs, all of them open.
 */
export function createMediaAddresses(options: {
  keys: readonly [Uint8Array, ...Uint8Array[]];
  clock: Clock;
  lifeMs?: number;
}): MediaAddresses {
  const { clock, lifeMs = 600_000 } = options;
  const keys = options.keys.map((key) =>
    Buffer.from(hkdfSync('sha256', key, '', 'chatdock media address v2', 32)),
  );
  const stepMs = Math.min(300_000, lifeMs);
  return {
    sign(grant) {
      const expires = Math.ceil((Math.floor(clock.now() / stepMs) * stepMs + stepMs + lifeMs) / 1000);
      const letter = letters[grant.variant];
      const code = mac(keys[0]!, grant, letter, String(expires));
      const path = `/media/${grant.mediaId}?v=${letter}&o=${grant.organisationId}&h=${grant.holder}&e=${expires}&k=${code}`;
      return { path, expiresAt: expires * 1000 };
    },
    verify(url) {
      const match =
        /^\/media\/([1-9]\d{0,14})\?v=([otsfp])&o=([1-9]\d{0,14})&h=([a-z0-9:]{1,64})&e=([1-9]\d{0,11})&k=([A-Za-z0-9_-]{43})(&d=1)?$/.exec(
          url,
        );
      if (!match) return undefined;
      const [, id, letter, organisation, holder, expires, code, download] = match as unknown as [
        string,
        ...string[],
      ];
      const grant: MediaGrant = {
        mediaId: Number(id),
        organisationId: Number(organisation),
        variant: variants[letter!]!,
        holder: holder!,
      };
      const isOurs = keys.some((key) => sameSecret(code!, mac(key, grant, letter!, expires!)));
      const expiresAt = Number(expires) * 1000;
      if (!isOurs || expiresAt <= clock.now()) return undefined;
      return { ...grant, download: download !== undefined, expiresAt };
    },
  };
}

function mac(key: Uint8Array, grant: MediaGrant, letter: string, expires: string): string {
  return createHmac('sha256', key)
    .update(`${grant.mediaId}|${grant.organisationId}|${grant.holder}|${letter}|${expires}`)
    .digest('base64url');
}
