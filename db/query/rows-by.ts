import { CompiledQuery, type Selectable } from 'kysely';
import { padded, placesOf } from '../each.ts';
import type { Schema } from '../schema/index.ts';

type Value = number | string;
type Column<T extends keyof Schema> = keyof Schema[T] & string;

const texts = new Map<string, string>();

/**
 * The rows of a table by the values of a column, as a finished text, one of few, each prepared once: to prepare one
 * costs SQLite more than to answer it, and a tree of query nodes as much again. At least one value.
 */
export function rowsBy<T extends keyof Schema & string>(
  table: T,
  column: Column<T>,
  values: readonly Value[],
  more: { within?: [Column<T>, Value]; order?: readonly Column<T>[] } = {},
): CompiledQuery<Selectable<Schema[T]>> {
  const list = padded(values);
  const key = `${table} ${column} ${list.length} ${more.within?.[0] ?? ''} ${more.order?.join() ?? ''}`;
  let text = texts.get(key);
  if (text === undefined) {
    const within = more.within ? `\`${more.within[0]}\` = ? and ` : '';
    const order = more.order ? ` order by ${more.order.map((name) => `\`${name}\``).join(', ')}` : '';
    text = `select * from \`${table}\` where ${within}\`${column}\` in ${placesOf(list)}${order}`;
    texts.set(key, text);
  }
  return CompiledQuery.raw(text, more.within ? [more.within[1], ...list] : list) as CompiledQuery<
    Selectable<Schema[T]>
  >;
}
