import { dateOf } from './dates.ts';

const quarter = 900_000;

/** The first moment of a date; NaN: it is none. */
export function startOf(date: string): number {
  const midnight = Date.parse(`${date}T00:00Z`);
  if (Number.isNaN(midnight)) return midnight;
  // No zone is further away than 15 hours, and where clocks are put on at midnight the day begins later.
  for (let at = midnight - 15 * 3_600_000; ; at += quarter) if (dateOf(at) >= date) return at;
}
