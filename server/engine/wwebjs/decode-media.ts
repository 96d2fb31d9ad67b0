import type { MediaFacts } from '../../contract/content.ts';
import type { MessageReference } from '../../contract/message-reference.ts';
import { mimeOf, waveformOf } from '../../engine-child/media-words.ts';
import { bytes, count, known, limits, line, type Raw } from './bounds.ts';

const fileTypes = new Set(['image', 'video', 'gif', 'ptv', 'ptt', 'audio', 'document', 'sticker']);

/** Whether a message of the page's type has a file. */
export const isFile = (type: string): boolean => fileTypes.has(type);

/** The file of a message as the page knows it; `undefined` where there is none to be had. */
export function decodeMedia(data: Raw, type: string, of: MessageReference): MediaFacts | undefined {
  // A view-once message is for the phone, whatever the page holds of it.
  if (!isFile(type) || data['isViewOnce'] === true) return undefined;
  return known<MediaFacts>({
    mime: mimeOf(data['mimetype']) || (type === 'sticker' ? 'image/webp' : ''),
    size: count(data['size']),
    fileName: line(data['filename']),
    seconds: count(data['duration'], 1_000_000),
    width: count(data['width'], 100_000),
    height: count(data['height'], 100_000),
    waveform: waveformOf(bytes(data['waveform'], 1_024)),
    thumbnail: thumbnailOf(data['body']) ?? thumbnailOf(data['thumbnail']),
    sha256: digestOf(data['filehash']),
    animated: data['isGif'] === true || data['isAnimated'] === true || type === 'gif' || undefined,
    reference: referenceOf(of),
  });
}

/** All that is needed to ask for the file again: which message it is of. */
function referenceOf({ chat, messageId, fromMe, participant }: MessageReference): string | undefined {
  if (!chat) return undefined;
  return JSON.stringify({
    chat,
    messageId,
    fromMe: fromMe === true,
    ...(participant ? { participant } : {}),
  });
}

/** A JPEG, small enough to travel with its message; any other is left out, not cut. */
export function thumbnailOf(value: unknown): string | undefined {
  const picture =
    typeof value === 'string' && value.startsWith('/9j/') ? bytes(value, limits.thumbnail) : undefined;
  return picture && picture.length <= limits.thumbnail ? Buffer.from(picture).toString('base64') : undefined;
}

function digestOf(value: unknown): string | undefined {
  const digest = bytes(value, 32);
  return digest?.length === 32 ? Buffer.from(digest).toString('base64') : undefined;
}
