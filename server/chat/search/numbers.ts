/** A telephone number, or what may be one, in a text: its digits and where they stand. */
export interface NumberIn {
  digits: string;
  /** Of each digit, its place in the text, in UTF-16 units. */
  places: readonly number[];
  /** Written with a plus: surely a telephone number, however much of it is there. */
  hasPlus: boolean;
  groups: number;
}

const fewest = 7;
/** E.164 has no longer ones; what is longer is several, and typed it is asked for group by group. */
export const longestNumber = 15;
/** An end of it this long is still found: people write numbers with and without what stands in front. */
export const shortestEnd = 4;

const spelled = /\+?\d(?:[ \u00a0\u202f\u2011()./-]{0,3}\d){3,39}/g;

/** Digits that are one number, in however many groups: from seven on, or from four behind a plus. */
export function numbersIn(text: string): NumberIn[] {
  const found: NumberIn[] = [];
  for (const match of text.matchAll(spelled)) {
    const places: number[] = [];
    let groups = 0;
    for (let at = match.index; at < match.index + match[0].length; at++) {
      if (!isDigit(text, at)) continue;
      if (!isDigit(text, at - 1)) groups += 1;
      places.push(at);
    }
    const hasPlus = match[0].startsWith('+');
    if (places.length < (hasPlus ? shortestEnd : fewest)) continue;
    found.push({ digits: places.map((at) => text[at]!).join(''), places, hasPlus, groups });
  }
  return found;
}

/** What finds a number: itself, and it without the first digits. */
export function endsOf(digits: string): string[] {
  return Array.from({ length: Math.max(1, digits.length - shortestEnd + 1) }, (_, from) =>
    digits.slice(from, from + longestNumber),
  );
}

/** What was typed is a number and nothing else: its digits, as names of people hold them. */
export function digitsTyped(typed: string): string | undefined {
  if (!/^[\d\s\u202f\u2011+()./-]+$/.test(typed)) return undefined;
  const digits = typed.replaceAll(/\D/g, '');
  return digits.length >= 3 ? digits : undefined;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}
