import { pino } from 'pino';
import type { Database } from '../../db/database.ts';
import { insertInbox } from '../../db/query/inbox.ts';
import { MemoryBus } from '../bus/memory.ts';
import { channels } from '../bus/bus.ts';
import { ManualClock } from '../clock.ts';
import { toAddress, type Address } from '../contract/address.ts';
import type { MessageEvent } from '../contract/engine-event.ts';
import { noCapabilities, type Capabilities } from '../contract/capability.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { Push } from '../contract/wire.ts';
import type { EngineSession, SendRequest } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import type { ChatRoom, Scope } from './chat-room.ts';
import type { Shows } from './admit.ts';
import { createChatRoom } from './index.ts';
import type { Rules } from './merge.ts';

/** For this room's tests: a room on a database, with a clock to turn and a list of what was published. */
export interface TestRoom extends AsyncDisposable {
  room: ChatRoom;
  clock: ManualClock;
  bus: MemoryBus;
  pushes: Push[];
  logged: string[];
  log: Log;
  db: Database;
}

export const testCapabilities: Capabilities = {
  ...noCapabilities,
  maxTextLength: 65_536,
  history: true,
  linkPreviews: true,
};

export function openTestRoom(
  db: Database,
  options: { rules?: Partial<Rules>; clock?: ManualClock; shows?: Shows } = {},
): TestRoom {
  const clock = options.clock ?? new ManualClock();
  const bus = new MemoryBus();
  const pushes: Push[] = [];
  const logged: string[] = [];
  bus.subscribe(channels.push, (push) => pushes.push(push as Push));
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const capabilitiesOf = (engine: string): Capabilities =>
    engine === 'none' ? noCapabilities : { ...testCapabilities, chosenMessageId: engine === 'chooses ids' };
  const room = createChatRoom({
    db,
    bus,
    clock,
    log,
    capabilitiesOf,
    ...(options.rules && { rules: options.rules }),
    ...(options.shows && { shows: options.shows }),
  });
  return {
    room,
    clock,
    bus,
    pushes,
    logged,
    log,
    db,
    [Symbol.asyncDispose]: async () => {
      await room[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}

export const scope: Scope = { organisationId: 7, agentId: 1 };

export function newInbox(db: Database, engine = 'test'): Promise<number> {
  return insertInbox(db, {
    organisationId: scope.organisationId,
    name: 'Shop',
    engine,
    upstream: 'sandbox',
    at: 1_795_000_000_000,
  });
}

export function address(text: string): Address {
  const found = toAddress(text);
  if (!found) throw new Error(`${text} is no address`);
  return found;
}

export const anna = address('393331234567@c.us');
export const annaLid = address('98765432109876@lid');
export const bob = address('79161234567@c.us');
export const group = address('120363000000000001@g.us');

/** Midnight before the test clock's start: messages of tests are not in its future. */
export const start = 1_794_999_000_000;

let counter = 0;
export function textEvent(event: Partial<MessageEvent> = {}): MessageEvent {
  counter += 1;
  return {
    kind: 'message',
    messageId: `3EB0${String(counter).padStart(16, '0')}`,
    chat: anna,
    fromMe: false,
    type: 'text',
    body: `text ${counter}`,
    at: start + counter * 1_000,
    origin: 'live',
    ...event,
  };
}

/** An engine that answers when the test says so. */
export class HeldEngine implements EngineSession {
  readonly sends: { request: SendRequest; answer: (outcome: Outcome) => void }[] = [];
  #arrived: (() => void)[] = [];

  connect(): void {}
  send(request: SendRequest): Promise<Outcome> {
    return new Promise((resolve) => {
      this.sends.push({ request, answer: resolve });
      for (const wake of this.#arrived.splice(0)) wake();
    });
  }
  /** The nth send, as soon as it is under way. */
  async sent(n = 1): Promise<{ request: SendRequest; answer: (outcome: Outcome) => void }> {
    while (this.sends.length < n) await new Promise<void>((resolve) => this.#arrived.push(resolve));
    return this.sends[n - 1]!;
  }
  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Resolves as soon as a push has gone out after which `check` holds. */
export async function until(test: TestRoom, check: () => Promise<boolean>): Promise<void> {
  // Listened to before it is looked: what goes out while somebody looks is not missed.
  let next = Promise.withResolvers<void>();
  const end = test.bus.subscribe(channels.push, () => next.resolve());
  try {
    while (!(await check())) {
      await next.promise;
      next = Promise.withResolvers<void>();
    }
  } finally {
    end();
  }
}
