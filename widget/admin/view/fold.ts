import type { SessionChange } from '../read.ts';

/** The same thing, once or several times in a row. */
export interface Fold {
  /** The newest of them: what is shown. */
  change: SessionChange;
  /** ms since 1970 of the oldest. */
  from: number;
  times: number;
}

/** Lines that say the same one after the other become one, as long as nobody loses a detail by it. Newest first. */
export function fold(changes: readonly SessionChange[], dayOf: (at: number) => string): Fold[] {
  const folds: Fold[] = [];
  for (const change of changes) {
    const last = folds.at(-1);
    if (last && saysTheSame(last.change, change) && dayOf(last.from) === dayOf(change.at)) {
      last.from = change.at;
      last.times += 1;
    } else folds.push({ change, from: change.at, times: 1 });
  }
  return folds;
}

function saysTheSame(one: SessionChange, other: SessionChange): boolean {
  return (
    one.event === other.event &&
    one.state === other.state &&
    one.code === other.code &&
    one.detail === other.detail &&
    (one.status ?? null) === (other.status ?? null) &&
    !one.connectedMs === !other.connectedMs
  );
}
