import type { Remembered } from './remembered.ts';
import type { Turn } from './turn.ts';

/** Of each kind, an Inbox. */
const mostRows = 1_000;
/** Of all kinds and Inboxes. */
const mostInAll = 20_000;

/**
 * Spares the turns of a busy Inbox what they would read again and again. Memory alone proves nothing: whoever writes to
 * an Inbox counts its `turns` on under the row lock, so a turn that finds exactly one more than we left behind knows
 * that nobody has written since, in this process or another; any other number and it reads from the database.
 */
export class InboxMemory {
  #inboxes = new Map<number, Remembered>();
  #rows = 0;

  /** What is known to be so in the turn that made `turns` this number; undefined: read. */
  recall(
    inboxId: number,
    turns: number,
    isNext: (left: number, found: number) => boolean,
  ): Remembered | undefined {
    const known = this.#inboxes.get(inboxId);
    return known && isNext(known.turns, turns) ? known : undefined;
  }

  /** After the commit of a turn. */
  keep(turn: Turn, turns: number): void {
    const known = this.#inboxes.get(turn.inboxId);
    // Turns may tell of their commits in another order than they committed; who took none proves nothing.
    if (Number.isNaN(turns) || (known && known.turns >= turns)) return;
    this.forget(turn.inboxId);
    // Rows written past the turn's own are not in it.
    if (turn.bulk) return;
    const before: Omit<Remembered, 'turns'> =
      known?.turns === turns - 1 ? known : { addresses: new Map(), chats: new Map(), contacts: new Map() };
    for (const [value, row] of before.addresses) {
      if (row.contact_id !== null && turn.repointed.has(row.contact_id)) before.addresses.delete(value);
    }
    const next = {
      turns,
      addresses: newest(before.addresses, turn.addresses),
      chats: newest(before.chats, rowsOf(turn.chats)),
      contacts: newest(before.contacts, rowsOf(turn.contacts)),
    };
    this.#inboxes.set(turn.inboxId, next);
    this.#rows += sizeOf(next);
    for (const inboxId of this.#inboxes.keys()) {
      if (this.#rows <= mostInAll) break;
      this.forget(inboxId);
    }
  }

  /** Its history is another one now. */
  forget(inboxId: number): void {
    const known = this.#inboxes.get(inboxId);
    if (!known) return;
    this.#inboxes.delete(inboxId);
    this.#rows -= sizeOf(known);
  }
}

function sizeOf({ addresses, chats, contacts }: Remembered): number {
  return addresses.size + chats.size + contacts.size;
}

function* rowsOf<T>(states: ReadonlyMap<number, { now: T }>): Iterable<[number, T]> {
  for (const [id, { now }] of states) yield [id, now];
}

/** Puts the later rows behind the earlier ones and lets the longest unused go. */
function newest<K, T>(rows: Map<K, T>, later: Iterable<[K, T]>): Map<K, T> {
  for (const [key, row] of later) {
    rows.delete(key);
    rows.set(key, row);
  }
  for (const key of rows.keys()) {
    if (rows.size <= mostRows) break;
    rows.delete(key);
  }
  return rows;
}
