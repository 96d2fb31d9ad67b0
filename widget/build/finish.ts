import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { version } from './version.ts';

/** The folders a loader is published under, from the one that moves most to the one that never does. */
export const channels = [
  `v${version.split('.')[0]}`,
  `v${version.split('.').slice(0, 2).join('.')}`,
  `v${version}`,
];

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

/** Builds what stands around the app, then the loader around that; copies pages; writes `manifest.json`. */
export async function finish({
  root,
  outDir,
  app,
}: {
  root: string;
  outDir: string;
  app: string;
}): Promise<void> {
  const entries = { app, ...(await buildAround(root, outDir, app)) };
  await buildAdmin(root, outDir);
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    define: { __EMBED__: JSON.stringify(entries.embed), __VERSION__: JSON.stringify(version) },
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
  // The same bytes under three names: only the exact one may be pinned with `integrity`.
  for (const channel of channels.slice(1)) {
    await mkdir(join(outDir, channel), { recursive: true });
    await cp(join(outDir, 'v1/loader.js'), join(outDir, channel, 'loader.js'));
  }
  await cp(join(root, 'host'), join(outDir, 'host'), { recursive: true });
  await cp(join(root, 'developers'), join(outDir, 'developers'), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  });
  await cp(join(root, 'npm'), join(outDir, 'npm'), {
    recursive: true,
    filter: (path) => !/\.test\./.test(path),
  });
  const names = (await readdir(outDir, { recursive: true }))
    .filter((name) => /\.(js|css|html|svg)$/.test(name))
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
  // What this exact version needs for as long as somebody has it pinned.
  const assets = files.map(({ path }) => path).filter((path) => path.startsWith('assets/'));
  await writeFile(join(outDir, `v${version}`, 'files.json'), `${JSON.stringify(assets)}\n`);
  const loader = files.find(({ path }) => path === `v${version}/loader.js`)!;
  const manifest = { version, ...entries, loader: { path: loader.path, integrity: loader.sri }, files };
  await writeFile(join(outDir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * The page's side, the frame and the developers' pages: a build of its own, so that nothing they share with each other
 * pulls the app apart into several files. They bring the app in by its name.
 */
async function buildAround(
  root: string,
  outDir: string,
  app: string,
): Promise<{ embed: string; frame: string }> {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    define: { __APP__: JSON.stringify(app), __VERSION__: JSON.stringify(version) },
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      cssTarget,
      reportCompressedSize: false,
      // A library has no helper around its imports.
      lib: {
        entry: {
          embed: join(root, 'embed/embed.ts'),
          frame: join(root, 'embed/frame.ts'),
          'developers-embed': join(root, 'developers/embed-page.ts'),
          'developers-doctor': join(root, 'developers/doctor-page.ts'),
        },
        formats: ['es'],
      },
      rollupOptions: {
        output: {
          minify: true,
          entryFileNames: ({ name }) =>
            name.startsWith('developers-') ? `developers/${name.slice(11)}.js` : 'assets/[name]-[hash].js',
          chunkFileNames: 'assets/[name]-[hash].js',
        },
      },
    },
  });
  const files = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const nameOf = (name: string): string =>
    files.find((file) => file.type === 'chunk' && file.isEntry && file.name === name)!.fileName;
  return { embed: nameOf('embed'), frame: nameOf('frame') };
}

/** The admin page and the page for a phone's owner: a build of its own, each part of the page a chunk. */
async function buildAdmin(root: string, outDir: string): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      cssTarget,
      modulePreload: false,
      reportCompressedSize: false,
      lib: {
        entry: { admin: join(root, 'admin/main.tsx'), link: join(root, 'admin/link.tsx') },
        formats: ['es'],
      },
      rollupOptions: {
        output: {
          minify: true,
          entryFileNames: 'admin/[name].js',
          chunkFileNames: 'assets/admin-[name]-[hash].js',
        },
      },
    },
  });
  for (const name of ['admin.html', 'link.html', 'css'])
    await cp(join(root, 'admin', name), join(outDir, 'admin', name), { recursive: true });
}
