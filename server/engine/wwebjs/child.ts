// The child process of one Session: the library, its browser, and nothing else. It ends when its parent does.
import { say, serveParent } from '../../engine-child/side.ts';
import { answer } from './answer.ts';
import { Live } from './live.ts';
import { toChild, type CallName, type StartOrder } from './protocol.ts';

let live: Live | undefined;

serveParent<StartOrder, { name: CallName; args: unknown }>({
  orders: toChild,
  hear: (order) => {
    live ??= new Live(order, say);
    live.start();
  },
  answer: async ({ name, args }, waited) => {
    if (!live) throw new Error('not started');
    return answer(live, name, args, waited);
  },
  flush: () => live?.flush(),
  stop: async () => live?.stop(),
  aliveMs: 10_000,
});
