import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { capabilities } from '../contract/capability.ts';
import type { Engine } from './engine.ts';

/**
 * Every folder beside this file that has an index is an Engine; its index exports `engine`, named like the folder.
 * Throws with the folder's name when one does not keep to the port.
 */
export async function loadEngines(): Promise<Map<string, Engine>> {
  const engines = new Map<string, Engine>();
  const here = import.meta.dirname;
  const folders = (await readdir(here, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  for (const { name } of folders.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const index = join(here, name, 'index.ts');
    if (!existsSync(index)) continue;
    const module = (await import(pathToFileURL(index).href)) as { engine?: unknown };
    engines.set(name, readEngine(name, module.engine));
  }
  return engines;
}

/** Checks what a folder exports; the message names what is wrong. */
export function readEngine(folder: string, exported: unknown): Engine {
  const engine = exported as Partial<Engine> | undefined;
  if (typeof engine?.createSession !== 'function')
    throw new Error(`engine ${folder}: index exports no engine`);
  if (engine.name !== folder) throw new Error(`engine ${folder}: it calls itself ${String(engine.name)}`);
  const read = capabilities.safeParse(engine.capabilities);
  if (!read.success) throw new Error(`engine ${folder}: capabilities: ${read.error.message}`);
  return engine as Engine;
}
