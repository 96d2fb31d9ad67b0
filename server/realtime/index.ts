import type { Server } from 'node:http';
import { channels, type Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import { realm } from '../contract/topic.ts';
import type { Position } from '../contract/wire.ts';
import type { Log } from '../log.ts';
import { Feed, feedDefaults, type FeedLimits } from './feed.ts';
import { Gate, type Principal } from './gate.ts';
import { Heads } from './heads.ts';
import { SignInWatch } from './sign-in-watch.ts';
import { SocketDoor, socketDefaults, type SocketLimits } from './transport/ws.ts';
import { Broker } from './wamp/broker.ts';
import type { BrokerLimits } from './wamp/session.ts';

export { redeemWith } from './admission.ts';
export type { Principal } from './gate.ts';
export { Heads } from './heads.ts';

export interface RealtimeOptions {
  /** Sockets come in by its `upgrade` event, on `/ws` and `/wss`. */
  server: Server;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** Takes a one-time ticket out of circulation; `undefined`: unknown, used or older than 60 s. */
  redeemTicket(ticket: string): Promise<Principal | undefined>;
  /** Own origin, or on the list of the Principal's Organisation. Not asked for `null` and a missing Origin. */
  originAllowed(origin: string, principal: Principal): Promise<boolean> | boolean;
  /** The WhatsApp Address of a Chat, for the topic `WhatsApp`. */
  chatAddress(inboxId: number, chatId: number): Promise<string | null | undefined>;
  /** The Chat that has this Address among others, for the same. */
  chatOfAddress(inboxId: number, address: Address): Promise<number | undefined>;
  /** The Inbox's counter as the database has it; `undefined` if there is no such Inbox. */
  headOf(inboxId: number): Promise<Position | undefined>;
  /** Asked once a minute for each sign-in with open sockets, and counts as its use; false: it has ended. */
  touch?(agentSessionId: string): Promise<boolean>;
  /** Proxies in front that add X-Forwarded-For. Default 0: the header is not looked at. */
  trustedProxies?: number;
  limits?: RealtimeLimits;
}

export interface RealtimeLimits {
  sockets?: Partial<SocketLimits>;
  broker?: Partial<BrokerLimits>;
  feed?: Partial<FeedLimits>;
}

export interface RealtimeCounters {
  sockets: number;
  /** Upgrades refused, for whatever reason. */
  refused: number;
  sessions: number;
  subscriptions: number;
  /** Events handed to sockets. */
  events: number;
  /** Sockets cut off because they did not read. */
  droppedSlow: number;
  /** Pushes that went out without their rows. */
  hints: number;
  /** Pushes that the topic `WhatsApp` skipped. */
  skippedEspo: number;
}

export interface Realtime extends AsyncDisposable {
  /** Highest seq heard of, by Inbox: the fast path of an empty poll. */
  readonly heads: Heads;
  /** Somebody listens to what happens in this Inbox. */
  isHeard(inboxId: number): boolean;
  counters(): RealtimeCounters;
}

/** Opens the door for sockets on `server` and feeds them from the bus. Dispose of it before closing the server. */
export function createRealtime(options: RealtimeOptions): Realtime {
  const { server, bus, clock, redeemTicket, originAllowed, chatAddress, chatOfAddress, headOf } = options;
  const log = options.log.child({ room: 'realtime' });
  const heads = new Heads();
  const gate = new Gate({ redeemTicket, originAllowed, clock });
  const broker = new Broker<Principal>({
    realm,
    agent: 'Chatdock',
    authorise: (principal, topic, match) => gate.authorise(principal, topic, match),
    identify: (principal) => ({ authid: String(principal.agentId), authrole: principal.role }),
    delay: (ms, signal) => clock.delay(ms, signal),
    onFault: (error) => log.error({ err: error }, 'the authoriser failed'),
    ...(options.limits?.broker && { limits: options.limits.broker }),
  });
  const feed = new Feed<Principal>({
    bus,
    clock,
    log,
    heads,
    outlet: broker,
    mayRead: (principal, inboxId) => gate.mayRead(principal, inboxId),
    chatAddress,
    chatOfAddress,
    headOf,
    limits: { ...feedDefaults, ...options.limits?.feed },
  });
  const door = new SocketDoor({
    server,
    clock,
    log,
    limits: { ...socketDefaults, ...options.limits?.sockets },
    trustedProxies: options.trustedProxies ?? 0,
    admit: (ticket, origin, enter) => gate.admit(ticket, origin, enter),
    attach: (peer, version, { principal, isTicket }) =>
      broker.attach({ peer, version, user: principal, isTicket }),
  });
  const { touch } = options;
  const watch =
    touch &&
    new SignInWatch({
      clock,
      log,
      everyMs: 60_000,
      users: () => broker.users(),
      touch: (signIn) => touch(signIn),
      end: (signIn) => void broker.end(({ agentSessionId }) => agentSessionId === signIn, 'not-signed-in'),
    });
  const unsubscribe = bus.subscribe(channels.signedOut, (payload) => {
    const which = gate.signedOut(payload);
    if (!which) return log.error('a sign-out notice that cannot be read');
    const ended = broker.end(which, 'not-signed-in');
    if (ended > 0) log.info({ ended }, 'sockets of ended sign-ins closed');
  });
  // They come again at once, and hear what they may hear now.
  const unpermitted = bus.subscribe(channels.permitted, (payload) => {
    const { organisationId, everyone } = (payload ?? {}) as { organisationId?: unknown; everyone?: unknown };
    const changed = broker.end(
      (user) => (everyone === true || user.role === 'agent') && user.organisationId === organisationId,
      'restart',
    );
    if (changed > 0) log.info({ changed }, 'sockets closed: other Inboxes may be seen now');
  });
  return {
    heads,
    isHeard: (inboxId) => feed.isHeard(inboxId),
    counters: () => ({ ...door.counters, ...broker.counters, ...feed.counters }),
    async [Symbol.asyncDispose]() {
      unsubscribe();
      unpermitted();
      await watch?.[Symbol.asyncDispose]();
      await door[Symbol.asyncDispose]();
      await feed[Symbol.asyncDispose]();
    },
  };
}
