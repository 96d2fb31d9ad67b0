export class TimedOut extends Error {
  override name = 'TimedOut';
}

/** The promise's own end, or TimedOut after `ms`. What loses the race runs on; its late failure is nobody's. */
export function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TimedOut(`${what} took longer than ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
