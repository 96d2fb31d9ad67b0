import type { MysqlPool, MysqlPoolConnection, MysqlQueryResult } from 'kysely';

type Done = (error: unknown, result: MysqlQueryResult) => void;

/** Begins a text of several statements, its count following: only `db/together.ts` writes it. */
export const togetherMark = '/*together ';
/** Begins a statement whose answer nobody waits for: it travels with the next one. Only `db/together.ts` writes it. */
export const laterMark = '/*later*/';
/** Begins a large statement of which there are few texts: it is prepared, where nothing is to travel with it. */
export const preparedMark = '/*prepared*/';

/**
 * Who wants to know what a {@link laterMark} statement did once it has travelled, by the very array of its values: only
 * `db/together.ts` writes it.
 */
export const toldLater = new WeakMap<readonly unknown[], (result: MysqlQueryResult) => void>();

const ok: MysqlQueryResult = { insertId: 0, affectedRows: 0, changedRows: 0 };

type Preparing = MysqlPoolConnection & {
  execute: (sql: string, values: readonly unknown[], done: Done) => unknown;
};

/**
 * A pool whose connections put `begin` and what is marked {@link laterMark} into one packet with the statement that
 * follows. MySQL answers a packet's statements in order and stops at the first that fails, so a `commit` behind a failed
 * statement does not happen, and what failed is told as the failure of the one that was waited for.
 */
export function packingPool(pool: MysqlPool): MysqlPool {
  const packing = new WeakMap<MysqlPoolConnection, MysqlPoolConnection>();
  return {
    getConnection: (callback) =>
      pool.getConnection((error, connection) => {
        if (error) return callback(error, connection);
        let known = packing.get(connection);
        if (!known) packing.set(connection, (known = packingConnection(connection)));
        callback(undefined, known);
      }),
    end: (callback) => pool.end(callback),
  };
}

function packingConnection(connection: MysqlPoolConnection): MysqlPoolConnection {
  let held: { sql: string; parameters: readonly unknown[] }[] = [];

  function query(
    text: string,
    parameters: readonly unknown[],
    done?: Done,
  ): ReturnType<MysqlPoolConnection['query']> | undefined {
    if (!done) return connection.query(oneStatement(text), parameters);
    const finish = text === 'commit' || text === 'rollback';
    if (text === 'begin' || text.startsWith(laterMark)) {
      held.push({ sql: oneStatement(text), parameters });
      process.nextTick(done, undefined, ok);
      return undefined;
    }
    if (held.length === 0 && text.startsWith(preparedMark)) {
      (connection as Preparing).execute(oneStatement(text), parameters, done);
      return undefined;
    }
    const before = held;
    held = [];
    if (finish && before[0]?.sql === 'begin' && (text === 'rollback' || before.length === 1)) {
      // Nothing was ever sent.
      process.nextTick(done, undefined, ok);
      return undefined;
    }
    const sent = text === 'rollback' ? [] : before;
    const sql = [...sent.map((one) => one.sql), statements(text)].join('; ');
    const values = sent.length === 0 ? parameters : [...sent.flatMap((one) => one.parameters), ...parameters];
    if (text === 'rollback') {
      connection.query(sql, values, (error) => {
        // A connection that cannot roll back is not used again; its transaction ends with it.
        if (error) connection.destroy();
        done(undefined, ok);
      });
      return undefined;
    }
    if (sent.length === 0) return connection.query(sql, values, done);
    connection.query(sql, values, (error, results) => {
      if (error) return done(error, results);
      const all = results as unknown as MysqlQueryResult[];
      for (const [n, one] of sent.entries()) toldLater.get(one.parameters)?.(all[n]!);
      const rest = all.slice(sent.length);
      done(undefined, rest.length === 1 ? rest[0]! : (rest as unknown as MysqlQueryResult));
    });
    return undefined;
  }

  return {
    get config() {
      return connection.config;
    },
    get threadId() {
      return connection.threadId;
    },
    connect: (callback) => connection.connect(callback),
    destroy: () => connection.destroy(),
    release: () => {
      held = [];
      connection.release();
    },
    query: query as MysqlPoolConnection['query'],
  };
}

/** Values travel apart from the text until the driver has quoted them: a semicolon in the text is none of ours. */
function oneStatement(text: string): string {
  if (text.includes(';')) throw new Error('two statements in one text');
  return text;
}

function statements(text: string): string {
  if (!text.startsWith(togetherMark)) return oneStatement(text);
  const count = Number.parseInt(text.slice(togetherMark.length), 10);
  if (text.split(';').length !== count) throw new Error(`not ${count} statements`);
  return text;
}
