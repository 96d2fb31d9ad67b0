import { signal } from '@preact/signals';

/** Words to be marked in the texts of the open Chat, folded; empty: none. */
export const markedWords = signal<readonly string[]>([]);

/** What the server takes for the same: without case and accents. One character may become two letters, or none. */
function fold(character: string): string {
  return character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The words of a search, as {@link places} wants them. A single letter behind others waits for its word. */
export function wordsOf(search: string): string[] {
  const words = fold(search).match(/[\p{L}\p{N}]+/gu) ?? [];
  return Array.from(
    new Set(words.filter((word, index) => word.length > 1 || index < words.length - 1 || words.length === 1)),
  );
}

/** Where words begin so, [from, to) in UTF-16 units of the text, in order and apart. */
export function places(text: string, words: readonly string[]): [number, number][] {
  if (!words.length) return [];
  let folded = '';
  /** Of each folded unit, where its character begins and ends. */
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const character of text) {
    const letters = fold(character);
    for (let unit = 0; unit < letters.length; unit++) {
      starts.push(at);
      ends.push(at + character.length);
    }
    at += character.length;
    folded += letters;
  }
  // The longest first: "harbour" before "har".
  const choice = words.toSorted((a, b) => b.length - a.length).join('|');
  return Array.from(folded.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])(?:${choice})`, 'gu')), (match) => {
    const end = match.index + match[0].length;
    return [starts[match.index]!, ends[end - 1]!];
  });
}
