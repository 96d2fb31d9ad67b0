import type { PageMessage } from './page-message.ts';

// Getting a file out of WhatsApp's page: it is opened there, read in pieces, and forgotten. A file in one piece would
// stand in three memories at once.

interface PageWindow {
  require(name: string): never;
}

export type Opened =
  | { kind: 'open'; size: number; mime: string; fileName: string | undefined }
  | { kind: 'gone'; reason: string }
  | { kind: 'later'; reason: string };

/** Has the page fetch and decrypt a file. What it gives stays in the page, to be read with {@link readPiece}. */
export async function openMedia(
  message: PageMessage,
  largest: number,
): Promise<{ bytes: Uint8Array | undefined; opened: Opened }> {
  const page = window as unknown as PageWindow;
  const closed = (kind: 'gone' | 'later', reason: string): { bytes: undefined; opened: Opened } => ({
    bytes: undefined,
    opened: { kind, reason },
  });
  const media = message as unknown as {
    type: string;
    isViewOnce?: boolean;
    mediaData?: { mediaStage?: string };
    directPath?: string;
    mimetype?: string;
    filename?: string;
    size?: number;
    downloadMedia(how: object): Promise<unknown>;
    [part: string]: unknown;
  };
  const stage = (): string => media.mediaData?.mediaStage ?? '';
  if (media.type === 'revoked') return closed('gone', 'taken-back');
  if (media.isViewOnce === true) return closed('gone', 'view-once');
  if (!media.mediaData || !media.directPath) return closed('gone', 'no-file');
  if ((media.size ?? 0) > largest) return closed('gone', 'too-large');
  // The page's own download also asks the phone to upload a file again that WhatsApp's servers have dropped.
  const resolve = async (): Promise<void> => {
    if (stage() !== 'REUPLOADING') await media.downloadMedia({ downloadEvenIfExpensive: true, rmrReason: 1 });
  };
  const verdict = (): { bytes: undefined; opened: Opened } | undefined => {
    if (stage() === 'REUPLOADING') return closed('later', 'asked-the-phone');
    if (/MISSING|UNSUPPORTED/.test(stage()))
      return closed('gone', stage().toLowerCase().replaceAll('_', '-'));
    if (/ERROR|FETCHING|NEED_POKE/.test(stage()))
      return closed('later', stage().toLowerCase().replaceAll('_', '-'));
    return undefined;
  };
  const { downloadManager } = page.require('WAWebDownloadManager') as {
    downloadManager: { downloadAndMaybeDecrypt(what: object): Promise<ArrayBuffer> };
  };
  // The page notes how long things take on an object that the caller brings along.
  const notes = { addAnnotations: () => notes, addPoint: () => notes };
  const download = (): Promise<ArrayBuffer> =>
    downloadManager.downloadAndMaybeDecrypt({
      directPath: media.directPath,
      encFilehash: media['encFilehash'],
      filehash: media['filehash'],
      mediaKey: media['mediaKey'],
      mediaKeyTimestamp: media['mediaKeyTimestamp'],
      type: media.type,
      // Needed since September 2026.
      mimetype: media.mimetype,
      signal: new AbortController().signal,
      downloadQpl: notes,
    });
  const isDropped = (error: unknown): boolean => {
    const { status } = (error ?? {}) as { status?: unknown };
    return status === 404 || status === 410;
  };
  if (stage() !== 'RESOLVED') await resolve();
  let met = verdict();
  if (met) return met;
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await download());
  } catch (error) {
    if (!isDropped(error)) throw error;
    await resolve();
    met = verdict();
    if (met) return met;
    try {
      bytes = new Uint8Array(await download());
    } catch (again) {
      if (isDropped(again)) return closed('gone', 'dropped');
      throw again;
    }
  }
  if (bytes.length > largest) return closed('gone', 'too-large');
  const opened = {
    kind: 'open',
    size: bytes.length,
    mime: media.mimetype ?? '',
    fileName: media.filename,
  } as const;
  return { bytes, opened };
}

export function openedOf({ opened }: { opened: Opened }): Opened {
  return opened;
}

/** Base64 of a part of an open file. */
export function readPiece(
  { bytes }: { bytes: Uint8Array | undefined },
  from: number,
  length: number,
): string {
  if (!bytes) throw new Error('no open file');
  const piece = bytes.subarray(from, from + length);
  const step = 0x8000;
  let binary = '';
  for (let at = 0; at < piece.length; at += step)
    binary += String.fromCharCode(...piece.subarray(at, at + step));
  return btoa(binary);
}
