import { afterAll, afterEach } from 'vitest';

/**
 * What several tests are tried on, since making it takes longer than each of them: made by the first that asks, ended
 * after the last. A test that fails takes it along, so that neither the next one nor its own second attempt finds what it
 * left. So each test has to hold on what was just made as well as on what others have used. Called in a file or a
 * `describe`; `make` puts what has to end into `owned` as soon as it is there.
 */
export function shared<T>(make: (owned: AsyncDisposableStack) => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  let owned = new AsyncDisposableStack();
  const end = async (): Promise<void> => {
    const last = owned;
    owned = new AsyncDisposableStack();
    made = undefined;
    await last.disposeAsync();
  };
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await end();
  });
  afterAll(end);
  return () => (made ??= make(owned));
}
