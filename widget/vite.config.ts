import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { cssTarget, finish } from './build/finish.ts';
import { firstOpen, plainImports } from './build/first-open.ts';
import { textSize } from './build/text-size.ts';
import { keepReleases, type Kept } from './build/keep-releases.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

/** After the app: the loader (which must know a hashed name), pages, the list of files, and releases of before. */
function theRest(): Plugin {
  let app = '';
  let kept: Kept;
  let outDir = '';
  return {
    name: 'chatdock-the-rest',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    async buildStart() {
      kept = await keepReleases(outDir);
    },
    writeBundle(_, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'chunk' && file.isEntry) app = file.fileName;
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler() {
        await finish({ root, outDir, app });
        await kept.putBack();
      },
    },
  };
}

export default defineConfig({
  root,
  logLevel: 'warn',
  // Chunks find each other beside themselves, so the server may live under any prefix.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/widget',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget,
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: {
      input: { app: fileURLToPath(new URL('./app/main.tsx', import.meta.url)) },
      // The chunks that come later take what they share from the app itself, not from a third file.
      preserveEntrySignatures: 'allow-extension',
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  plugins: [textSize(), plainImports(), firstOpen(), theRest()],
});
