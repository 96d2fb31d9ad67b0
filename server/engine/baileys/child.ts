// The child process of one Session: the library, its socket, and nothing else. It ends when its parent does.
import { say, serveParent } from '../../engine-child/side.ts';
import { answer } from './answer.ts';
import { Life } from './life.ts';
import { toChild, type AskName, type Asks, type CallName, type FromChild, type ToChild } from './protocol.ts';

// The Signal library prints sessions with their keys.
for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) console[name] = () => {};

let life: Life | undefined;
const asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let asks = 0;

function ask<Name extends AskName>(name: Name, args: Asks[Name]['args']): Promise<Asks[Name]['value']> {
  const number = ++asks;
  return new Promise<unknown>((resolve, reject) => {
    asked.set(number, { resolve, reject });
    say<FromChild>({ type: 'ask', ask: number, name, args });
  }) as Promise<Asks[Name]['value']>;
}

serveParent<Extract<ToChild, { type: 'start' | 'told' }>, { name: CallName; args: unknown }>({
  orders: toChild,
  hear: (order) => {
    if (order.type === 'start') {
      life ??= new Life(order, say, ask);
      return life.start();
    }
    const waiting = asked.get(order.ask);
    asked.delete(order.ask);
    if (order.failure === undefined) waiting?.resolve(order.value);
    else waiting?.reject(new Error(order.failure));
  },
  answer: async ({ name, args }, waited) => {
    if (!life) throw new Error('not started');
    return answer(life, name, args, waited);
  },
  flush: () => life?.flush(),
  stop: async () => life?.stop(),
  aliveMs: 5_000,
});
