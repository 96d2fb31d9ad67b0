import { CompiledQuery, type Compilable } from 'kysely';
import type { Queryable } from './database.ts';
import { laterMark, togetherMark, toldLater } from './dialect/mysql-packets.ts';
import { takesPackets } from './portable.ts';

type Query<T> = Compilable<T> | CompiledQuery<T>;

/**
 * Questions that do not wait for each other: their rows, in order. On MySQL they travel in one packet. Nothing asked is
 * answered by no rows.
 */
export async function together<T extends readonly unknown[]>(
  db: Queryable,
  questions: readonly [...{ [K in keyof T]: Query<T[K]> | undefined }],
): Promise<{ [K in keyof T]: T[K][] }> {
  const queries = (questions as readonly (Query<unknown> | undefined)[]).filter((one) => one !== undefined);
  const answers: unknown[][] = [];
  if (!takesPackets(db) || queries.length < 2) {
    for (const query of queries) answers.push((await db.executeQuery(query)).rows);
  } else {
    const compiled = queries.map(compile);
    const sql = `${togetherMark}${compiled.length}*/ ${compiled.map((one) => one.sql).join('; ')}`;
    const values = compiled.flatMap((one) => one.parameters);
    answers.push(...((await db.executeQuery(CompiledQuery.raw(sql, values))).rows as unknown[][]));
  }
  const all = questions.map((one) => (one === undefined ? [] : answers.shift()));
  return all as { [K in keyof T]: T[K][] };
}

/**
 * A write whose answer nobody needs. On MySQL it travels with the next statement of the transaction, at the latest with
 * its commit, and fails as that one. Outside a transaction it is done at once.
 */
export async function later(db: Queryable, query: Query<unknown>): Promise<void> {
  if (!db.isTransaction || !takesPackets(db)) {
    await db.executeQuery(query);
    return;
  }
  const { sql, parameters } = compile(query);
  await db.executeQuery(CompiledQuery.raw(laterMark + sql, [...parameters]));
}

/**
 * An insert that travels as {@link later} does, where statements travel in packets: within a transaction on MySQL. `told`
 * is called with the first id the database gave, when it has answered: at the latest before the commit is.
 */
export async function laterInsert(
  db: Queryable,
  query: Query<unknown>,
  told: (firstId: number) => void,
): Promise<void> {
  if (!db.isTransaction || !takesPackets(db)) throw new Error('nothing travels later here');
  const { sql, parameters } = compile(query);
  const raw = CompiledQuery.raw(laterMark + sql, [...parameters]);
  toldLater.set(raw.parameters, (result) => {
    if ('insertId' in result) told(Number(result.insertId));
  });
  await db.executeQuery(raw);
}

function compile(query: Query<unknown>): CompiledQuery<unknown> {
  return 'compile' in query ? query.compile() : query;
}
