export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, ms));
    signal?.addEventListener('abort', end, { once: true });
  });
}

/** Asks again and again until there is something. Rejects when `signal` aborts. */
export async function until<T>(signal: AbortSignal, ask: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    // Twenty numbers ask, and the product counts what one sign-in asks for.
    await pause(1_500, signal);
  }
}
