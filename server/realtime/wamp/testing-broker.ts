import { Broker } from './broker.ts';
import type { Peer } from './peer.ts';
import type { BrokerLimits } from './session.ts';

/** The other end of a transport that exists in memory only. */
export class Line implements Peer {
  frames: (string | Uint8Array)[] = [];
  ended: { code: number } | 'terminated' | undefined;
  bufferedAmount = 0;
  send(frame: string | Uint8Array): void {
    this.frames.push(frame);
  }
  close(code: number): void {
    this.ended ??= { code };
  }
  terminate(): void {
    this.ended ??= 'terminated';
  }
  get messages(): unknown[][] {
    return this.frames.map((frame) => JSON.parse(Buffer.from(frame).toString()) as unknown[]);
  }
  get last(): unknown[] {
    return this.messages.at(-1) ?? [];
  }
}

/** Time that passes when told to. */
export class Timers {
  #waiting: (() => void)[] = [];
  delay = (_ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.#waiting.push(resolve);
    });
  async pass(): Promise<void> {
    for (const wake of this.#waiting) wake();
    await settle();
  }
}

export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export type Authorise = (user: string, topic: string, match: string) => boolean | Promise<boolean>;

/** A broker with its clients' ends in hand. */
export function house(authorise: Authorise = () => true, limits: Partial<BrokerLimits> = {}) {
  const timers = new Timers();
  const faults: unknown[] = [];
  const broker = new Broker<string>({
    realm: 'r',
    agent: 'test',
    authorise,
    identify: (user) => ({ authid: user, authrole: 'agent' }),
    delay: timers.delay,
    onFault: (error) => faults.push(error),
    limits,
  });
  const attach = (version: 1 | 2, user = 'ann', isTicket?: (ticket: string) => boolean) => {
    const line = new Line();
    const session = broker.attach({ peer: line, version, user, ...(isTicket && { isTicket }) });
    return { line, session, say: (...message: unknown[]) => session.receive(JSON.stringify(message)) };
  };
  const join = (user = 'ann') => {
    const client = attach(2, user);
    client.say(1, 'r', { roles: {} });
    client.line.frames = [];
    return client;
  };
  return { broker, timers, faults, attach, join };
}
