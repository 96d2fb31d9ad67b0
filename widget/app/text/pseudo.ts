/** The same texts with accents, a third longer, between marks; what is filled in stays as it is. */
export function marked<Texts extends object>(texts: Texts): Texts {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]: [string, string | Record<string, string>]) => [
      key,
      typeof text === 'string'
        ? mark(text)
        : Object.fromEntries(Object.entries(text).map(([form, words]) => [form, mark(words)])),
    ]),
  ) as Texts;
}

const accents: Record<string, string> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', A: 'Á', E: 'É', O: 'Ó' };

function mark(text: string): string {
  const accented = text.replace(/\{+\w[\w.]*\}+|[aeiouAEO]/g, (found) => accents[found] ?? found);
  return `⟦${accented}${'~'.repeat(Math.ceil(text.length / 3))}⟧`;
}
