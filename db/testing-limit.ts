/**
 * For a law that computes: runs that would begin after `ms` say nothing, so a slow machine tries fewer and says nothing
 * wrong by it. Not fast-check's own `interruptAfterTimeLimit`: that leaves a run half done, which then works on a
 * database that is gone. The first run always counts.
 */
export function forAtMost<Told extends unknown[]>(
  ms: number | undefined,
  run: (...told: Told) => Promise<void>,
): (...told: Told) => Promise<void> {
  let until: number | undefined;
  return async (...told) => {
    const isLate = until !== undefined && Date.now() > until;
    until ??= Date.now() + (ms ?? Infinity);
    if (!isLate) await run(...told);
  };
}
