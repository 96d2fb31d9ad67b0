import { boundedLine, limits } from './bounded.ts';

export interface Card {
  name: string;
  phones: string[];
}

const longestCards = 1024 * 1024;

/** The people on contact cards (vCard 2.1 to 4.0), as far as they can be shown: name and numbers. Never throws. */
export function readCards(texts: readonly unknown[]): Card[] {
  const cards: Card[] = [];
  for (const text of texts) {
    if (typeof text !== 'string' || text.length > longestCards) continue;
    for (const lines of cardsOf(text)) {
      if (cards.length === limits.list) return cards;
      const card = readCard(lines);
      if (card) cards.push(card);
    }
  }
  return cards;
}

function readCard(lines: readonly string[]): Card | undefined {
  const names = new Map<string, string>();
  const phones = new Set<string>();
  for (const line of lines) {
    const property = readProperty(line);
    if (!property) continue;
    const { name, value, waid } = property;
    if (name === 'TEL') {
      const phone = phoneOf(value(), waid);
      if (phone && phones.size < limits.list) phones.add(phone);
    } else if (['FN', 'N', 'NICKNAME', 'ORG'].includes(name) && !names.has(name)) {
      names.set(name, name === 'N' || name === 'ORG' ? partsOf(name, value()) : plain(value()));
    }
  }
  const name = ['FN', 'N', 'NICKNAME', 'ORG']
    .map((key) => boundedLine(names.get(key), limits.name))
    .find((found) => found !== undefined);
  if (name === undefined && phones.size === 0) return undefined;
  return { name: name ?? '', phones: [...phones] };
}

interface Property {
  name: string;
  /** Decoded on demand: a photo is long. */
  value(): string;
  /** WhatsApp's own digits of a number. */
  waid: string | undefined;
}

function readProperty(line: string): Property | undefined {
  const colon = line.indexOf(':');
  if (colon < 1) return undefined;
  const [head, ...parameters] = line.slice(0, colon).split(';');
  // `item1.TEL` belongs to a group of properties.
  const name = head!.slice(head!.lastIndexOf('.') + 1).toUpperCase();
  const named = new Map(parameters.map((parameter) => splitAt(parameter, '=')));
  const isQuoted =
    named.get('ENCODING')?.toUpperCase() === 'QUOTED-PRINTABLE' || named.has('QUOTED-PRINTABLE');
  const waid = /^\d{5,20}$/.exec(named.get('WAID') ?? '')?.[0];
  const raw = line.slice(colon + 1);
  return { name, waid, value: () => (isQuoted ? unquote(raw, named.get('CHARSET')) : raw) };
}

function splitAt(text: string, mark: string): [string, string] {
  const place = text.indexOf(mark);
  return place < 0 ? [text.toUpperCase(), ''] : [text.slice(0, place).toUpperCase(), text.slice(place + 1)];
}

/** As written; WhatsApp's digits where it is written the way one dials inside a country. */
function phoneOf(written: string, waid: string | undefined): string | undefined {
  const phone = boundedLine(plain(written).replace(/^tel:/i, ''), 40);
  if (waid !== undefined && !/^(?:\+|00)/.test(phone ?? '')) return `+${waid}`;
  return phone !== undefined && /\d/.test(phone) ? phone : undefined;
}

/** `family;given;more;before;after` as one says it; an organisation with its departments. */
function partsOf(name: string, value: string): string {
  const parts = value.split(/(?<!\\);/).map((part) => plain(part).trim());
  if (name === 'ORG') return parts.filter(Boolean).join(', ');
  const [family, given, more, before, after] = parts;
  return [before, given, more, family, after].filter(Boolean).join(' ');
}

function plain(value: string): string {
  return value.replace(/\\([\\,;:nN])/g, (_, mark: string) => (mark.toLowerCase() === 'n' ? ' ' : mark));
}

function unquote(value: string, charset: string | undefined): string {
  const bytes: number[] = [];
  const source = Buffer.from(value, 'utf8');
  for (let place = 0; place < source.length; place++) {
    const code = source[place] === 0x3d ? hexAt(source, place + 1) : undefined;
    if (code === undefined) bytes.push(source[place]!);
    else {
      bytes.push(code);
      place += 2;
    }
  }
  const isLatin = /^(?:iso-8859-1|latin1|windows-1252)$/i.test(charset ?? '');
  return Buffer.from(bytes).toString(isLatin ? 'latin1' : 'utf8');
}

function hexAt(source: Buffer, place: number): number | undefined {
  const pair = source.toString('latin1', place, place + 2);
  return /^[0-9A-Fa-f]{2}$/.test(pair) ? Number.parseInt(pair, 16) : undefined;
}

/** The whole lines of each card: folded ones put together, quoted-printable ones too. */
function cardsOf(text: string): string[][] {
  const cards: string[][] = [];
  let pieces: string[] = [];
  let current: string[] = [];
  let isQuoted = false;
  let goesOn = false;
  const endLine = (): void => {
    if (pieces.length > 0) current.push(pieces.join(''));
    pieces = [];
  };
  for (const line of text.split(/\r\n|\r|\n/)) {
    const isMore: boolean = goesOn || /^[ \t]/.test(line);
    if (!isMore) {
      endLine();
      if (/^begin:vcard\s*$/i.test(line)) {
        current = [];
        cards.push(current);
        continue;
      }
      isQuoted = /quoted-printable/i.test(line.slice(0, Math.max(0, line.indexOf(':'))));
    }
    const piece: string = isMore && !goesOn ? line.slice(1) : line;
    goesOn = isQuoted && piece.endsWith('=');
    pieces.push(goesOn ? piece.slice(0, -1) : piece);
  }
  endLine();
  if (cards.length === 0 && current.length > 0) cards.push(current);
  return cards;
}
