import { sql, type RawBuilder } from 'kysely';

/** `%text%` with the wildcards of LIKE taken literally, on both databases. */
export function likePattern(text: string): RawBuilder<string> {
  return sql<string>`${`%${text.replace(/[!%_]/g, '!$&')}%`} escape '!'`;
}
