import type { Plugin } from 'vite';

/** What several chunks of later share is part of the first open if it is at most this long, characters. */
const small = 1_200;
/** What is asked for with every opening, right after the app: what it shares with a conversation must not bring that. */
const comfortsEntry = /\/app\/comforts\.ts$/;
/** An open conversation: nearly everybody opens one, and what opens inside of it finds it there. */
const talkEntry = /\/view\/talk\/index\.ts$/;

/**
 * All the app needs at once in one file. Left to itself the bundler gives what the app and the chunks of later have in
 * common (Preact, signals, the texts) files of their own as soon as one of those chunks needs nothing else of the app:
 * two more requests before anything is seen. The same for the chunk of an open conversation, and for a few lines that it
 * shares with another: they would be asked for only when the chunk is there.
 */
export function firstOpen(): Plugin {
  const app = new Set<string>();
  const comforts = new Set<string>();
  const talk = new Set<string>();
  return {
    name: 'chatdock-first-open',
    buildEnd() {
      const all = Array.from(this.getModuleIds(), (id) => this.getModuleInfo(id)!);
      const reach = (id: string, into: Set<string>): Set<string> => {
        if (app.has(id) || into.has(id)) return into;
        into.add(id);
        for (const one of this.getModuleInfo(id)!.importedIds) reach(one, into);
        return into;
      };
      app.clear();
      comforts.clear();
      talk.clear();
      const first = new Set<string>();
      for (const { id, isEntry } of all) if (isEntry) reach(id, first);
      for (const id of first) app.add(id);
      for (const { id } of all) {
        if (comfortsEntry.test(id)) reach(id, comforts);
        if (talkEntry.test(id)) reach(id, talk);
      }
      // How many chunks hold it, of those that may come without a conversation.
      const held = new Map<string, number>();
      for (const { id, dynamicImporters } of all) {
        if (dynamicImporters.every((one) => talk.has(one))) continue;
        for (const one of reach(id, new Set())) held.set(one, (held.get(one) ?? 0) + 1);
      }
      for (const { id, code } of all)
        if ((held.get(id) ?? 0) > 1 && (code?.length ?? Infinity) <= small) app.add(id);
    },
    outputOptions: (options) => ({
      ...options,
      codeSplitting: {
        groups: [
          { name: 'app', test: (id) => app.has(id) },
          { name: 'comforts', test: (id) => comforts.has(id) },
          { name: 'talk', test: (id) => talk.has(id) },
        ],
      },
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
