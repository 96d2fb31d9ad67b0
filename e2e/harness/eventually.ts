/**
 * Asks again until the answer fits, for at most `ms`; for states that no event of ours tells of. Gives the answer, or
 * throws with the last one.
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  ms = 60_000,
): Promise<T> {
  const until = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > until) throw new Error(`still not so after ${ms} ms: ${JSON.stringify(answer)}`);
    // The API counts its callers' requests: what asks without a breath is refused.
    await new Promise((next) => setTimeout(next, 100));
  }
}
