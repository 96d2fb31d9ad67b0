import { readdir, readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';

const folder = new URL('./page/', import.meta.url);

let made: Promise<Map<string, string>> | undefined;
/**
 * The page's own scripts by path, as browsers take them: the same files with their types blanked out. Made once, for the
 * first browser that asks.
 */
export const pageModules = (): Promise<Map<string, string>> => (made ??= make());

async function make(): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const texts = await Promise.all(
    names.map(async (name) => strip(await readFile(new URL(name, folder), 'utf8'))),
  );
  return new Map(names.map((name, index) => [`/page/${name}`, texts[index] ?? '']));
}

/** Types out, lines and columns kept. */
export const strip = (source: string): string => stripTypeScriptTypes(source, { mode: 'strip' });
