import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

/**
 * The widget as `npm run build` makes it, in a folder of its own that goes away with it. `npm test` has built it already
 * and says where.
 */
export async function buildWidget(): Promise<{ folder: string } & AsyncDisposable> {
  const built = process.env['CHATDOCK_TEST_WIDGET'];
  if (built) return { folder: built, [Symbol.asyncDispose]: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'chatdock-widget-'));
  // The test runner's NODE_ENV would make another widget than the one that is delivered: JSX and libraries for developers.
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      configFile: join(import.meta.dirname, '../vite.config.ts'),
      build: { outDir: folder, emptyOutDir: true },
    });
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = NODE_ENV;
  }
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
