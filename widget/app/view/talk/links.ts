import { signal } from '@preact/signals';
import type { find } from 'linkifyjs';
import type { Message } from '../../../../server/contract/wire.ts';
import { findLinks, type Finder, type Found } from '../format.ts';

type FindLinkified = typeof find;

/**
 * Knows every domain there is: 10 KB, and milliseconds to get ready. It comes with the first text that may hold a link; until
 * then only addresses that are written out are found.
 */
export const linkified = signal<FindLinkified | undefined>(undefined);
let isComing = false;

/** Nobody reads as many; a text full of them would hold the page up, each being an element and looked at beside the others. */
const mostFound = 300;

/** A domain has a dot inside, an address an at sign. */
export const mayHoldLink = /\S[.@]\S|:\/\//;

function bring(): void {
  if (isComing) return;
  isComing = true;
  import('linkifyjs').then(
    (linkify) => (linkified.value = linkify.find),
    () => (isComing = false),
  );
}

/** Links of every kind, bare and international domains too, and the people a Message names. */
export function finderFor(
  mentions: Message['mentions'],
  findLinkified: FindLinkified | undefined = linkified.value,
): Finder {
  return (text) => {
    const found: Found[] = [];
    const isFull = (): boolean => found.length >= mostFound;
    // Longer ones first: "Anna" must not eat the beginning of "Anna Bianchi".
    for (const { digits, name } of mentions.toSorted((a, b) => b.digits.length - a.digits.length)) {
      if (!digits || !name) continue;
      const mark = `@${digits}`;
      for (let at = text.indexOf(mark); at !== -1 && !isFull(); at = text.indexOf(mark, at + mark.length)) {
        if (/\d/.test(text[at + mark.length] ?? '')) continue;
        if (found.some((other) => at >= other.start && at < other.end)) continue;
        found.push({ start: at, end: at + mark.length, mention: name });
      }
    }
    const isFree = ({ start, end }: Found): boolean =>
      found.every((other) => end <= other.start || start >= other.end);
    const mayHold = mayHoldLink.test(text);
    if (mayHold && !findLinkified) bring();
    const linked = mayHold ? findLinkified?.(text, { defaultProtocol: 'https' }) : [];
    for (const { start, end, href } of linked ?? []) {
      if (isFull()) break;
      if (/^(?:https?|mailto):/i.test(href) && isFree({ start, end })) found.push({ start, end, href });
    }
    for (const one of isFull() ? [] : findLinks(text)) {
      if (isFull()) break;
      if ((!linked || one.href?.startsWith('tel:')) && isFree(one)) found.push(one);
    }
    return found.toSorted((a, b) => a.start - b.start);
  };
}
