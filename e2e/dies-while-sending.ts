import { runHouse } from './harness/run-house.ts';

/**
 * The product, killed by itself at one step of a send (`DIES`), the way a crash or a power cut would: no goodbye. What
 * it leaves undecided is decided after a second instead of a minute.
 */
const step = process.env['DIES'];
const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
await runHouse({
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
