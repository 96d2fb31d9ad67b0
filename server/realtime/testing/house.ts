import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { channels } from '../../bus/bus.ts';
import { MemoryBus } from '../../bus/memory.ts';
import { ManualClock } from '../../clock.ts';
import type { Push } from '../../contract/wire.ts';
import { createLog } from '../../log.ts';
import { createRealtime, type Principal, type Realtime, type RealtimeLimits } from '../index.ts';

export const ownOrigin = 'https://crm.example.com';
/** Of all Inboxes. */
export const era = 'one';

/** Two Organisations: Inboxes 1 and 2 belong to the first, 3 to the second. */
const inboxesOf: Record<number, number[]> = { 10: [1, 2], 20: [3] };

/** A real HTTP server with the realtime room in it; who signs in and what the database holds are played. */
export class House implements AsyncDisposable {
  readonly bus = new MemoryBus();
  readonly clock = new ManualClock();
  readonly server: Server = createServer((_request, response) => void response.end('no socket'));
  readonly realtime: Realtime;
  /** What the database would say. */
  readonly heads = new Map<number, number>();
  readonly tickets = new Map<string, Principal>();
  /** Sign-ins that have ended without a notice; `?`: the database is away. */
  readonly ended = new Set<string>();
  /** Every line logged. */
  readonly lines: string[] = [];
  /** Set to make the check of a ticket wait. */
  redeeming: Promise<unknown> | undefined;
  #looks = 0;
  #lookers: { count: number; wake: () => void }[] = [];
  #port = 0;
  #last = 0;

  constructor(limits: RealtimeLimits = {}) {
    this.realtime = createRealtime({
      server: this.server,
      bus: this.bus,
      clock: this.clock,
      log: createLog('debug', { write: (line) => void this.lines.push(line) }),
      limits,
      redeemTicket: async (ticket) => {
        this.#looks++;
        for (const { count, wake } of this.#lookers) if (this.#looks >= count) wake();
        const principal = this.tickets.get(ticket);
        this.tickets.delete(ticket);
        await this.redeeming;
        return principal;
      },
      originAllowed: (origin) => origin === ownOrigin,
      chatAddress: async (_inboxId, chatId) => (chatId === 404 ? undefined : `39333000${chatId}@c.us`),
      chatOfAddress: async (_inboxId, address) => Number(/^39333000(\d+)@/.exec(address)?.[1]) || undefined,
      touch: async (agentSessionId) => {
        if (this.ended.has('?')) throw new Error('no database');
        return !this.ended.has(agentSessionId);
      },
      headOf: async (inboxId) => {
        const seq = this.heads.get(inboxId);
        return seq === undefined ? undefined : { seq, era };
      },
    });
  }

  static async open(limits: RealtimeLimits = {}): Promise<House> {
    const house = new House(limits);
    await new Promise<void>((resolve) => house.server.listen(0, '127.0.0.1', resolve));
    house.#port = (house.server.address() as AddressInfo).port;
    return house;
  }

  get port(): number {
    return this.#port;
  }

  /** A fresh ticket of an Agent; the first Organisation's unless said otherwise. */
  ticket(agentId = 1, organisationId = 10): string {
    const ticket = `ticket-${++this.#last}`;
    this.tickets.set(ticket, {
      agentId,
      agentSessionId: `sign-in-of-${agentId}`,
      organisationId,
      role: 'agent',
      inboxIds: async () => inboxesOf[organisationId] ?? [],
    });
    return ticket;
  }

  url(path = '/ws', ticket: string | undefined = this.ticket()): string {
    const name = path === '/wss' ? 'authToken' : 'ticket';
    return `ws://127.0.0.1:${this.#port}${path}?${name}=${ticket}`;
  }

  /** Resolves when `count` tickets have been looked at. */
  looked(count = 1): Promise<void> {
    return new Promise((resolve) => {
      if (this.#looks >= count) resolve();
      else this.#lookers.push({ count, wake: resolve });
    });
  }

  /** Asks for an upgrade by hand. Returns the status of the answer; 101 is hung up at once. */
  knock(path: string, headers: Record<string, string> = {}): Promise<number> {
    return new Promise((resolve, reject) => {
      const asking = request({
        host: '127.0.0.1',
        port: this.#port,
        path,
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          'sec-websocket-protocol': 'wamp.2.json',
          ...headers,
        },
      });
      asking.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asking.on('upgrade', (_response, socket) => {
        socket.destroy();
        resolve(101);
      });
      asking.on('error', reject);
      asking.end();
    });
  }

  push(push: Omit<Push, 'era'>): void {
    this.bus.publish(channels.push, { era, ...push } satisfies Push);
  }

  signOut(notice: { agentId?: number; agentSessionId?: string }): void {
    this.bus.publish(channels.signedOut, notice);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = this.realtime[Symbol.asyncDispose]();
    // Peers that do not answer a good-bye are cut off when the hands have moved.
    while (this.realtime.counters().sockets > 0) await this.clock.advance(1_000);
    await closing;
    await new Promise((resolve) => this.server.close(resolve));
    await this.bus[Symbol.asyncDispose]();
  }
}
