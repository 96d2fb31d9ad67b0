import { line } from '../engine/foreign.ts';

/** A media type, or '' where it is none. */
export function mimeOf(value: unknown): string {
  const mime = line(value, 120)?.toLowerCase() ?? '';
  return /^[a-z0-9.+-]+\/[a-z0-9.+-]+(\s*;.*)?$/.test(mime) ? mime : '';
}

const bars = 64;

/** Base64 of 64 values 0…100, from however many WhatsApp drew. */
export function waveformOf(drawn: Uint8Array | undefined): string | undefined {
  if (!drawn) return undefined;
  const values = Array.from(
    { length: bars },
    (_, bar) => drawn[Math.floor((bar * drawn.length) / bars)] ?? 0,
  );
  return Buffer.from(values.map((loud) => Math.min(100, loud))).toString('base64');
}
