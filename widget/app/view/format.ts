/** A piece of a message's text. The pieces joined give the text back, marks included. */
export interface Piece {
  text: string;
  /** A formatting mark (`*`, `_`, `~`, ``` ` ```): part of the text, not shown. */
  isMark?: true;
  bold?: true;
  italic?: true;
  strike?: true;
  mono?: true;
  /** http, https, mailto or tel. */
  href?: string;
  /** The person `@digits` stands for. */
  mention?: string;
}

/** A part of a text that is a link or names a person. */
export interface Found {
  start: number;
  end: number;
  href?: string;
  mention?: string;
}
/** Finds links and people in a text without code, in order and without overlaps. */
export type Finder = (text: string) => Found[];

type Style = 'bold' | 'italic' | 'strike';
const styles: Record<string, Style> = { '*': 'bold', _: 'italic', '~': 'strike' };
const link =
  /https?:\/\/[^\s<>"]{1,2048}|www\.[^\s<>"]{1,2048}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|\+\d[\d ()-]{5,18}\d/giu;
const wordCharacter = /[\p{L}\p{N}_]/u;

/**
 * Splits a text by WhatsApp's own formatting: *bold* _italic_ ~strike~ `code` ```code```, and links. One pass each, in
 * time proportional to the length: an unclosed mark is looked for once, never again from every later place.
 */
export function format(text: string, find: Finder = findLinks): Piece[] {
  const pieces: Piece[] = [];
  let plain = 0;
  const flush = (end: number): void => {
    if (end > plain) formatPlain(text.slice(plain, end), pieces, find);
  };
  let noBlock = false;
  let noInline = false;
  for (let at = text.indexOf('`'); at !== -1; at = text.indexOf('`', at)) {
    const isBlock = text.startsWith('```', at);
    const mark = isBlock ? '```' : '`';
    const from = at + mark.length;
    const end = (isBlock ? noBlock : noInline) ? -1 : text.indexOf(mark, from);
    if (end === -1) {
      if (isBlock) noBlock = true;
      else noInline = true;
      at = from;
      if (noBlock && noInline) break;
      continue;
    }
    if (end === from || (!isBlock && text.slice(from, end).includes('\n'))) {
      at = from;
      continue;
    }
    flush(at);
    pieces.push(
      { text: mark, isMark: true },
      { text: text.slice(from, end), mono: true },
      { text: mark, isMark: true },
    );
    at = plain = end + mark.length;
  }
  flush(text.length);
  return pieces;
}

/** Text without code: links stand as they are, marks pair up within a line. */
function formatPlain(text: string, pieces: Piece[], find: Finder): void {
  const links = find(text);
  const marks = pairs(text, links);
  const on: Partial<Record<Style, true>> = {};
  let from = 0;
  let nextLink = 0;
  const put = (end: number): void => {
    while (from < end) {
      const one = links[nextLink];
      if (one && one.start === from) {
        const { start, end, ...what } = one;
        pieces.push({ text: text.slice(start, end), ...what, ...on });
        from = one.end;
        nextLink++;
      } else {
        const stop = Math.min(end, one?.start ?? end);
        pieces.push({ text: text.slice(from, stop), ...on });
        from = stop;
      }
    }
  };
  for (const { at, style, isOpening } of marks) {
    put(at);
    pieces.push({ text: text[at]!, isMark: true });
    from = at + 1;
    if (isOpening) on[style] = true;
    else delete on[style];
  }
  put(text.length);
}

/** http(s), www, mail and +numbers; what an open conversation finds beyond that comes with it. */
export const findLinks: Finder = (text) =>
  Array.from(text.matchAll(link), (match) => toLink(match[0], match.index)).filter(
    (one) => one !== undefined,
  );

function toLink(found: string, start: number): Found | undefined {
  // A sentence's full stop or bracket is not part of the address.
  let length = found.length;
  while (length > 0 && /[.,;:!?'"»”*~]/.test(found[length - 1]!)) length--;
  if (found[length - 1] === ')' && !found.slice(0, length).includes('(')) length--;
  const text = found.slice(0, length);
  if (text.startsWith('+')) return { start, end: start + length, href: `tel:+${text.replace(/\D/g, '')}` };
  if (/^https?:\/\//i.test(text) || /^www\../i.test(text)) {
    const href = /^www/i.test(text) ? `https://${text}` : text;
    return URL.canParse(href) ? { start, end: start + length, href } : undefined;
  }
  return text.includes('@') ? { start, end: start + length, href: `mailto:${text}` } : undefined;
}

interface Mark {
  at: number;
  style: Style;
  isOpening: boolean;
}

function pairs(text: string, links: readonly Found[]): Mark[] {
  const marks: Mark[] = [];
  let open: { at: number; style: Style }[] = [];
  let nextLink = 0;
  for (let at = 0; at < text.length; at++) {
    const one = links[nextLink];
    if (one && at === one.start) {
      at = one.end - 1;
      nextLink++;
      continue;
    }
    const character = text[at]!;
    if (character === '\n') {
      open = [];
      continue;
    }
    const style = styles[character];
    if (!style) continue;
    const before = text[at - 1] ?? ' ';
    const after = text[at + 1] ?? ' ';
    const depth = open.findLastIndex((mark) => mark.style === style);
    if (depth !== -1 && !/\s/.test(before) && at > open[depth]!.at + 1 && !isWord(after)) {
      marks.push({ at: open[depth]!.at, style, isOpening: true }, { at, style, isOpening: false });
      open.length = depth;
    } else if (depth === -1 && !/\s/.test(after) && !isWord(before)) {
      open.push({ at, style });
    }
  }
  return marks.toSorted((a, b) => a.at - b.at);
}

function isWord(character: string): boolean {
  return wordCharacter.test(character) && character !== '_';
}

/** One line without marks, for previews. */
export function plainLine(text: string): string {
  return format(text.slice(0, 300))
    .map((piece) => (piece.isMark ? '' : piece.text))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * An emoji by the rule its sequences are made by. `\p{RGI_Emoji}` is a list of thousands: Chromium took 20 ms to read the
 * pattern and 200 ms to compile it, in the middle of drawing a chat (2026-11-21).
 */
const emoji =
  /(?:\p{RI}{2}|(?!\p{RI})(?:\p{Emoji_Presentation}|\p{Emoji}(?=\uFE0F|\p{EMod}))(?:\p{EMod}|\uFE0F\u20E3?)?(?:[\u{E0020}-\u{E007E}]+\u{E007F})?(?:\u200D\p{Emoji}(?:\p{EMod}|\uFE0F)?)*)/u;
const jumbo = new RegExp(`^(?:${emoji.source}\\s?){1,3}$`, 'u');

/** One to three emoji and nothing else: they are shown large. */
export function isJumbo(text: string): boolean {
  return text.length <= 40 && jumbo.test(text);
}
