import { endsOf, longestNumber, numbersIn, shortestEnd } from './numbers.ts';

/**
 * What a word is, for the index and for what is typed: letters and digits without case, accents and width. Scripts that put
 * no blank between words are runs, found by any part of them.
 */
export interface Token {
  kind: 'word' | 'run';
  /** Folded letters. */
  letters: readonly string[];
  /** Of each letter, where what it was folded from begins and ends in the text, in UTF-16 units. */
  starts: readonly number[];
  ends: readonly number[];
}

const letterOrDigit = /[\p{L}\p{N}]/u;
/** Accents, joiners, variation selectors: part of the letter before. */
const attached = /[\p{M}\p{Cf}]/u;
const withoutBlanks =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]/u;
const hangul = /\p{Script=Hangul}/u;
/** Letters that decompose into nothing, though people type them without the stroke. */
const strokes: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ı: 'i',
  æ: 'ae',
  œ: 'oe',
};

/** What one character is: letters of a word or a run, part of the letter before, or between words. */
interface Folded {
  what: Token['kind'] | 'attached' | 'between';
  letters: readonly string[];
}

const between: Folded = { what: 'between', letters: [] };
/** Asking for properties of characters is slow, and a language has few of them. */
const known = new Map<string, Folded>();
const mostKnown = 20_000;

function fold(character: string): Folded {
  let folded = known.get(character);
  if (folded) return folded;
  folded = foldAnew(character);
  if (known.size < mostKnown) known.set(character, folded);
  return folded;
}

function foldAnew(character: string): Folded {
  if (attached.test(character)) return { what: 'attached', letters: [] };
  if (!letterOrDigit.test(character)) return between;
  if (hangul.test(character)) return { what: 'word', letters: [...character.normalize('NFKC')] };
  // Marks go before the case does: an iota below would become a letter.
  const bare = unmarked(unmarked(character).toUpperCase().toLowerCase());
  const letters = [...bare]
    .filter((part) => letterOrDigit.test(part))
    .flatMap((part) => [...(strokes[part] ?? part)]);
  if (letters.length === 0) return between;
  return { what: withoutBlanks.test(letters.join('')) ? 'run' : 'word', letters };
}

const unmarked = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '');

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let open: { kind: Token['kind']; letters: string[]; starts: number[]; ends: number[] } | undefined;
  let place = 0;
  for (const character of text) {
    const start = place;
    place += character.length;
    const { what, letters } = fold(character);
    if (what === 'attached') {
      // Belongs to the letter it stands behind, for showing as for finding.
      if (open) open.ends[open.ends.length - 1] = place;
      continue;
    }
    if (what === 'between') {
      open = undefined;
      continue;
    }
    if (open?.kind !== what) {
      open = { kind: what, letters: [], starts: [], ends: [] };
      tokens.push(open);
    }
    for (const letter of letters) {
      open.letters.push(letter);
      open.starts.push(start);
      open.ends.push(place);
    }
  }
  return tokens;
}

/** A longer one is found by its beginning. */
const longestWord = 40;
/** Of one Message; what lies behind is not found. */
const mostWords = 6_000;

/**
 * What the index keeps of a text: each word once, of runs every two neighbours and the last alone, and of telephone numbers
 * the digits together, from every place on.
 */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const token of tokenize(text)) {
    if (words.size >= mostWords) break;
    if (token.kind === 'word') words.add(token.letters.slice(0, longestWord).join(''));
    else {
      for (let at = 0; at < token.letters.length; at++) words.add(token.letters.slice(at, at + 2).join(''));
    }
  }
  for (const { digits } of numbersIn(text)) {
    if (words.size < mostWords) for (const end of endsOf(digits)) words.add(end);
  }
  return [...words];
}

/** What was typed, as the index and the text are asked for it. */
export interface Asked {
  kind: Token['kind'];
  text: string;
  /** Words that begin so; a single letter stands for itself only. */
  prefix: boolean;
}

const mostAsked = 8;

export function askedOf(typed: string): Asked[] {
  const numbers = numbersIn(typed).filter(
    ({ hasPlus, groups, digits }) => (hasPlus || groups > 1) && digits.length <= longestNumber,
  );
  const tokens = tokenize(typed)
    .filter(({ starts }) => !numbers.some(({ places }) => places.includes(starts[0]!)))
    .slice(0, mostAsked);
  const last = tokens.at(-1);
  // Somebody is in the middle of the next word: one letter of it tells nothing yet.
  if (
    tokens.length > 1 &&
    last?.kind === 'word' &&
    /^\p{L}$/u.test(last.letters.join('')) &&
    !/\s$/.test(typed)
  )
    tokens.pop();
  const asked: Asked[] = tokens.map(({ kind, letters }) => ({
    kind,
    text: letters.slice(0, longestWord).join(''),
    prefix: kind === 'word' && letters.length > 1,
  }));
  // A number is asked for as one, in whatever groups it was typed and written.
  asked.push(...numbers.map(({ digits }) => ({ kind: 'word' as const, text: digits, prefix: true })));
  return [...new Map(asked.map((one) => [`${one.kind} ${one.text}`, one])).values()];
}

export function termsOf(asked: readonly Asked[]): { word: string; prefix: boolean }[] {
  return asked.flatMap(({ kind, text, prefix }) => {
    if (kind === 'word') return [{ word: text, prefix }];
    const letters = [...text];
    if (letters.length === 1) return [{ word: text, prefix: true }];
    return letters.slice(1).map((letter, at) => ({ word: `${letters[at]!}${letter}`, prefix: false }));
  });
}

/**
 * Where the texts have what was asked, for each in UTF-16 units, in order and apart; undefined unless all of it is there,
 * in one text or another.
 */
export function highlight(
  texts: readonly string[],
  asked: readonly Asked[],
): [number, number][][] | undefined {
  const tokens = texts.map((text) => tokenize(text));
  const found: [number, number][][] = texts.map(() => []);
  for (const one of asked) {
    let isThere = false;
    for (const [n, text] of texts.entries()) {
      const places = placesIn(text, tokens[n]!, one);
      if (places.length > 0) isThere = true;
      found[n]!.push(...places);
    }
    if (!isThere) return undefined;
  }
  return found.map(joined);
}

function placesIn(text: string, tokens: readonly Token[], asked: Asked): [number, number][] {
  const found: [number, number][] = [];
  const wanted = [...asked.text];
  for (const { kind, letters, starts, ends } of tokens) {
    if (kind !== asked.kind || letters.length < wanted.length) continue;
    if (kind === 'word' && !asked.prefix && letters.length !== wanted.length) continue;
    const lastStart = kind === 'word' ? 0 : letters.length - wanted.length;
    for (let at = 0; at <= lastStart; at++) {
      if (wanted.every((letter, n) => letters[at + n] === letter))
        found.push([starts[at]!, ends[at + wanted.length - 1]!]);
    }
  }
  if (asked.kind === 'word' && asked.prefix && /^\d+$/.test(asked.text)) {
    for (const { digits, places } of numbersIn(text)) {
      for (let at = digits.indexOf(asked.text); at >= 0; at = digits.indexOf(asked.text, at + 1)) {
        if (digits.length - at >= shortestEnd) found.push([places[at]!, places[at + wanted.length - 1]! + 1]);
      }
    }
  }
  return found;
}

function joined(ranges: [number, number][]): [number, number][] {
  const apart: [number, number][] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = apart.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else apart.push([start, end]);
  }
  return apart;
}

const snippetLength = 180;
const lead = 40;

/** The part of a text around what was found first, in one line, with the places counted from its own beginning. */
export function snippetOf(
  text: string,
  places: readonly [number, number][],
): { snippet: string; highlights: [number, number][] } {
  const first = places[0]?.[0] ?? 0;
  let from = 0;
  if (first > lead + 20) {
    from = first - lead;
    const blank = text.slice(from, first).search(/\s/);
    if (blank >= 0) from += blank + 1;
    if (isLow(text, from)) from += 1;
  }
  let to = Math.min(text.length, from + snippetLength);
  if (isLow(text, to)) to -= 1;
  const head = from > 0 ? '…' : '';
  const shift = head.length - from;
  return {
    snippet: `${head}${text.slice(from, to).replaceAll(/[\r\n\t\u2028\u2029]/g, ' ')}${to < text.length ? '…' : ''}`,
    highlights: places
      .filter(([start]) => start >= from && start < to)
      .map(([start, end]) => [start + shift, Math.min(end, to) + shift]),
  };
}

/** The second half of a pair: no text begins or ends there. */
function isLow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff;
}
