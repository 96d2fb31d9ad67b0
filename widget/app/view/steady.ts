import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** ms that an order is kept after the pointer or a key last moved in the list. */
export const steadyMs = 2_500;

interface Row {
  id: number;
}

/**
 * The rows as they stood, while somebody is about to press one: what has moved up meanwhile, or is new, waits below its
 * old place. `kept` null: as they are.
 */
export function steady<R extends Row>(
  rows: readonly R[],
  kept: readonly number[] | null,
): { rows: readonly R[]; moved: number } {
  if (!kept) return { rows, moved: 0 };
  const byId = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(kept);
  const held = kept.map((id) => byId.get(id)).filter((row) => row !== undefined);
  // Pages read meanwhile lie behind; what is new above waits.
  const lastKept = rows.findLastIndex((row) => known.has(row.id));
  const fresh = rows.filter((row, at) => !known.has(row.id) && at < lastKept).length;
  const behind = rows.filter((row, at) => !known.has(row.id) && at > lastKept);
  const places = new Map(held.map((row, at) => [row.id, at]));
  const order = rows.map((row) => places.get(row.id)).filter((at) => at !== undefined);
  const moved = order.length - longestRun(order);
  return { rows: [...held, ...behind], moved: moved + fresh };
}

/** How many of these can stay where they are: the length of the longest rising run, neighbours or not. */
function longestRun(places: readonly number[]): number {
  const ends: number[] = [];
  for (const place of places) {
    let from = 0;
    let to = ends.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (ends[middle]! < place) from = middle + 1;
      else to = middle;
    }
    ends[from] = place;
  }
  return ends.length;
}

/** Keeps the order of a list while the pointer or the keyboard is at work in it. `key`: another list is another order. */
export function useSteady<R extends Row>(
  rows: readonly R[],
  key: string,
): { rows: readonly R[]; moved: number; stir: () => void; release: () => void } {
  const kept = useSignal<readonly number[] | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const now = useRef(rows);
  now.current = rows;
  const release = (): void => {
    clearTimeout(timer.current);
    kept.value = null;
  };
  useEffect(() => release, [key]);
  const stir = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(release, steadyMs);
    kept.value ??= now.current.map((row) => row.id);
  };
  return { ...steady(rows, kept.value), stir, release };
}
