// The child process of one Session: the library, its socket, and nothing else. It ends when its parent does.
import { firstLine } from '../trouble.ts';
import { answer } from './answer.ts';
import { Life } from './life.ts';
import { toChild, type AskName, type Asks, type FromChild } from './protocol.ts';

// The Signal library prints sessions with their keys.
for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) console[name] = () => {};

let life: Life | undefined;
let ending = false;
const underWay = new Map<number, AbortController>();
const asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let asks = 0;

function say(what: FromChild): void {
  if (process.connected) process.send?.(what, undefined, undefined, () => {});
}
function ask<Name extends AskName>(name: Name, args: Asks[Name]['args']): Promise<Asks[Name]['value']> {
  const number = ++asks;
  return new Promise<unknown>((resolve, reject) => {
    asked.set(number, { resolve, reject });
    say({ type: 'ask', ask: number, name, args });
  }) as Promise<Asks[Name]['value']>;
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await life?.stop();
  process.exit(0);
}

process.on('message', (raw) => {
  const read = toChild.safeParse(raw);
  if (!read.success) return say({ type: 'log', level: 'error', text: 'unreadable order' });
  const order = read.data;
  switch (order.type) {
    case 'stop':
      return void end();
    case 'start':
      life ??= new Life(order, say, ask);
      return life.start();
    case 'cancel':
      return underWay.get(order.call)?.abort();
    case 'told': {
      const waiting = asked.get(order.ask);
      asked.delete(order.ask);
      if (order.failure === undefined) waiting?.resolve(order.value);
      else waiting?.reject(new Error(order.failure));
      return undefined;
    }
    default:
  }
  const { call, name, args } = order;
  const waited = new AbortController();
  underWay.set(call, waited);
  const work = life ? answer(life, name, args, waited.signal) : Promise.reject(new Error('not started'));
  return void work
    .finally(() => underWay.delete(call))
    .then(
      async (value) => {
        await life?.flush();
        say({ type: 'answer', call, value });
      },
      (error: unknown) => say({ type: 'failure', call, message: firstLine(error) }),
    );
});
process.on('disconnect', () => void end());
process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());
// The library rejects where nobody can catch, for instance when the socket closes under a query of its own.
process.on('unhandledRejection', (error) => say({ type: 'log', level: 'warn', text: firstLine(error) }));
process.on('uncaughtException', (error) => say({ type: 'log', level: 'error', text: firstLine(error) }));
setInterval(() => say({ type: 'alive' }), 5_000).unref();
