import type { Selectable } from 'kysely';
import type { MediaFacts } from '../../server/contract/content.ts';
import type { MediaTable } from '../schema/media.ts';

export type MediaRow = Selectable<MediaTable>;

/** What a source tells of a Message's file. */
export interface MediaTold {
  inboxId: number;
  /** `message.id` */
  message: number;
  facts: MediaFacts;
  /** When to fetch it, ms; null: only when somebody asks. */
  dueAt: number | null;
  seq: number;
}

type Values = Omit<MediaRow, 'id'>;

const longestThumbnail = 16 * 1024;

/** What is known of a file's bytes before any try: nothing. */
export const notHere = {
  attempts: 0,
  lease: null,
  sniffed: null,
  size: null,
  digest: null,
  small_digest: null,
  small_size: null,
  small_due_at: null,
  small_tries: 0,
} as const;

/** What a source tells, as the row it would be alone. Foreign values that cannot be are left out. */
export function mediaOfFacts({ inboxId, message, facts, dueAt, seq }: MediaTold): Values {
  const reference = facts.reference ?? null;
  const row: Values = {
    inbox_id: inboxId,
    message,
    state: 'remote',
    reason: null,
    ...notHere,
    due_at: dueAt,
    mime: text(facts.mime, 120),
    claimed_size: count(facts.size),
    claimed_digest: hexDigest(facts.sha256),
    file_name: text(facts.fileName ?? '', 300),
    width: count(facts.width, 100_000),
    height: count(facts.height, 100_000),
    seconds: count(facts.seconds, 1_000_000),
    animated: facts.animated ? 1 : 0,
    told_gone: facts.gone ? 1 : 0,
    waveform: base64(facts.waveform, 100),
    thumbnail: base64(facts.thumbnail, longestThumbnail),
    reference,
    seq,
  };
  return withState(row);
}

/**
 * Joins two rows about one file. What sources tell is joined so that order and repetition make no difference: of two
 * texts the fuller, of two numbers the greater. What we did ourselves (stored, tries) is older than no telling:
 * `stored` stays, and what was given up is tried again only when a source tells of a new way to it.
 */
export function joinMedia(a: MediaRow, b: Values): Values {
  const [own, other] = b.state === 'stored' && a.state !== 'stored' ? [b, a] : [a, b];
  const joined: Values = {
    ...own,
    mime: fuller(a.mime, b.mime)!,
    claimed_size: greater(a.claimed_size, b.claimed_size),
    claimed_digest: fuller(a.claimed_digest, b.claimed_digest),
    file_name: fuller(a.file_name, b.file_name)!,
    width: greater(a.width, b.width),
    height: greater(a.height, b.height),
    seconds: greater(a.seconds, b.seconds),
    animated: Math.max(a.animated, b.animated),
    told_gone: Math.max(a.told_gone, b.told_gone),
    waveform: fuller(a.waveform, b.waveform),
    thumbnail: fuller(a.thumbnail, b.thumbnail),
    reference: fuller(a.reference, b.reference),
    inbox_id: a.inbox_id,
    message: a.message,
    seq: Math.max(a.seq, b.seq),
  };
  if (own.state === 'stored' || own.state === 'fetching') return joined;
  if (own.attempts === 0 && own.reason === null) {
    return withState({ ...joined, due_at: earlier(own.due_at, other.due_at) });
  }
  const isNewWay = joined.reference !== own.reference;
  return isNewWay ? withState({ ...joined, attempts: 0, reason: null, due_at: other.due_at }) : joined;
}

/** Nobody has tried yet: `gone` only when a source says so and none knows a way. */
function withState(row: Values): Values {
  const isGone = row.told_gone === 1 && row.reference === null;
  return { ...row, state: isGone ? 'gone' : 'remote' };
}

function fuller(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  if (a.length !== b.length) return a.length > b.length ? a : b;
  return a > b ? a : b;
}

function greater(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function text(value: string, length: number): string {
  const clean = value.toWellFormed().replaceAll('\0', '').slice(0, length);
  // Not in the middle of a character.
  return clean.replace(/[\ud800-\udbff]$/, '');
}

function count(value: number | undefined, most = Number.MAX_SAFE_INTEGER): number | null {
  if (value === undefined || !Number.isFinite(value) || value < 0 || value > most) return null;
  return Math.round(value);
}

function base64(value: string | undefined, longest: number): string | null {
  if (value === undefined || value.length === 0 || value.length > longest) return null;
  return /^[A-Za-z0-9+/]+={0,2}$/.test(value) ? value : null;
}

/** WhatsApp gives base64 of 32 bytes; others hex. */
function hexDigest(value: string | undefined): string | null {
  if (value === undefined) return null;
  if (/^[0-9a-f]{64}$/i.test(value)) return value.toLowerCase();
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(value)) return null;
  return Buffer.from(value, 'base64').toString('hex');
}
