import type { MessageRow } from '../../../db/query/message.ts';
import type { MatchedIn } from '../../contract/search.ts';
import { readContent } from '../content.ts';
import { mayHaveFile } from '../wire-rows.ts';
import { highlight, snippetOf, wordsOf, type Asked } from './words.ts';

/** Something of a Message that people read, and may look for. */
export interface Part {
  kind: MatchedIn;
  text: string;
}

/** Between the options of a poll, the people on a card: no letter, so no word goes across it. */
const between = ' · ';

/** All that is looked for in a Message; nothing of one that was taken back or folded into another. */
export function partsOf(row: MessageRow, fileName: string | undefined): Part[] {
  if (row.revoked_at !== null || row.merged_into !== null) return [];
  const content = readContent(row.content);
  const parts: Part[] = [];
  const add = (kind: MatchedIn, texts: readonly (string | undefined)[]): void => {
    const told = texts.filter((text) => text !== undefined && text !== '');
    if (told.length > 0) parts.push({ kind, text: told.join(between) });
  };
  add('poll', [content?.poll?.question, ...(content?.poll?.options ?? [])]);
  add(
    'card',
    (content?.cards ?? []).map((card) => [card.name, ...card.phones].join(' ')),
  );
  add('place', [content?.location?.name, content?.location?.address]);
  add('invitation', [content?.invitation?.name, content?.invitation?.text]);
  add('file', [fileName]);
  // Some sources repeat the question, or the name, as the text.
  if (!parts.some(({ text }) => text.startsWith(row.body) || row.body === ''))
    parts.unshift({ kind: mayHaveFile(row) ? 'caption' : 'text', text: row.body });
  return parts.filter(({ text }) => text !== '');
}

export function wordsOfParts(parts: readonly Part[]): string[] {
  const [only, ...others] = parts;
  if (!only) return [];
  return others.length === 0 ? wordsOf(only.text) : [...new Set(parts.flatMap(({ text }) => wordsOf(text)))];
}

export interface Match {
  matched: MatchedIn[];
  snippet: string;
  highlights: [number, number][];
}

/** Where the parts have what was asked, shown by the first that has any of it; undefined unless all of it is there. */
export function matchOf(parts: readonly Part[], asked: readonly Asked[]): Match | undefined {
  const places = highlight(
    parts.map(({ text }) => text),
    asked,
  );
  const first = places?.findIndex((of) => of.length > 0) ?? -1;
  if (!places || first < 0) return undefined;
  return {
    matched: parts.flatMap(({ kind }, n) => (places[n]!.length > 0 ? [kind] : [])),
    ...snippetOf(parts[first]!.text, places[first]!),
  };
}
