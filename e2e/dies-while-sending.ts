import { existsSync, readFileSync } from 'node:fs';
import { runHouse } from './harness/run-house.ts';

/**
 * The product, killed by itself at one step of a send, the way a crash or a power cut would: no goodbye. The step stands
 * in the file `DIES`, written while the product runs; without a file it lives. What it leaves undecided is decided after
 * `UNCONFIRMED_MS`.
 */
const file = process.env['DIES']!;
const nextStep = (): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
await runHouse({
  rules: { unconfirmedMs: Number(process.env['UNCONFIRMED_MS']) },
  wrapLive: (session) => {
    const step = nextStep();
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
