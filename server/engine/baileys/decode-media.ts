import type { Address } from '../../contract/address.ts';
import type { MediaFacts } from '../../contract/content.ts';
import { mimeOf, waveformOf } from '../../engine-child/media-words.ts';
import { bytes, count, known, limits, line } from './bounds.ts';
import type { Part } from './decode-content.ts';

export interface MediaKeyOf {
  chat: Address;
  messageId: string;
  fromMe: boolean;
  participant?: Address;
}

/** Under which key a file of this part is sealed. */
export const sealedAs: Record<string, 'image' | 'video' | 'audio' | 'document' | 'sticker'> = {
  imageMessage: 'image',
  videoMessage: 'video',
  ptvMessage: 'video',
  audioMessage: 'audio',
  documentMessage: 'document',
  stickerMessage: 'sticker',
};

/** The file of a message; `undefined` where there is none. */
export function decodeMedia({ name, data }: Part, of: MediaKeyOf): MediaFacts | undefined {
  if (!Object.hasOwn(sealedAs, name)) return undefined;
  return known<MediaFacts>({
    mime: mimeOf(data['mimetype']) || (name === 'stickerMessage' ? 'image/webp' : ''),
    size: count(data['fileLength']),
    fileName: line(data['fileName']),
    seconds: count(data['seconds'], 1_000_000) || undefined,
    width: count(data['width'], 100_000) || undefined,
    height: count(data['height'], 100_000) || undefined,
    waveform: waveformOf(bytes(data['waveform'], 1_024)),
    thumbnail: thumbnailOf(data['jpegThumbnail']),
    sha256: digestOf(data['fileSha256']),
    animated: data['gifPlayback'] === true || data['isAnimated'] === true || undefined,
    // Which message it is of. The key that opens it lies in the sealed rows, not here.
    reference: JSON.stringify(of),
    gone: data['mediaKey'] ? undefined : true,
  });
}

/** A JPEG, small enough to travel with its message; any other is left out, not cut. */
export function thumbnailOf(value: unknown): string | undefined {
  const picture = bytes(value, limits.thumbnail);
  return picture?.[0] === 0xff && picture[1] === 0xd8 ? picture.toString('base64') : undefined;
}
const digestOf = (value: unknown): string | undefined => {
  const digest = bytes(value, 32);
  return digest?.length === 32 ? digest.toString('base64') : undefined;
};
