import { readdir } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import type { Database } from './database.ts';
import type { Schema } from './schema/index.ts';

const folder = new URL('../migrations/', import.meta.url);

/** Reads `migrations/NNNN-name.ts` in order of their numbers. */
export async function readMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-[a-z-]+\.ts$/.test(name)).toSorted();
  const entries = await Promise.all(
    names.map(
      async (name) =>
        [name.replace(/\.ts$/, ''), (await import(new URL(name, folder).href)) as Migration] as const,
    ),
  );
  return Object.fromEntries(entries);
}

/**
 * Brings the database to the newest version (or to `target`) and returns the names of the steps taken. Re-runnable;
 * several processes may call it at once (the migrator takes a lock on MySQL).
 */
export async function migrate(db: Database | Kysely<Schema>, target?: string): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: readMigrations } });
  const { error, results } = target ? await migrator.migrateTo(target) : await migrator.migrateToLatest();
  const failed = results?.find((result) => result.status === 'Error');
  if (error) {
    throw new Error(
      failed ? `Migration ${failed.migrationName} failed` : 'The database could not be migrated',
      {
        cause: error,
      },
    );
  }
  return (results ?? [])
    .filter((result) => result.status === 'Success')
    .map((result) => result.migrationName);
}
