import { signal } from '@preact/signals';

interface Row {
  id: number;
  seq: number;
  mergedInto: number | null;
}

/**
 * Rows by id. A row is kept only if its `seq` is higher than the one there is, so pages, pushes and polls may come in
 * any order and more than once. A tombstone stays (hidden), or an older page could bring its row back.
 */
export class Rows<R extends Row> {
  /** Goes up with every change; read it to depend on the rows. */
  readonly version = signal(0);
  #rows = new Map<number, R>();

  /** Returns the rows that were news. */
  put(rows: readonly R[]): R[] {
    const news = rows.filter((row) => {
      const known = this.#rows.get(row.id);
      if (known && known.seq >= row.seq) return false;
      this.#rows.set(row.id, row);
      return true;
    });
    if (news.length) this.version.value++;
    return news;
  }

  /** The row, or the one it was joined into. */
  get(id: number): R | undefined {
    void this.version.value;
    const row = this.#rows.get(this.resolve(id));
    return row?.mergedInto === null ? row : undefined;
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
    return Array.from(this.#rows.values()).filter((row) => row.mergedInto === null);
  }

  clear(): void {
    this.#rows.clear();
    this.version.value++;
  }
}
