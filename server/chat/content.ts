import type { MessageContent } from '../contract/content.ts';

/**
 * Joins what two sources tell of a Message's content, part by part: of two tellings of one part the fuller stays, of two
 * equally full ones the greater. Commutative, associative and idempotent.
 */
export function joinContent(a: MessageContent | null, b: MessageContent | null): MessageContent | null {
  if (a === null || b === null) return a ?? b;
  const joined: Record<string, unknown> = { ...a };
  for (const [part, told] of Object.entries(b)) {
    const known = joined[part];
    if (known === undefined || isFuller(canonical(told), canonical(known))) joined[part] = told;
  }
  return joined;
}

function isFuller(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}

export function readContent(text: string | null): MessageContent | null {
  return text === null ? null : (JSON.parse(text) as MessageContent);
}

/** One spelling for one content, whatever the order its parts were told in; null for an empty one. */
export function writeContent(content: MessageContent | null): string | null {
  return content === null || Object.keys(content).length === 0 ? null : canonical(content);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
