// A server reduced to one Session, for the tests that kill it: `testing-host.ts <engine> <folder> <upstream as JSON>`.
import type { EngineKeys, Upstream } from '../../engine/engine.ts';
import { loadEngines } from '../../engine/load.ts';
import { shellBrowser } from '../../engine/wwebjs/testing.ts';

const [name = '', directory = '', upstream = ''] = process.argv.slice(2);
const engine = (await loadEngines()).get(name);
if (!engine) throw new Error(`no engine ${name}`);
const browser = shellBrowser();
const silent = (): void => {};
/** It is never linked: there is nothing to keep. */
const keys: EngineKeys = {
  read: async () => new Map(),
  write: async () => {},
  prune: async () => {},
  clear: async () => {},
};
engine
  .createSession({
    inboxId: 1,
    directory,
    upstream: JSON.parse(upstream) as Upstream,
    keys,
    ...(browser ? { browser } : {}),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    emit: (events) => {
      for (const event of events)
        if (event.kind === 'session-state' && event.report.state === 'pairing') process.send?.('pairing');
    },
  })
  .connect();
