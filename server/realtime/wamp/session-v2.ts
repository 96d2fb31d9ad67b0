import { randomInt } from 'node:crypto';
import { decodeV2, encodeV2, type, type ClientMessageV2 } from './codec-v2.ts';
import { closeCodes, type Peer } from './peer.ts';
import { Session, type Ending, type Hub } from './session.ts';
import { reasons } from './uri.ts';

type Hello = Extract<ClientMessageV2, { kind: 'hello' }>;
type Subscribe = Extract<ClientMessageV2, { kind: 'subscribe' }>;

const endings: Record<Ending, { code: number; reason: string; message: string }> = {
  'not-signed-in': { code: closeCodes.notSignedIn, reason: reasons.notAuthorized, message: 'signed out' },
  restart: { code: closeCodes.restart, reason: reasons.systemShutdown, message: 'restarting' },
  'too-many': { code: closeCodes.tooMany, reason: reasons.unavailable, message: 'too many messages' },
  timeout: { code: closeCodes.timeout, reason: reasons.timeout, message: 'the handshake took too long' },
};

/** A number in 1 … 2^48: well inside the 2^53 of the specification, and what `randomInt` can draw. */
export const randomId = (): number => randomInt(1, 2 ** 48 - 1);

/**
 * WAMP v2, Basic Profile, broker only. The transport has been authenticated before this Session exists; a client that
 * still asks for the `ticket` method by name gets its CHALLENGE and must answer with the ticket it came with, any other
 * is welcomed at once.
 */
export class SessionV2<User> extends Session<User> {
  readonly version = 2;
  #phase: 'hello' | 'challenged' | 'joined' = 'hello';
  #isTicket: ((ticket: string) => boolean) | undefined;
  #handshake = new AbortController();

  constructor(hub: Hub<User>, peer: Peer, user: User, isTicket?: (ticket: string) => boolean) {
    super(hub, peer, user);
    this.#isTicket = isTicket;
    const { signal } = this.#handshake;
    void hub.options.delay(hub.limits.handshakeMs, signal).then(() => {
      if (!signal.aborted) this.end('timeout');
    });
  }

  override receive(text: string): void {
    if (!this.isOpen) return;
    const message = decodeV2(text);
    if (message.kind === 'violation') return this.#violate(message.message);
    if (message.kind === 'abort') return this.#close(closeCodes.normal, 'aborted');
    if (this.#phase === 'hello') {
      if (message.kind !== 'hello') return this.#violate('HELLO comes first');
      return this.#hello(message);
    }
    if (this.#phase === 'challenged') {
      if (message.kind !== 'authenticate') return this.#violate('AUTHENTICATE answers CHALLENGE');
      if (this.#isTicket?.(message.signature)) return this.#welcome();
      return this.#abort(reasons.notAuthorized, 'not the ticket of this connection', closeCodes.notSignedIn);
    }
    this.#inSession(message);
  }

  override end(why: Ending): void {
    if (!this.isOpen) return;
    const { code, reason, message } = endings[why];
    this.send(
      this.#phase === 'joined' && why !== 'too-many'
        ? encodeV2.goodbye(reason, message)
        : encodeV2.abort(reason, message),
    );
    this.#close(code, message);
  }

  override closed(): void {
    this.#handshake.abort();
    super.closed();
  }

  #hello(message: Hello): void {
    if (message.realm !== this.hub.options.realm) {
      return this.#abort(reasons.noSuchRealm, 'there is no such realm', closeCodes.normal);
    }
    if (this.#isTicket && message.authid !== undefined && message.authmethods.includes('ticket')) {
      this.#phase = 'challenged';
      this.send(encodeV2.challenge('ticket'));
      return;
    }
    this.#welcome();
  }

  #welcome(): void {
    this.#phase = 'joined';
    this.#handshake.abort();
    const { realm, agent, identify } = this.hub.options;
    this.send(
      encodeV2.welcome(randomId(), {
        realm,
        agent,
        ...identify(this.user),
        authmethod: 'ticket',
        authprovider: 'static',
        roles: { broker: { features: { pattern_based_subscription: true } } },
      }),
    );
  }

  #inSession(message: ClientMessageV2): void {
    switch (message.kind) {
      case 'subscribe':
        return this.inTurn(() => this.#subscribe(message));
      case 'unsubscribe':
        return this.inTurn(() => {
          const subscription = this.joined.get(message.subscription);
          if (!subscription)
            return this.#refuse(type.unsubscribe, message.request, reasons.noSuchSubscription);
          this.leave(subscription);
          this.send(encodeV2.unsubscribed(message.request));
        });
      case 'publish':
        return this.inTurn(() => {
          if (message.acknowledge) this.#refuse(type.publish, message.request, reasons.notAuthorized);
        });
      case 'refusable':
        return this.inTurn(() =>
          this.#refuse(
            message.type,
            message.request,
            message.type === type.call ? reasons.noSuchProcedure : reasons.notAuthorized,
          ),
        );
      case 'goodbye':
        return this.inTurn(() => {
          this.send(encodeV2.goodbye(reasons.goodbyeAndOut));
          this.#close(closeCodes.normal, 'goodbye');
        });
      case 'ignored':
        return;
      default:
        this.#violate(`${message.kind} is not for an open session`);
    }
  }

  #subscribe({ request, topic, match }: Subscribe): void | Promise<void> {
    if (match === undefined) return this.#refuse(type.subscribe, request, reasons.invalidArgument);
    const joining = this.subscribe(topic, match);
    const answer = (result: Awaited<typeof joining>): void => {
      if ('refused' in result) this.#refuse(type.subscribe, request, result.refused);
      else this.send(encodeV2.subscribed(request, result.subscription.id));
    };
    return joining instanceof Promise ? joining.then(answer) : answer(joining);
  }

  #refuse(requestType: number, request: number, reason: string): void {
    this.send(encodeV2.error(requestType, request, reason));
  }

  #violate(message: string): void {
    this.#abort(reasons.protocolViolation, message, closeCodes.protocolError);
  }

  #abort(reason: string, message: string, code: number): void {
    this.send(encodeV2.abort(reason, message));
    this.#close(code, message);
  }

  #close(code: number, why: string): void {
    if (!this.isOpen) return;
    this.closed();
    this.peer.close(code, why);
  }
}
