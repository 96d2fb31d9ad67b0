import { hasText, t, type TextKey } from '../text/text.ts';

/** "Photo", "Voice message"; a text has no word for it. */
export function typeName(type: string): string {
  const key = `type_${type}`;
  return type === 'text' ? '' : t(hasText(key) ? key : ('type_unknown' satisfies TextKey));
}
