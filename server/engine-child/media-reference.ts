import type { MessageHandle } from '../contract/content.ts';

/** The message a file is of, where `reference` is one that an engine with a child process wrote. */
export function readReference(reference: string | undefined): MessageHandle | undefined {
  if (reference === undefined) return undefined;
  try {
    const read = JSON.parse(reference) as { chat?: unknown; messageId?: unknown } | null;
    return read && typeof read.chat === 'string' && typeof read.messageId === 'string'
      ? (read as MessageHandle)
      : undefined;
  } catch {
    return undefined;
  }
}
