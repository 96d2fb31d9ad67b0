import type { UploadKind } from '../../db/schema/media.ts';
import { essence } from './serve-as.ts';

const mb = 1024 * 1024;

/** Bytes WhatsApp takes, by what a file is sent as. */
const largestOf: Readonly<Record<UploadKind, number>> = {
  image: 16 * mb,
  video: 64 * mb,
  audio: 64 * mb,
  voice: 64 * mb,
  sticker: 1 * mb,
  document: 2_000 * mb,
};

/** Types that may be sent as a kind, by their bytes. Anything may be a document. */
const typesOf: Readonly<Record<Exclude<UploadKind, 'document'>, RegExp>> = {
  image: /^image\/(jpeg|png|webp|gif)$/,
  video: /^video\/(mp4|3gpp|quicktime|webm)$/,
  audio: /^audio\/|^video\/(mp4|webm|3gpp)$/,
  voice: /^audio\/|^video\/(mp4|webm)$/,
  sticker: /^image\/webp$/,
};

/** What WhatsApp shows as such, in the order of choice. A GIF would stand still as a picture: it goes as a document. */
const usual: readonly (readonly [UploadKind, RegExp])[] = [
  ['image', /^image\/(jpeg|png|webp)$/],
  ['video', /^video\/(mp4|3gpp|quicktime)$/],
  ['audio', /^audio\//],
];

export function largestFor(kind: UploadKind | undefined, largest: number): number {
  return kind === undefined ? largest : Math.min(largestOf[kind], largest);
}

/** What a file is sent as when nobody has said: what it is, or a document when it is too large for that. */
export function usualKind(type: string, size: number): UploadKind {
  const found = usual.find(([, types]) => types.test(essence(type)));
  return found && size <= largestOf[found[0]] ? found[0] : 'document';
}

/** Whether bytes of this type may be sent as this kind. */
export function mayBe(kind: UploadKind, type: string): boolean {
  return kind === 'document' || typesOf[kind].test(essence(type));
}
