import SQLite from 'better-sqlite3';
import mysql from 'mysql2/promise';

/** What a rival needs of a database. Statements are prepared once; a write is on the disk when its promise resolves. */
export interface Store {
  first(sql: string, values: readonly Value[]): Promise<unknown>;
  all(sql: string, values: readonly Value[]): Promise<unknown[]>;
  run(sql: string, values: readonly Value[]): Promise<void>;
  /** The id the database gave. */
  insert(sql: string, values: readonly Value[]): Promise<number>;
  /** Not prepared: `begin`, `commit`. */
  plain(sql: string): Promise<void>;
}
type Value = string | number | null;

const tables = (id: string): string[] => [
  `create table whats_app_message (id ${id}, message_id varchar(191) not null unique, chat_id varchar(100) not null,
     from_me int not null, body text not null, status varchar(20) not null, timestamp bigint not null)`,
  'create index whats_app_message_chat on whats_app_message (chat_id, timestamp)',
  `create table whats_app_chat (id ${id}, chat_id varchar(100) not null unique, last_body text not null,
     last_at bigint not null, unread int not null)`,
];

/** Makes the tables too: the database must be empty. `sqlite:<file>` or `mysql://…`, with the product's own settings. */
export async function openStore(url: string): Promise<Store> {
  const store = connectStore(url);
  const id = url.startsWith('sqlite:')
    ? 'integer primary key autoincrement'
    : 'bigint primary key auto_increment';
  for (const sql of tables(id)) await store.plain(sql);
  return store;
}

/** The database as it is, such as one of the product's. `connections`: 1 where statements follow each other. */
export function connectStore(url: string, connections = 10): Store {
  return url.startsWith('sqlite:')
    ? connectSqlite(url.slice('sqlite:'.length))
    : connectMysql(url, connections);
}

function connectMysql(uri: string, connectionLimit: number): Store {
  const pool = mysql.createPool({ uri, connectionLimit, charset: 'utf8mb4_bin', maxPreparedStatements: 200 });
  const execute = async (sql: string, values: readonly Value[]): Promise<unknown> =>
    (await pool.execute(sql, [...values]))[0];
  return {
    first: async (sql, values) => ((await execute(sql, values)) as unknown[])[0],
    all: async (sql, values) => (await execute(sql, values)) as unknown[],
    run: async (sql, values) => void (await execute(sql, values)),
    insert: async (sql, values) => ((await execute(sql, values)) as { insertId: number }).insertId,
    plain: async (sql) => void (await pool.query(sql)),
  };
}

function connectSqlite(file: string): Store {
  const database = new SQLite(file, { timeout: 5_000 });
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('cache_size = -32000');
  database.pragma('wal_autocheckpoint = 4000');
  const prepared = new Map<string, SQLite.Statement>();
  const statement = (sql: string): SQLite.Statement => {
    let found = prepared.get(sql);
    if (!found) prepared.set(sql, (found = database.prepare(sql)));
    return found;
  };
  return {
    first: async (sql, values) => statement(sql).get(...values),
    all: async (sql, values) => statement(sql).all(...values),
    run: async (sql, values) => void statement(sql).run(...values),
    insert: async (sql, values) => Number(statement(sql).run(...values).lastInsertRowid),
    plain: async (sql) => void database.exec(sql),
  };
}
