import type { ChangedRows } from '../../../server/contract/wire.ts';

/** Rows that come closer together than this, ms, are shown together. */
const closeMs = 50;

/**
 * The first row is shown at once, what comes right behind it together: a hundred Messages a second are twenty pictures, not
 * a hundred. Rows may wait in any order, their numbers sort them out.
 */
export class Gather implements Disposable {
  #put: (inboxId: number, rows: ChangedRows) => void;
  #waiting = new Map<number, ChangedRows[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(put: (inboxId: number, rows: ChangedRows) => void) {
    this.#put = put;
  }

  add(inboxId: number, rows: ChangedRows): void {
    if (this.#timer === undefined) {
      this.#put(inboxId, rows);
      this.#rest();
      return;
    }
    const waiting = this.#waiting.get(inboxId);
    if (waiting) waiting.push(rows);
    else this.#waiting.set(inboxId, [rows]);
  }

  /** Shows what waits, now. */
  flush(): void {
    const all = Array.from(this.#waiting);
    this.#waiting.clear();
    for (const [inboxId, list] of all) this.#put(inboxId, together(list));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #rest(ms = closeMs): void {
    const due = performance.now() + ms;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#waiting.size) return;
      this.flush();
      // A page that was too busy to be on time is given as much longer to draw.
      this.#rest(closeMs + Math.min(400, Math.max(0, performance.now() - due)));
    }, ms);
  }
}

function together(list: readonly ChangedRows[]): ChangedRows {
  const inbox = newest(list.flatMap((rows) => rows.inbox ?? []))[0];
  const sessions = list.flatMap(({ session }) => (session ? [session] : []));
  return {
    chats: newest(list.flatMap(({ chats }) => chats)),
    messages: newest(list.flatMap(({ messages }) => messages)),
    contacts: newest(list.flatMap(({ contacts }) => contacts)),
    notes: newest(list.flatMap(({ notes }) => notes)),
    session: sessions.toSorted((a, b) => a.seq - b.seq).at(-1) ?? null,
    ...(inbox && { inbox }),
  };
}

/** Of each row the newest; the order stays. */
function newest<Row extends { id: number; seq: number }>(rows: readonly Row[]): Row[] {
  const byId = new Map<number, Row>();
  for (const row of rows) if ((byId.get(row.id)?.seq ?? -1) < row.seq) byId.set(row.id, row);
  return Array.from(byId.values());
}
