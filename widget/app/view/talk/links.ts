import { find as findLinkified } from 'linkifyjs';
import type { Message } from '../../../../server/contract/wire.ts';
import { findLinks, type Finder, type Found } from '../format.ts';

/** Links of every kind, bare and international domains too, and the people a Message names. */
export function finderFor(mentions: Message['mentions']): Finder {
  return (text) => {
    const found: Found[] = [];
    // Longer ones first: "Anna" must not eat the beginning of "Anna Bianchi".
    for (const { digits, name } of mentions.toSorted((a, b) => b.digits.length - a.digits.length)) {
      if (!digits || !name) continue;
      const mark = `@${digits}`;
      for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) {
        if (/\d/.test(text[at + mark.length] ?? '')) continue;
        if (found.some((other) => at >= other.start && at < other.end)) continue;
        found.push({ start: at, end: at + mark.length, mention: name });
      }
    }
    const isFree = ({ start, end }: Found): boolean =>
      found.every((other) => end <= other.start || start >= other.end);
    for (const { start, end, href } of findLinkified(text, { defaultProtocol: 'https' })) {
      if (/^(?:https?|mailto):/i.test(href) && isFree({ start, end })) found.push({ start, end, href });
    }
    for (const one of findLinks(text)) if (one.href?.startsWith('tel:') && isFree(one)) found.push(one);
    return found.toSorted((a, b) => a.start - b.start);
  };
}
