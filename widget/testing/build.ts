import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

/** The widget as `npm run build` makes it, in a folder of its own that goes away with it. */
export async function buildWidget(): Promise<{ folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'chatdock-widget-'));
  await build({
    configFile: join(import.meta.dirname, '../vite.config.ts'),
    build: { outDir: folder, emptyOutDir: true },
  });
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
