import { encodeV1 } from './codec-v1.ts';
import { encodeV2 } from './codec-v2.ts';
import type { Peer } from './peer.ts';
import { SessionV1 } from './session-v1.ts';
import { randomId, SessionV2 } from './session-v2.ts';
import {
  brokerDefaults,
  type BrokerLimits,
  type BrokerOptions,
  type Ending,
  type Hub,
  type Session,
} from './session.ts';
import { Subscriptions } from './subscriptions.ts';

export interface Arrival<User> {
  peer: Peer;
  version: 1 | 2;
  user: User;
  /** Whether a text is the ticket this transport was opened with; absent: the client is never challenged. */
  isTicket?: (ticket: string) => boolean;
}

/** The transport's grip on its Session. */
export interface Attached {
  receive(text: string): void;
  closed(): void;
  end(why: Ending): void;
}

/**
 * Hands what the server publishes to those who listen: WAMP v2 and v1 in one topic space. Clients only listen; their
 * PUBLISH, CALL and REGISTER are refused. Who a transport belongs to has been settled before it is attached.
 */
export class Broker<User> implements Hub<User> {
  readonly options: BrokerOptions<User>;
  readonly limits: BrokerLimits;
  readonly subscriptions = new Subscriptions<Session<User>>();
  #sessions = new Set<Session<User>>();
  #events = 0;
  #droppedSlow = 0;

  constructor(options: BrokerOptions<User>) {
    this.options = options;
    this.limits = { ...brokerDefaults, ...options.limits };
  }

  attach({ peer, version, user, isTicket }: Arrival<User>): Attached {
    const session =
      version === 1 ? new SessionV1<User>(this, peer, user) : new SessionV2<User>(this, peer, user, isTicket);
    if (session.isOpen) this.#sessions.add(session);
    return session;
  }

  /**
   * Sends an event to all who listen to `topic` and whom `permits` lets have it. `argument` is JSON text: the one
   * argument in v2, the payload in v1. It is framed once per subscription and version, not per socket. Returns how
   * many were sent.
   */
  publish(topic: string, argument: string, permits?: (user: User) => boolean): number {
    const publication = randomId();
    let sent = 0;
    for (const subscription of this.subscriptions.matching(topic)) {
      let v1: Uint8Array | undefined;
      let v2: Uint8Array | undefined;
      // A slow member leaves the set while it is being walked, which a Set permits.
      for (const session of subscription.members) {
        if (permits && !permits(session.user)) continue;
        const frame =
          session.version === 1
            ? (v1 ??= Buffer.from(encodeV1.event(topic, argument)))
            : (v2 ??= Buffer.from(
                encodeV2.event(
                  subscription.id,
                  publication,
                  argument,
                  subscription.match === 'exact' ? undefined : topic,
                ),
              ));
        if (session.send(frame)) sent++;
      }
    }
    this.#events += sent;
    return sent;
  }

  /** Topics somebody listens to exactly. */
  topics(): Iterable<string> {
    return this.subscriptions.topics();
  }

  /** Whether somebody listens to `topic` exactly. */
  isHeard(topic: string): boolean {
    return this.subscriptions.find(topic) !== undefined;
  }

  /** The users who listen to `topic` exactly, each once. */
  listeners(topic: string): Set<User> {
    const users = new Set<User>();
    for (const session of this.subscriptions.find(topic)?.members ?? []) users.add(session.user);
    return users;
  }

  /** Whose sessions are open. */
  *users(): Generator<User> {
    for (const { user } of this.#sessions) yield user;
  }

  /** Ends the sessions of all users that `which` names. Returns how many. */
  end(which: (user: User) => boolean, why: Ending): number {
    const ending = [...this.#sessions].filter((session) => which(session.user));
    for (const session of ending) session.end(why);
    return ending.length;
  }

  get counters(): { sessions: number; subscriptions: number; events: number; droppedSlow: number } {
    return {
      sessions: this.#sessions.size,
      subscriptions: this.subscriptions.size,
      events: this.#events,
      droppedSlow: this.#droppedSlow,
    };
  }

  forget(session: Session<User>): void {
    this.#sessions.delete(session);
  }

  countDroppedSlow(): void {
    this.#droppedSlow++;
  }
}
