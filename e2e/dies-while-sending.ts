import { mkdirSync } from 'node:fs';
import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';
import { createLog } from '../server/log.ts';

/**
 * The product, killed by itself at one step of a send (`DIES`), the way a crash or a power cut would: no goodbye. What
 * it leaves undecided is decided after a second instead of a minute.
 */
const step = process.env['DIES'];
const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
const config = readConfig(process.env);
mkdirSync(config.dataFolder, { recursive: true });
const house = await compose({
  config,
  log: createLog('silent'),
  rules: { unconfirmedMs: 1_000 },
  wrapLive: (session) => {
    // The test kills this one, when the Message is stored and nobody has claimed it.
    if (step === 'before it is claimed') return undefined;
    if (step === undefined) return session;
    return new Proxy(session, {
      get(target, name) {
        if (name !== 'send') {
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async (request: Parameters<typeof session.send>[0]) => {
          if (step === 'before it is sent') return die();
          const sending = target.send(request);
          if (step === 'while it is sent') {
            setImmediate(() => void die());
            return sending;
          }
          await sending;
          return die();
        };
      },
    });
  },
});
process.stdout.write(`\n  Address  ${house.url}\n`);
if (house.firstSignIn) {
  process.stdout.write(
    `  Sign in as  ${house.firstSignIn.email}\n  Password  ${house.firstSignIn.password}\n`,
  );
}
process.stdout.write(`  Data  ${config.dataFolder}\n\n`);
const end = (): void => void house[Symbol.asyncDispose]().then(() => process.exit(0));
process.once('SIGTERM', end);
