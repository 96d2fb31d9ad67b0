import { locale, t } from '../../text/text.ts';

/** 830 B, 240 KB, 3.4 MB. */
export function bytesText(bytes: number): string {
  const [key, value] =
    bytes < 1_000
      ? (['bytes', bytes] as const)
      : bytes < 999_500
        ? (['kilobytes', bytes / 1_000] as const)
        : (['megabytes', bytes / 1_000_000] as const);
  const digits = value < 9.95 && key === 'megabytes' ? 1 : 0;
  return t(key, { n: value.toLocaleString(locale.value, { maximumFractionDigits: digits }) });
}

/** 0:07, 3:25, 1:02:09. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number): string => `${n}`.padStart(2, '0');
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The bytes of base64; empty where it is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
