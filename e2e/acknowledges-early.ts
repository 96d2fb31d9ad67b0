import { mkdirSync } from 'node:fs';
import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';
import { createLog } from '../server/log.ts';

/**
 * The product with one promise broken on purpose: webhooks are answered before they are committed. The kill -9 test
 * runs against it to show that it would notice.
 */
const config = readConfig(process.env);
mkdirSync(config.dataFolder, { recursive: true });
const house = await compose({
  config,
  log: createLog('silent'),
  wrapReceive: (receive) => async (inboxId, events, source) => {
    setTimeout(() => void receive(inboxId, events, source).catch(() => undefined), 50);
  },
});
process.stdout.write(`\n  Address  ${house.url}\n`);
if (house.firstSignIn) {
  process.stdout.write(
    `  Sign in as  ${house.firstSignIn.email}\n  Password  ${house.firstSignIn.password}\n`,
  );
}
process.stdout.write(`  Data  ${config.dataFolder}\n\n`);
