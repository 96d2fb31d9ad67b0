import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { cssTarget, finish } from './build/finish.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

/** After the app: the loader (which must know the app's hashed name), the host pages, the list of files. */
function theRest(): Plugin {
  let app = '';
  let outDir = '';
  return {
    name: 'chatdock-the-rest',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    writeBundle(_, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'chunk' && file.isEntry) app = file.fileName;
    },
    closeBundle: { sequential: true, order: 'post', handler: () => finish({ root, outDir, app }) },
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
  plugins: [theRest()],
});
