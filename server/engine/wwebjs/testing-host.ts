// A server reduced to one Session, for the test that kills it: `testing-host.ts <folder> <browser arguments…>`.
import { engine } from './index.ts';
import { shellBrowser } from './testing.ts';

const [directory = '', ...browserArguments] = process.argv.slice(2);
const browser = shellBrowser();
const silent = (): void => {};
engine
  .createSession({
    inboxId: 1,
    directory,
    upstream: { name: 'sandbox', browserArguments },
    ...(browser ? { browser } : {}),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    emit: (events) => {
      for (const event of events)
        if (event.kind === 'session-state' && event.report.state === 'pairing') process.send?.('pairing');
    },
  })
  .connect();
