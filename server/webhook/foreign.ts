/** Careful readers of foreign JSON: own properties only, nothing thrown, `undefined` for what is not as expected. */
export type Foreign = Readonly<Record<string, unknown>>;

export function record(value: unknown): Foreign | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Foreign)
    : undefined;
}

/** `at(body, 'payload', '_data', 'type')` */
export function at(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const key of path) {
    const object = record(current);
    if (!object || !Object.hasOwn(object, key)) return undefined;
    current = object[key];
  }
  return current;
}

export function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function numberAt(value: unknown, ...path: string[]): number | undefined {
  const found = at(value, ...path);
  if (typeof found === 'number' && Number.isFinite(found)) return found;
  if (typeof found === 'string' && /^\d{1,16}$/.test(found)) return Number(found);
  return undefined;
}

export function flagAt(value: unknown, ...path: string[]): boolean | undefined {
  const found = at(value, ...path);
  return typeof found === 'boolean' ? found : undefined;
}

/** No date is later, ms. */
const lastDay = 8_640_000_000_000_000;

/** WhatsApp's whole seconds as whole milliseconds, of a date that there is. A value that already is in milliseconds is left. */
export function millisecondsAt(value: unknown, ...path: string[]): number | undefined {
  const found = numberAt(value, ...path);
  if (found === undefined || found <= 0) return undefined;
  return Math.min(lastDay, Math.round(found > 100_000_000_000 ? found : found * 1000));
}
