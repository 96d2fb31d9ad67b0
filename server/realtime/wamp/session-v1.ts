import { randomBytes } from 'node:crypto';
import { decodeV1, encodeV1, resolveCurie } from './codec-v1.ts';
import { closeCodes, type Peer } from './peer.ts';
import { Session, type Ending, type Hub } from './session.ts';
import { reasons } from './uri.ts';

/**
 * WAMP v1 (AutobahnJS `ab.Session`, EspoCRM). There are no acknowledgements and no errors but for CALL: what is not
 * permitted is silently ignored. A clean close tells such a client never to come back, a lost connection to try again.
 */
export class SessionV1<User> extends Session<User> {
  readonly version = 1;
  #prefixes = new Map<string, string>();

  constructor(hub: Hub<User>, peer: Peer, user: User) {
    super(hub, peer, user);
    this.send(encodeV1.welcome(randomBytes(8).toString('hex'), hub.options.agent));
  }

  override receive(text: string): void {
    if (!this.isOpen) return;
    const message = decodeV1(text);
    switch (message.kind) {
      case 'violation':
        this.closed();
        return this.peer.close(closeCodes.protocolError, message.message);
      case 'prefix':
        return this.inTurn(() => {
          if (this.#prefixes.size < this.hub.limits.prefixes) this.#prefixes.set(message.prefix, message.uri);
        });
      case 'call':
        return this.inTurn(
          () =>
            void this.send(
              encodeV1.callError(message.call, reasons.noSuchProcedure, 'This server offers no procedures'),
            ),
        );
      case 'subscribe':
        return this.inTurn(() => {
          const joining = this.subscribe(resolveCurie(message.topic, this.#prefixes), 'exact');
          if (joining instanceof Promise) return joining.then(() => undefined);
        });
      case 'unsubscribe':
        return this.inTurn(() => {
          const subscription = this.hub.subscriptions.find(resolveCurie(message.topic, this.#prefixes));
          if (subscription?.members.has(this)) this.leave(subscription);
        });
      case 'publish':
        // The keep-alive `[7,"",""]` needs no answer, and anything else is not permitted: both end here.
        return;
    }
  }

  override end(why: Ending): void {
    if (!this.isOpen) return;
    this.closed();
    if (why === 'restart' || why === 'timeout') return this.peer.terminate();
    if (why === 'too-many') return this.peer.close(closeCodes.tooMany, 'too many messages');
    this.peer.close(closeCodes.notSignedIn, 'signed out');
  }
}
