import { signal } from '@preact/signals';
import type { Entry } from '../../model/entry.ts';
import { fullTime } from '../../text/dates.ts';
import type { Model } from '../../model/model.ts';
import { writerName } from './names.ts';

/** Messages chosen to be dealt with at once, by id; null: none are being chosen. */
export const chosen = signal<ReadonlyMap<number, Entry> | null>(null);

/** As many as are dealt with at once. */
export const mostChosen = 100;

export function isChoosable(entry: Entry): boolean {
  return (
    entry.id > 0 && !entry.outgoing && !entry.note && entry.type !== 'system' && entry.revokedAt === null
  );
}

export function turnChosen(entry: Entry): void {
  const next = new Map(chosen.peek());
  if (!next.delete(entry.id) && next.size < mostChosen) next.set(entry.id, entry);
  chosen.value = next;
}

/** In the order they were written. */
export function inOrder(entries: ReadonlyMap<number, Entry>): Entry[] {
  return Array.from(entries.values()).toSorted((a, b) => a.at - b.at || a.id - b.id);
}

/** As WhatsApp copies several: who, when, what. */
export function asText(model: Model, entries: readonly Entry[]): string {
  const [only] = entries;
  if (only && entries.length === 1) return only.body;
  return entries
    .filter(({ body }) => body)
    .map((entry) => `[${fullTime(entry.at)}] ${writerName(model, entry)}: ${entry.body}`)
    .join('\n');
}
