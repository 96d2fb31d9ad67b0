import type { MediaFacts } from '../contract/content.ts';
import { boundedCount, boundedLine, isSessionName, limits } from './bounded.ts';
import { at, flagAt, textAt } from './foreign.ts';

/** The file as the page of WhatsApp describes it (`_data` of whatsapp-web.js), or as much of it as `model` tells. */
export function pageMedia(model: unknown): MediaFacts {
  const data = at(model, '_data') ?? model;
  return compact({
    mime: mimeOf(at(data, 'mimetype') ?? at(model, 'mimetype')),
    size: boundedCount(at(data, 'size')),
    fileName: boundedLine(at(data, 'filename'), limits.name),
    seconds: boundedCount(at(data, 'duration') ?? at(model, 'duration'), limits.seconds),
    width: boundedCount(at(data, 'width'), 100_000),
    height: boundedCount(at(data, 'height'), 100_000),
    waveform: waveformOf(at(data, 'waveform')),
    thumbnail: thumbnailOf(at(data, 'thumbnail')) ?? thumbnailOf(at(data, 'body')),
    sha256: digestOf(at(data, 'filehash')),
    animated:
      flagAt(data, 'isGif') || flagAt(data, 'isAnimated') || textAt(data, 'type') === 'gif' || undefined,
  });
}

/** The file as WhatsApp's protocol describes it (`imageMessage` and its like, of NOWEB and GOWS). */
export function protocolMedia(part: unknown): MediaFacts {
  return compact({
    mime: mimeOf(at(part, 'mimetype')),
    size: boundedCount(at(part, 'fileLength')),
    fileName: boundedLine(at(part, 'fileName') ?? at(part, 'title'), limits.name),
    seconds: boundedCount(at(part, 'seconds'), limits.seconds),
    width: boundedCount(at(part, 'width'), 100_000),
    height: boundedCount(at(part, 'height'), 100_000),
    waveform: waveformOf(at(part, 'waveform')),
    thumbnail: thumbnailOf(at(part, 'jpegThumbnail') ?? at(part, 'JPEGThumbnail')),
    sha256: digestOf(at(part, 'fileSha256') ?? at(part, 'fileSHA256')),
    animated: flagAt(part, 'gifPlayback') || flagAt(part, 'isAnimated') || undefined,
  });
}

/**
 * What WAHA tells of the file it keeps (`{url, mimetype, filename, error, s3}`), and the way to it. While WAHA has none
 * (`null`, or an `error`) it may have one later: the way is then to ask for the message again.
 */
export function wahaMedia(model: unknown, session: string | undefined): Partial<MediaFacts> {
  const told = at(model, 'media');
  const url = urlOf(textAt(told, 'url') ?? textAt(model, 'mediaUrl'));
  const [bucket, key] = [at(told, 's3', 'Bucket'), at(told, 's3', 'Key')].map((part) =>
    boundedLine(part, 1_024),
  );
  const reference = {
    ...(bucket && key ? { s3: { Bucket: bucket, Key: key } } : {}),
    ...(isSessionName(session) ? { session } : {}),
    ...(url === undefined ? {} : { url }),
  };
  const hasFailed = !url && at(told, 'error') !== undefined && at(told, 'error') !== null;
  const mime = mimeOf(at(told, 'mimetype'));
  const fileName = boundedLine(at(told, 'filename'), limits.name);
  return {
    ...(mime ? { mime } : {}),
    ...(fileName ? { fileName } : {}),
    ...(Object.keys(reference).length > 0 ? { reference: JSON.stringify(reference) } : {}),
    ...(hasFailed ? { gone: true } : {}),
  };
}

/** As it stands: a file is fetched from exactly the address that was given, or not at all. */
function urlOf(value: string | undefined): string | undefined {
  if (value === undefined || value.length > limits.url) return undefined;
  return /^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value : undefined;
}

export function mimeOf(value: unknown): string {
  const mime = boundedLine(value, 120)?.toLowerCase() ?? '';
  return /^[a-z0-9.+-]+\/[a-z0-9.+-]+(?:\s*;.*)?$/.test(mime) ? mime : '';
}

const bars = 64;

/** Base64 of 64 values 0…100, from base64, a list, a list as an object, or Node's spelling of a Buffer. */
export function waveformOf(value: unknown): string | undefined {
  const values = bytesOf(value, 1_024);
  if (values === undefined || values.length === 0) return undefined;
  const drawn = Array.from({ length: bars }, (_, bar) => values[Math.floor((bar * values.length) / bars)]!);
  return Buffer.from(drawn.map((loud) => Math.min(100, Math.max(0, Math.round(loud))))).toString('base64');
}

/** A JPEG of at most 12 KiB; a larger or another picture is left out, never cut. */
export function thumbnailOf(value: unknown): string | undefined {
  if (typeof value === 'string') {
    const longest = Math.ceil(limits.thumbnail / 3) * 4;
    const text = value.length <= longest * 2 ? value.replace(/\s+/g, '') : '';
    if (!text.startsWith('/9j/') || text.length > longest || !isBase64(text)) return undefined;
    return text;
  }
  const bytes = bytesOf(value, limits.thumbnail);
  if (!bytes || bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff) return undefined;
  return Buffer.from(bytes).toString('base64');
}

function digestOf(value: unknown): string | undefined {
  const bytes = bytesOf(value, 32);
  return bytes?.length === 32 ? Buffer.from(bytes).toString('base64') : undefined;
}

/** `undefined` when it is longer than `most`, or no bytes at all. */
function bytesOf(value: unknown, most: number): number[] | undefined {
  if (typeof value === 'string') {
    if (value.length > Math.ceil(most / 3) * 4 || !isBase64(value)) return undefined;
    return [...Buffer.from(value, 'base64')];
  }
  if (value === null || typeof value !== 'object') return undefined;
  const list: unknown[] = Array.isArray(value)
    ? value
    : Array.isArray(at(value, 'data'))
      ? (at(value, 'data') as unknown[])
      : listOfObject(value, most);
  return list.length <= most && list.every(isByte) ? list : undefined;
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 255;
}

/** `{"0":12,"1":40,…}`: what becomes of a typed array on its way out of a page. */
function listOfObject(value: object, most: number): unknown[] {
  const list: unknown[] = [];
  while (list.length <= most && Object.hasOwn(value, String(list.length))) {
    list.push((value as Record<string, unknown>)[String(list.length)]);
  }
  return list;
}

export function isBase64(text: string): boolean {
  return text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

type Loose = { [Key in keyof MediaFacts]?: MediaFacts[Key] | undefined };

function compact(facts: Loose): MediaFacts {
  const told = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  return { mime: '', ...told };
}
