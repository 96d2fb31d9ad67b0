import type { Clock } from '../clock.ts';

/** Waits for `work`, at most `ms`: true when it has ended (also badly), false when the patience has. */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  const done = new AbortController();
  const ended = work.then(
    () => true,
    () => true,
  );
  const result = await Promise.race([ended, clock.delay(ms, done.signal).then(() => false)]);
  done.abort();
  return result;
}
