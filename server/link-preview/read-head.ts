import { unescapeText } from './unescape-text.ts';

/** What a page says of itself, as one line each; bounded. */
export interface PageWords {
  title?: string;
  description?: string;
}

const longestTitle = 200;
const longestDescription = 300;
/** What stands inside is text for a program, not for a person, and may hold anything that looks like a tag. */
const opaque = new Set(['script', 'style', 'noscript', 'template', 'textarea', 'iframe', 'svg', 'xmp']);

/**
 * Reads the words of a page's head out of HTML as it is found in the world: open ends, missing quotes, any order. It walks
 * the text once, from left to right, and makes nothing of it but the words; nothing is executed, nothing is followed.
 */
export function readHead(html: string): PageWords {
  const told = new Map<string, string>();
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at)) {
    if (html.startsWith('<!--', at)) {
      at = after(html, '-->', at + 4);
      continue;
    }
    const tag = readTag(html, at);
    if (!tag) {
      at += 1;
      continue;
    }
    at = tag.end;
    const { name } = tag;
    if (name === 'body' || name === '/head') break;
    if (name === 'title') {
      const end = closing(html, name, at);
      if (!told.has(name)) told.set(name, html.slice(at, end));
      at = end;
    } else if (opaque.has(name)) at = closing(html, name, at);
    else if (name === 'meta') {
      const what = (tag.attributes.get('property') ?? tag.attributes.get('name') ?? '').trim().toLowerCase();
      const content = tag.attributes.get('content');
      if (what && content !== undefined && !told.has(`meta ${what}`)) told.set(`meta ${what}`, content);
    }
  }
  const first = (longest: number, ...names: string[]): string | undefined => {
    for (const name of names) {
      const line = oneLine(told.get(name), longest);
      if (line) return line;
    }
    return undefined;
  };
  const title = first(longestTitle, 'meta og:title', 'meta twitter:title', 'title');
  const description = first(
    longestDescription,
    'meta og:description',
    'meta twitter:description',
    'meta description',
  );
  return { ...(title && { title }), ...(description && { description }) };
}

interface Tag {
  /** In small letters, with the '/' of a closing one. */
  name: string;
  attributes: Map<string, string>;
  /** Behind its '>'. */
  end: number;
}

const nameOf = /<(\/?[a-z][a-z0-9:-]{0,20})(?=[\s/>]|$)/iy;
const attribute = /[\s/]*([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/y;
/** A tag with more is none of a head. */
const mostAttributes = 40;

function readTag(html: string, at: number): Tag | undefined {
  nameOf.lastIndex = at;
  const name = nameOf.exec(html)?.[1]?.toLowerCase();
  if (name === undefined) return undefined;
  let end = nameOf.lastIndex;
  const attributes = new Map<string, string>();
  if (name === 'meta') {
    for (let n = 0; n < mostAttributes; n++) {
      attribute.lastIndex = end;
      const found = attribute.exec(html);
      if (!found) break;
      end = attribute.lastIndex;
      const key = found[1]!.toLowerCase();
      if (!attributes.has(key)) attributes.set(key, found[2] ?? found[3] ?? found[4] ?? '');
    }
  }
  return { name, attributes, end: after(html, '>', end) };
}

const after = (html: string, sign: string, from: number): number => {
  const at = html.indexOf(sign, from);
  return at === -1 ? html.length : at + sign.length;
};

/** Where an element ends whose text is not read as HTML. */
function closing(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}(?=[\\s/>]|$)`, 'gi');
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

/** Signs that steer a terminal or turn the direction of what stands after them. */
// oxlint-disable-next-line no-control-regex
const steering = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2060-\u206f\ufeff]/g;

function oneLine(text: string | undefined, longest: number): string | undefined {
  if (text === undefined) return undefined;
  const line = unescapeText(text.slice(0, longest * 12))
    .replace(steering, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= longest) return line.toWellFormed() || undefined;
  // Not inside a character, and where there is one at the end of a word.
  const cut = line.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '');
  const word = cut.lastIndexOf(' ');
  return `${(word > longest / 2 ? cut.slice(0, word) : cut).trimEnd()}…`.toWellFormed();
}
