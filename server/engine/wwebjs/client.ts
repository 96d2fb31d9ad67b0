import { Client, NoAuth } from './library.ts';
import { launchArguments } from './browser.ts';
import { repairPage } from './compat.ts';
import type { StartOrder } from './protocol.ts';

export type { Client };
export type Page = NonNullable<Client['pupPage']>;

/** The parts of the library that its types leave out. */
interface Untyped {
  inject(): Promise<void>;
  lastLoggedOut: boolean;
}
export const untyped = (client: Client): Untyped => client as unknown as Untyped;

/** Launching a browser and fetching the page may not take longer. Milliseconds. */
export const launchLimitMs = 30_000;

/**
 * A client whose profile is ours: the library neither chooses the folder nor deletes it. `launched` runs once the
 * browser is there and before it goes anywhere; what it throws ends the start.
 */
export function makeClient(order: StartOrder, launched: () => Promise<void>): Client {
  const profile = new NoAuth();
  profile.afterBrowserInitialized = launched;
  const client = new Client({
    authStrategy: profile,
    webVersionCache: { type: 'none' },
    // The default is a Chrome of 2022 on a Mac, whatever the browser really is.
    userAgent: false as unknown as string,
    evalOnNewDoc: repairPage,
    qrMaxRetries: 0,
    puppeteer: {
      headless: order.browser.shell ? 'shell' : true,
      executablePath: order.browser.path,
      userDataDir: order.profile,
      // A pipe in place of a port: nobody else on the machine can drive this browser, and it ends with us.
      pipe: true,
      timeout: launchLimitMs,
      protocolTimeout: 60_000,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: launchArguments(order.marker, order.arguments, process.getuid?.() === 0),
    },
  });
  // An emitter of errors without a listener would end the process.
  client.on('error' as never, () => {});
  return client;
}
