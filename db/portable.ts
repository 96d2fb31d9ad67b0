import {
  sql,
  type ColumnDefinitionBuilder,
  type CreateTableBuilder,
  type Kysely,
  type RawBuilder,
} from 'kysely';

import { mysqlText } from './dialect/mysql-text.ts';
import { sqliteText } from './dialect/sqlite-text.ts';
import type { TextIndex } from './dialect/text-index.ts';

/** The only dialect ifs outside db/dialect. Everything else is written once for both databases. */
export type DialectName = 'sqlite' | 'mysql';

export function dialectOf(db: Kysely<never> | { getExecutor(): { adapter: object } }): DialectName {
  return db.getExecutor().adapter.constructor.name.toLowerCase().includes('sqlite') ? 'sqlite' : 'mysql';
}

/** A prepared statement for each row costs no round trip. */
export function runsEach(db: Parameters<typeof dialectOf>[0]): boolean {
  return dialectOf(db) === 'sqlite';
}

/** Chats with something unread, in the words of the index `chat_unread`. */
export function isUnreadChat(db: Parameters<typeof dialectOf>[0]): RawBuilder<boolean> {
  return dialectOf(db) === 'sqlite' ? sql`unread > 0` : sql`is_unread = 1`;
}

/** Several statements may travel in one packet; SQLite has no way to shorten. */
export function takesPackets(db: Parameters<typeof dialectOf>[0]): boolean {
  return dialectOf(db) === 'mysql';
}

/** How words are found: FTS5 on SQLite, FULLTEXT on MySQL and MariaDB. */
export function textIndexOf(db: Parameters<typeof dialectOf>[0]): TextIndex {
  return dialectOf(db) === 'sqlite' ? sqliteText : mysqlText;
}

/** Column types and table options that mean the same on both. */
export function columnTypes(dialect: DialectName) {
  const mysql = dialect === 'mysql';
  const raw = (text: string): RawBuilder<never> => sql.raw<never>(text);
  return {
    /** Number given by the database. */
    id: mysql ? raw('bigint unsigned') : ('integer' as const),
    /** Reference, counter or milliseconds. */
    number: mysql ? raw('bigint') : ('integer' as const),
    small: mysql ? raw('tinyint') : ('integer' as const),
    /** Foreign identifiers: case-sensitive, no padding tricks, indexable. */
    key: (length: number) =>
      mysql ? raw(`varchar(${length}) character set ascii collate ascii_bin`) : ('text' as const),
    name: (length: number) => (mysql ? raw(`varchar(${length})`) : ('text' as const)),
    text: mysql ? raw('mediumtext') : ('text' as const),
    bytes: mysql ? raw('mediumblob') : ('blob' as const),
    autoIncrement: (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder =>
      mysql ? column.autoIncrement().primaryKey() : column.primaryKey().autoIncrement(),
    table: <T extends string, C extends string>(
      builder: CreateTableBuilder<T, C>,
    ): CreateTableBuilder<T, C> =>
      mysql
        ? builder.modifyEnd(
            sql`engine=InnoDB default character set utf8mb4 collate utf8mb4_bin row_format=dynamic`,
          )
        : builder,
  };
}

/** Errors after which the same transaction may simply be run again: deadlock, lock wait, busy, and a lost connection. */
export function isRetryable(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === 'ER_LOCK_DEADLOCK' ||
    code === 'ER_LOCK_WAIT_TIMEOUT' ||
    code === 'ER_CHECKREAD' ||
    code.startsWith('SQLITE_BUSY') ||
    code.startsWith('SQLITE_LOCKED')
  );
}

/** The database cannot take anything now (gone, read-only, full): answer 503 and let the caller come again. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  return (
    [
      'ECONNREFUSED',
      'ECONNRESET',
      'EPIPE',
      'ENOENT',
      'ETIMEDOUT',
      'PROTOCOL_CONNECTION_LOST',
      'PROTOCOL_SEQUENCE_TIMEOUT',
      'ER_SERVER_SHUTDOWN',
      'ER_CON_COUNT_ERROR',
      'ER_OPTION_PREVENTS_STATEMENT',
      'ER_READ_ONLY_MODE',
      'ER_RECORD_FILE_FULL',
      'ER_DISK_FULL',
      'ER_NET_READ_ERROR',
      'ER_NET_READ_INTERRUPTED',
      'ER_CONNECTION_KILLED',
      'ER_QUERY_INTERRUPTED',
      'ER_ERROR_ON_WRITE',
    ].includes(code) ||
    code.startsWith('SQLITE_FULL') ||
    code.startsWith('SQLITE_IOERR') ||
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN') ||
    isRetryable(error) ||
    isOfTheWay(error) ||
    (error instanceof Error &&
      /Can't add new command when connection is in closed state|Pool is closed|database connection is not open/i.test(
        error.message,
      ))
  );
}

/**
 * What the operating system, or the driver of the connection as a whole, says: a host that has no name while its container
 * starts again, no way to it, no file left to open. Nothing of it is about what was to be written.
 */
function isOfTheWay(error: unknown): boolean {
  if (error === null || typeof error !== 'object') return false;
  if ('syscall' in error || ('fatal' in error && error.fatal === true)) return true;
  return error instanceof AggregateError && error.errors.some(isOfTheWay);
}

/** The database's own word, and not about the row's content: what it is about may pass, so the row must not be given up. */
export function isDatabaseTrouble(error: unknown): boolean {
  const code = codeOf(error);
  if (!/^(SQLITE_|ER_|PROTOCOL_|WARN_)/.test(code)) return false;
  return !/^(SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE)|ER_(DATA_|WARN_DATA_|TRUNCATED_|BAD_NULL|DUP_ENTRY|NO_DEFAULT|NET_PACKET_TOO_LARGE|INVALID_))/.test(
    code,
  );
}

export function isUniqueViolation(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === 'ER_DUP_ENTRY' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
  );
}

function codeOf(error: unknown): string {
  if (error === null || typeof error !== 'object' || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
