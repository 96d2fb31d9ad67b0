import { flushCompileCache } from 'node:module';
import type { z } from 'zod';
import type { CommonWord } from './protocol.ts';
import { firstLine } from './trouble.ts';

type CommonOrder =
  | { type: 'stop' }
  | { type: 'cancel'; call: number }
  | { type: 'call'; call: number; name: string; args: unknown };

export interface ChildSideOptions<Own extends { type: string }, Call> {
  orders: z.ZodType<Own | CommonOrder>;
  /** Orders of this engine alone. */
  hear(order: Own): void;
  /** Answers one question. `waited`: until nobody waits for it. */
  answer(call: Call, waited: AbortSignal): Promise<unknown>;
  /** Lets out what was told before, ahead of an answer. */
  flush(): Promise<void> | void;
  /** Ends what this process does. */
  stop(): Promise<void>;
  /** It says that it lives so often, ms. */
  aliveMs: number;
}

/** By then a child has loaded all that it needs, ms. */
const keepCompiledMs = 2_000;

/** To the parent; nothing happens when there is none any more. */
export function say<What extends { type: string }>(what: What): void {
  if (process.connected) process.send?.(what, undefined, undefined, () => {});
}

/** The child's half of a ChildLink, for the whole life of its process, which ends when its parent does. */
export function serveParent<Own extends { type: string }, Call extends { name: string; args: unknown }>(
  options: ChildSideOptions<Own, Call>,
): void {
  const { orders, hear, answer, flush, stop, aliveMs } = options;
  const word = (what: CommonWord): void => say(what);
  const underWay = new Map<number, AbortController>();
  let isEnding = false;
  const end = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    await stop();
    process.exit(0);
  };
  process.on('message', (raw) => {
    const read = orders.safeParse(raw);
    if (!read.success) return word({ type: 'log', level: 'error', text: 'unreadable order' });
    const order = read.data;
    if (isOwn(order)) return hear(order);
    if (order.type === 'stop') return void end();
    if (order.type === 'cancel') return underWay.get(order.call)?.abort();
    const { call } = order;
    const waited = new AbortController();
    underWay.set(call, waited);
    return void answer(order as unknown as Call, waited.signal)
      .finally(() => underWay.delete(call))
      .then(
        async (value) => {
          await flush();
          word({ type: 'answer', call, value });
        },
        (error: unknown) => word({ type: 'failure', call, message: firstLine(error) }),
      );
  });
  process.on('disconnect', () => void end());
  process.on('SIGTERM', () => void end());
  process.on('SIGINT', () => void end());
  // Libraries reject where nobody can catch, for instance when a page loads itself again without a network, or a socket
  // closes under a query of its own. Whether that means anything is for the engine to see.
  process.on('unhandledRejection', (error) => word({ type: 'log', level: 'warn', text: firstLine(error) }));
  process.on('uncaughtException', (error) => word({ type: 'log', level: 'error', text: firstLine(error) }));
  // What it has compiled is there for the next one at once: this one may run for weeks, or be killed.
  setTimeout(flushCompileCache, keepCompiledMs).unref();
  setInterval(() => word({ type: 'alive' }), aliveMs).unref();
}

const isOwn = <Own extends { type: string }>(order: Own | CommonOrder): order is Own =>
  !['stop', 'cancel', 'call'].includes(order.type);
