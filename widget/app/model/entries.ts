import { toEntry, type Entry } from './entry.ts';
import type { Outgoing } from './outbox.ts';

/** Pending texts as Entries; each once, so that what has drawn one need not draw it again. */
const made = new WeakMap<Outgoing, Entry>();
/** The last list made of these rows. */
const lists = new WeakMap<readonly Entry[], { pending: readonly Outgoing[]; list: readonly Entry[] }>();

/** The rows of a Chat and behind them its pending texts. The same rows and texts are the same list. */
export function withPending(
  rows: readonly Entry[],
  pending: readonly Outgoing[],
  chatId: number,
): readonly Entry[] {
  const ours = pending.filter((one) => one.chatId === chatId);
  if (!ours.length) return rows;
  const known = lists.get(rows);
  if (known && known.pending.length === ours.length && known.pending.every((one, at) => one === ours[at]))
    return known.list;
  const sent = new Set(rows.map((row) => row.clientId));
  const list = [...rows, ...ours.filter((one) => !sent.has(one.clientId)).map(entryOf)];
  lists.set(rows, { pending: ours, list });
  return list;
}

function entryOf(outgoing: Outgoing): Entry {
  let entry = made.get(outgoing);
  if (!entry) made.set(outgoing, (entry = toEntry(outgoing)));
  return entry;
}
