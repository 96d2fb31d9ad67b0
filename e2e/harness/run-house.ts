import { mkdirSync } from 'node:fs';
import { compose, type ComposeOptions } from '../../server/compose.ts';
import { readConfig, type Config } from '../../server/config.ts';
import { createLog } from '../../server/log.ts';

/** `server/main.ts` for a house with something put between its parts; says what `readBanner` reads. */
export async function runHouse(
  options: Omit<ComposeOptions, 'config' | 'log'>,
  change: Partial<Config> = {},
): Promise<void> {
  const config = { ...readConfig(process.env), ...change };
  mkdirSync(config.dataFolder, { recursive: true });
  const house = await compose({ ...options, config, log: createLog('silent') });
  process.stdout.write(`\n  Address  ${house.url}\n`);
  if (house.sandboxUrl) process.stdout.write(`  Sandbox phone  ${house.sandboxUrl}\n`);
  if (house.firstSignIn) {
    process.stdout.write(
      `  Sign in as  ${house.firstSignIn.email}\n  Password  ${house.firstSignIn.password}\n`,
    );
  }
  process.stdout.write(`  Data  ${config.dataFolder}\n\n`);
  process.once('SIGTERM', () => void house[Symbol.asyncDispose]().then(() => process.exit(0)));
}
