import { useEffect, useReducer, useRef } from 'preact/hooks';

/** New rows a machine four times slower than ours draws, with all around them, within a twentieth of a second. */
const atOnce = 4;

/**
 * Which of the rows in view are drawn now, where the reader is at the end: those already drawn and a few more, behind them
 * first. Where none is drawn yet, the last few. The others follow frame by frame, unless they are out of sight by then: a
 * hundred Messages a second are not a hundred rows a second, and keys and clicks are heard between. Elsewhere, and at first,
 * all are drawn.
 */
export function fewAtOnce<Row extends { key: unknown }>(
  rows: readonly Row[],
  drawn: ReadonlySet<unknown>,
  isAtEnd: boolean,
): readonly Row[] {
  if (!isAtEnd || !drawn.size) return rows;
  const isDrawn = ({ key }: Row): boolean => drawn.has(key);
  const first = rows.findIndex(isDrawn);
  if (first === -1) return rows.slice(-atOnce);
  const end = Math.min(rows.length, rows.findLastIndex(isDrawn) + 1 + atOnce);
  const left = atOnce - rows.slice(first, end).filter((row) => !isDrawn(row)).length;
  return rows.slice(Math.max(0, first - Math.max(0, left)), end);
}

/** The same from drawing to drawing. */
export function useFewAtOnce<Row extends { key: unknown }>(
  rows: readonly Row[],
  isAtEnd: boolean,
): readonly Row[] {
  const [turn, again] = useReducer((count: number) => count + 1, 0);
  const drawn = useRef<ReadonlySet<unknown>>(new Set());
  const now = fewAtOnce(rows, drawn.current, isAtEnd);
  drawn.current = new Set(now.map(({ key }) => key));
  const isAll = now.length === rows.length;
  // After the frame with those is on the screen.
  useEffect(() => {
    if (!isAll) again(0);
  }, [isAll, turn]);
  return now;
}
