import type { Readable } from 'node:stream';

/** A whole file on this machine, measured: what a store is given. */
export interface Spooled {
  /** Path in the spool. */
  file: string;
  /** SHA-256, hex. */
  digest: string;
  /** Bytes. */
  size: number;
}

/** Positions of the first and the last byte. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface OpenedFile {
  /** Bytes of the whole file, whatever part was asked for. */
  size: number;
  /** Destroying it closes whatever is behind it. */
  body: Readable;
}

/**
 * Where files are kept, by the SHA-256 of their bytes: the same file twice is one. A digest is the only name there is;
 * nothing a stranger chose ever becomes a path or a key.
 */
export interface Store {
  name: string;
  /** Keeps the file, for good once it resolves; the spool's copy may be gone afterwards. Again: harmless. */
  put(file: Spooled, signal?: AbortSignal): Promise<void>;
  /** Undefined: there is no such file, or it has no such bytes. */
  open(digest: string, range?: ByteRange, signal?: AbortSignal): Promise<OpenedFile | undefined>;
  /** Where it stands on this machine, for stores that keep files there: to be read, never to be changed. */
  localPath?(digest: string): string;
  /** Removes it unless it was put (again) at `putSince` (ms) or later. Of a file that is not there: harmless. */
  remove(digest: string, putSince: number): Promise<void>;
}

/** The store cannot answer now. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}

/** Throws on what is no digest: it would become a path. */
export function checkDigest(digest: string): string {
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new TypeError('this is no digest');
  return digest;
}
