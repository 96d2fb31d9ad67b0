import { hasText, t, type TextKey } from '../text/text.ts';

/** A Session's code in words: what is the matter, and what it means. Codes of newer servers fall back. */
export function reason(code: string): { title: string; lead: string } {
  // The words for most come with those of a conversation, soon after the list.
  const known = [code, 'engine-error', 'none'].find((one) => hasText(`reason_${one}`))!;
  return { title: t(`reason_${known}` as TextKey), lead: t(`reason_${known}_lead` as TextKey) };
}
