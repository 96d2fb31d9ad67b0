import type { Message } from '../../../server/contract/wire.ts';
import type { Timeline } from './timeline.ts';

/** Ids of Messages that are remembered as having come in. */
const most = 1_000;
/** Older ones, ms, are no news. */
const newsFor = 120_000;

/** Tells a Message that came from one that only changed, or moved with its Chat. */
export class Arrivals {
  #arrived = new Set<number>();

  /** Of these rows, the ids that were here before. */
  known(rows: readonly Message[], timelines: readonly Timeline[]): ReadonlySet<number> {
    const isKnown = (id: number): boolean =>
      this.#arrived.has(id) || timelines.some((one) => one.rows.get(id) !== undefined);
    return new Set(rows.map((row) => row.id).filter(isKnown));
  }

  /** Of the rows that were news, those that have just come in; they are remembered. */
  fresh(news: readonly Message[], known: ReadonlySet<number>, now: number): Message[] {
    const fresh = news.filter(
      (row) =>
        !row.fromMe &&
        row.mergedInto === null &&
        now - row.at < newsFor &&
        !row.editedAt &&
        !known.has(row.id),
    );
    for (const { id } of fresh) this.#arrived.add(id);
    for (const id of this.#arrived) {
      if (this.#arrived.size <= most) break;
      this.#arrived.delete(id);
    }
    return fresh;
  }

  clear(): void {
    this.#arrived.clear();
  }
}
