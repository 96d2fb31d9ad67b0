import { createHash } from 'node:crypto';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** The first browsers with `light-dark()`; older target names would have it rewritten into twice the text. */
export const cssTarget = ['chrome123', 'firefox120', 'safari17.5'];

/** One line of `manifest.json`. */
export interface BuiltFile {
  path: string;
  bytes: number;
  gzip: number;
  /** Subresource integrity. */
  sri: string;
}

/** Builds the loader around the app's name, copies the host pages and writes `manifest.json`. */
export async function finish({
  root,
  outDir,
  app,
}: {
  root: string;
  outDir: string;
  app: string;
}): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    define: { __APP__: JSON.stringify(app) },
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      cssTarget,
      reportCompressedSize: false,
      lib: {
        entry: join(root, 'loader/loader.ts'),
        formats: ['iife'],
        name: 'chatdock',
        fileName: () => 'v1/loader.js',
      },
    },
  });
  await cp(join(root, 'host'), join(outDir, 'host'), { recursive: true });
  const names = (await readdir(outDir, { recursive: true }))
    .filter((name) => /\.(js|css|html)$/.test(name))
    .toSorted();
  const files: BuiltFile[] = [];
  for (const name of names) {
    const content = await readFile(join(outDir, name));
    files.push({
      path: name.replaceAll('\\', '/'),
      bytes: content.length,
      gzip: gzipSync(content, { level: 9 }).length,
      sri: `sha384-${createHash('sha384').update(content).digest('base64')}`,
    });
  }
  await writeFile(join(outDir, 'manifest.json'), `${JSON.stringify({ app, files }, null, 2)}\n`);
}
