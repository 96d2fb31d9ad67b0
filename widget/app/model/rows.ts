import { signal } from '@preact/signals';

interface Row {
  id: number;
  seq: number;
  mergedInto: number | null;
}

interface Assumed<R> {
  id: number;
  change: Partial<R>;
  /** The row's `seq` when it was assumed. */
  after: number;
  isSettled: boolean;
}

/**
 * Rows by id. A row is kept only if its `seq` is higher than the one there is, so pages, pushes and polls may come in
 * any order and more than once. A tombstone stays (hidden), or an older page could bring its row back.
 */
export class Rows<R extends Row> {
  /** Goes up with every change; read it to depend on the rows. */
  readonly version = signal(0);
  #rows = new Map<number, R>();
  #assumed: Assumed<R>[] = [];

  /** Returns the rows that were news; `heard` is told of each, with what was known before. */
  put(rows: readonly R[], heard?: (old: R | undefined, row: R) => void): R[] {
    const news = rows.filter((row) => {
      const known = this.#rows.get(row.id);
      if (known && known.seq >= row.seq) return false;
      this.#rows.set(row.id, row);
      heard?.(known, row);
      return true;
    });
    if (news.length) {
      this.#assumed = this.#assumed.filter((one) => !this.#isOver(one));
      this.version.value++;
    }
    return news;
  }

  /**
   * Shows a change before the server has agreed. It ends with the first newer row after `settle`, or with `undo`; so a
   * tick that comes meanwhile does not make the change flicker.
   */
  assume(id: number, change: Partial<R>): { settle(): void; undo(): void } {
    const one: Assumed<R> = { id, change, after: this.#rows.get(id)?.seq ?? 0, isSettled: false };
    const end = (): void => {
      this.#assumed = this.#assumed.filter((other) => other !== one);
      this.version.value++;
    };
    this.#assumed = [...this.#assumed, one];
    this.version.value++;
    return {
      settle: () => {
        one.isSettled = true;
        if (this.#isOver(one)) end();
      },
      undo: end,
    };
  }

  /** The row, or the one it was joined into. */
  get(id: number): R | undefined {
    void this.version.value;
    const row = this.#rows.get(this.resolve(id));
    return row?.mergedInto === null ? this.#shown(row) : undefined;
  }

  /** Follows `mergedInto` to the row that stands. */
  resolve(id: number): number {
    let at = id;
    for (let hops = 0; hops < 16; hops++) {
      const into = this.#rows.get(at)?.mergedInto;
      if (into === null || into === undefined) break;
      at = into;
    }
    return at;
  }

  values(): R[] {
    void this.version.value;
    const standing = Array.from(this.#rows.values()).filter((row) => row.mergedInto === null);
    return this.#assumed.length ? standing.map((row) => this.#shown(row)) : standing;
  }

  #shown(row: R): R {
    const changes = this.#assumed.filter((one) => one.id === row.id).map((one) => one.change);
    return changes.length ? Object.assign({}, row, ...changes) : row;
  }

  #isOver(one: Assumed<R>): boolean {
    return one.isSettled && (this.#rows.get(one.id)?.seq ?? 0) > one.after;
  }

  clear(): void {
    this.#rows.clear();
    this.#assumed = [];
    this.version.value++;
  }
}
