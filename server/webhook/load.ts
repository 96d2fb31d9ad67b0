import { readdir } from 'node:fs/promises';
import type { WebhookDialect } from './dialect.ts';

/** Every folder beside this file is a dialect: its index exports `dialect`. */
export async function loadDialects(): Promise<Map<string, WebhookDialect>> {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const dialects = await Promise.all(
    names.map(async (name) => ((await import(`./${name}/index.ts`)) as { dialect: WebhookDialect }).dialect),
  );
  return new Map(dialects.map((dialect) => [dialect.name, dialect]));
}
