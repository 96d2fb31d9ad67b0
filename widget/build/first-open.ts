import type { Plugin } from 'vite';

/**
 * All the app needs at once in one file. Left to itself the bundler gives what the app and the chunks of later have in
 * common (Preact, signals, the texts) files of their own as soon as one of those chunks needs nothing else of the app:
 * two more requests before anything is seen.
 */
export function firstOpen(): Plugin {
  const needed = new Set<string>();
  return {
    name: 'chatdock-first-open',
    buildEnd() {
      needed.clear();
      const entries = [...this.getModuleIds()].filter((id) => this.getModuleInfo(id)?.isEntry);
      for (const reached = entries; reached.length;) {
        const id = reached.pop()!;
        if (needed.has(id)) continue;
        needed.add(id);
        reached.push(...(this.getModuleInfo(id)?.importedIds ?? []));
      }
    },
    outputOptions: (options) => ({
      ...options,
      codeSplitting: { groups: [{ name: 'app', test: (id) => needed.has(id) }] },
    }),
  };
}
