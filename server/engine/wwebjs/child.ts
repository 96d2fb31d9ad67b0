// The child process of one Session: the library, its browser, and nothing else. It ends when its parent does.
import { firstLine } from '../trouble.ts';
import { answer } from './answer.ts';
import { Live } from './live.ts';
import { toChild, type FromChild } from './protocol.ts';

let live: Live | undefined;
let ending = false;
const underWay = new Map<number, AbortController>();

function say(what: FromChild): void {
  if (process.connected) process.send?.(what, undefined, undefined, () => {});
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await live?.stop();
  process.exit(0);
}

process.on('message', (raw) => {
  const read = toChild.safeParse(raw);
  if (!read.success) return say({ type: 'log', level: 'error', text: 'unreadable order' });
  const order = read.data;
  if (order.type === 'stop') return void end();
  if (order.type === 'start') {
    live ??= new Live(order, say);
    return live.start();
  }
  if (order.type === 'cancel') return underWay.get(order.call)?.abort();
  const { call, name, args } = order;
  const waited = new AbortController();
  underWay.set(call, waited);
  const asked = live ? answer(live, name, args, waited.signal) : Promise.reject(new Error('not started'));
  return void asked
    .finally(() => underWay.delete(call))
    .then(
      (value) => {
        live?.flush();
        say({ type: 'answer', call, value });
      },
      (error: unknown) => say({ type: 'failure', call, message: firstLine(error) }),
    );
});
process.on('disconnect', () => void end());
process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());
// The library rejects where nobody can catch, for instance when the page loads itself again without a network.
// Whether that means anything is for Live to see.
process.on('unhandledRejection', (error) => say({ type: 'log', level: 'warn', text: firstLine(error) }));
process.on('uncaughtException', (error) => say({ type: 'log', level: 'error', text: firstLine(error) }));
setInterval(() => say({ type: 'alive' }), 10_000).unref();
