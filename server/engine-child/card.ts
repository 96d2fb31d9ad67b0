import type { MessageContent } from '../contract/content.ts';
import { limits, line } from '../engine/foreign.ts';

export type Card = NonNullable<MessageContent['cards']>[number];

/** Name and numbers are all that is shown of a card. */
export function readCard(written: unknown, called: unknown): Card | undefined {
  // Folded lines begin with a blank; a photo makes a card long, and comes last.
  const lines = typeof written === 'string' ? written.slice(0, 200_000).replace(/\r?\n[ \t]/g, '') : '';
  const valueOf = (name: string): string | undefined =>
    new RegExp(`^(?:[\\w-]+\\.)?${name}(?:;[^:\\n]*)?:(.*)$`, 'im').exec(lines)?.[1];
  const name = line(unescape(valueOf('FN'))) ?? line(called) ?? line(unescape(valueOf('ORG')));
  const phones = [...lines.matchAll(/^(?:[\w-]+\.)?TEL([^:\n]*):(.*)$/gim)].flatMap(([, rest, dial]) => {
    const waid = /waid=(\d{5,20})/i.exec(rest ?? '')?.[1];
    const dialled = line(dial?.replace(/^tel:/i, ''), 40);
    if (waid && !/^(?:\+|00)/.test(dialled ?? '')) return [`+${waid}`];
    return dialled && /\d/.test(dialled) ? [dialled] : [];
  });
  if (name === undefined && !phones.length) return undefined;
  return { name: name ?? '', phones: [...new Set(phones)].slice(0, limits.list) };
}
const unescape = (value: string | undefined): string | undefined =>
  value?.replace(/\\([\\,;nN])/g, (_, mark: string) => (mark.toLowerCase() === 'n' ? ' ' : mark));
