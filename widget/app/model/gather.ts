import type { ChangedRows } from '../../../server/contract/wire.ts';

/** Rows that come closer together than this, ms, are shown together. */
const closeMs = 50;
/** So many Messages are drawn within a twentieth of a second by a machine four times slower than ours. */
const portion = 8;
/** A portion's frame, ms. */
const frameMs = 16;
/** Of more than this only the last are drawn, a screen of them: portions would take longer and show nothing more. */
const tooMany = 48;

/**
 * The first row is shown at once, what comes right behind it together: a hundred Messages a second are twenty pictures, not
 * a hundred. What a slow page has fallen behind with comes in portions, a frame between them, so that keys and clicks are
 * heard. Rows may wait in any order, their numbers sort them out.
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

  /** Shows a portion. True: there is more. */
  #flushSome(): boolean {
    let count = 0;
    for (const list of this.#waiting.values()) for (const { messages } of list) count += messages.length;
    if (count <= portion || count > tooMany) {
      this.flush();
      return false;
    }
    let left = portion;
    for (const [inboxId, list] of Array.from(this.#waiting)) {
      const some: ChangedRows[] = [];
      while (list.length && left > 0) {
        left -= list[0]!.messages.length;
        some.push(list.shift()!);
      }
      if (!list.length) this.#waiting.delete(inboxId);
      if (some.length) this.#put(inboxId, together(some));
    }
    return this.#waiting.size > 0;
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
      if (this.#flushSome()) return this.#rest(frameMs);
      // A page that was too busy to be on time is given as much longer to draw.
      this.#rest(closeMs + Math.min(400, Math.max(0, performance.now() - due)));
    }, ms);
  }
}

function together(list: readonly ChangedRows[]): ChangedRows {
  const sessions = list.flatMap(({ session }) => (session ? [session] : []));
  return {
    chats: newest(list.flatMap(({ chats }) => chats)),
    messages: newest(list.flatMap(({ messages }) => messages)),
    contacts: newest(list.flatMap(({ contacts }) => contacts)),
    notes: newest(list.flatMap(({ notes }) => notes)),
    session: sessions.toSorted((a, b) => a.seq - b.seq).at(-1) ?? null,
  };
}

/** Of each row the newest; the order stays. */
function newest<Row extends { id: number; seq: number }>(rows: readonly Row[]): Row[] {
  const byId = new Map<number, Row>();
  for (const row of rows) if ((byId.get(row.id)?.seq ?? -1) < row.seq) byId.set(row.id, row);
  return Array.from(byId.values());
}
