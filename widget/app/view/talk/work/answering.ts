import type { CannedReply } from '../../../model/work.ts';

/** The categories of these replies, by the alphabet of the language. */
export function categoriesOf(replies: readonly CannedReply[], locale: string): string[] {
  const names = new Set(replies.map(({ category }) => category));
  names.delete('');
  return Array.from(names).toSorted(new Intl.Collator(locale, { numeric: true }).compare);
}

/**
 * The replies that answer to what was typed, the best first: those that begin with it, then those that hold it or whose
 * category has a word that begins so, then those that have its letters in that order. Those of one category stand
 * together, where the best of them stands; of equals the categories go by the alphabet, and those without one come last.
 */
export function answering(replies: readonly CannedReply[], typed: string, locale: string): CannedReply[] {
  const text = typed.toLocaleLowerCase(locale);
  const categories = [...categoriesOf(replies, locale), ''];
  const ranked = replies
    .map((reply) => ({ reply, rank: rank(reply, text, locale) }))
    .filter((one) => one.rank < 3)
    .toSorted((a, b) => a.rank - b.rank);
  const best = new Map<string, number>();
  for (const { reply, rank } of ranked) if (!best.has(reply.category)) best.set(reply.category, rank);
  return categories
    .filter((category) => best.has(category))
    .toSorted((a, b) => best.get(a)! - best.get(b)!)
    .flatMap((category) => ranked.filter(({ reply }) => reply.category === category))
    .map(({ reply }) => reply);
}

function rank({ shortcut, body, category }: CannedReply, text: string, locale: string): number {
  if (shortcut.startsWith(text)) return 0;
  if (text.length < 2) return 3;
  const words = category.toLocaleLowerCase(locale).split(/[^\p{L}\p{M}\p{N}_-]+/u);
  if (
    shortcut.includes(text) ||
    body.toLocaleLowerCase(locale).includes(text) ||
    words.some((word) => word.startsWith(text))
  )
    return 1;
  let at = 0;
  for (const letter of shortcut) if (letter === text[at]) at++;
  return at === text.length ? 2 : 3;
}
