import type { Plugin } from 'vite';

/** What several chunks of later share is part of the first open if it is at most this long, characters. */
const small = 1_200;

/**
 * All the app needs at once in one file. Left to itself the bundler gives what the app and the chunks of later have in
 * common (Preact, signals, the texts) files of their own as soon as one of those chunks needs nothing else of the app:
 * two more requests before anything is seen. The same for a chunk of later: a few lines that it shares with another would be
 * a file that is asked for only when the chunk is there.
 */
export function firstOpen(): Plugin {
  const needed = new Set<string>();
  return {
    name: 'chatdock-first-open',
    buildEnd() {
      needed.clear();
      const reach = (id: string, into: Set<string>): void => {
        if (needed.has(id) || into.has(id)) return;
        into.add(id);
        this.getModuleInfo(id)?.importedIds.forEach((one) => reach(one, into));
      };
      const all = [...this.getModuleIds()];
      const first = new Set<string>();
      for (const id of all) if (this.getModuleInfo(id)?.isEntry) reach(id, first);
      for (const id of first) needed.add(id);
      const chunksWith = new Map<string, number>();
      for (const id of all) {
        if (!this.getModuleInfo(id)?.dynamicImporters.length) continue;
        const later = new Set<string>();
        reach(id, later);
        for (const one of later) chunksWith.set(one, (chunksWith.get(one) ?? 0) + 1);
      }
      for (const [id, count] of chunksWith)
        if (count > 1 && (this.getModuleInfo(id)?.code?.length ?? Infinity) <= small) needed.add(id);
    },
    outputOptions: (options) => ({
      ...options,
      codeSplitting: { groups: [{ name: 'app', test: (id) => needed.has(id) }] },
    }),
  };
}

/**
 * The bundler wraps every `import()` into 3 KB that preload what the chunk imports, by elements a strict policy refuses. Ours
 * import only the app, which is there.
 */
export function plainImports(): Plugin {
  return {
    name: 'chatdock-plain-imports',
    enforce: 'pre',
    load: (id) =>
      id.includes('vite/preload-helper') ? 'export const __vitePreload = (load) => load();' : null,
  };
}
