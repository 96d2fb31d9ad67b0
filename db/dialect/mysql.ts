import { MysqlDialect, type Dialect, type MysqlPool } from 'kysely';
import { packingPool } from './mysql-packets.ts';

/**
 * `url`: `mysql://user:password@host:port/database`. Every connection runs READ COMMITTED (no gap locks) in UTC with
 * strict mode, and without FOUND_ROWS, so that affectedRows tells what changed. Several statements may travel in one packet:
 * see {@link packingPool}, which lets no text through that holds a second one. The driver is read with the first query: a
 * house on SQLite never needs it.
 */
export function mysqlDialect(url: string, options: { connections?: number } = {}): Dialect {
  return new MysqlDialect({ pool: () => openPool(url, options.connections ?? 10) });
}

async function openPool(url: string, connectionLimit: number): Promise<MysqlPool> {
  const { createPool } = await import('mysql2');
  const pool = createPool({
    uri: url,
    connectionLimit,
    waitForConnections: true,
    queueLimit: 500,
    connectTimeout: 5_000,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    flags: ['-FOUND_ROWS'],
    supportBigNumbers: true,
    enableKeepAlive: true,
    maxPreparedStatements: 200,
    multipleStatements: true,
  });
  pool.on('connection', (connection) => {
    connection.query(
      "set session transaction isolation level read committed, sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 5",
      () => undefined,
    );
  });
  return packingPool(pool as unknown as MysqlPool);
}
