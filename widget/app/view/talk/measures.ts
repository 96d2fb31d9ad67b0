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

/** The bytes of base64; empty where it is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
