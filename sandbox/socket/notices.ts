import type { BinaryNode } from 'baileys';
import { androidMessageId } from '../identifiers.ts';
import type { Person, Wid, WorldEvent } from '../shapes.ts';
import type { World } from '../world.ts';
import { blockedAs, toJid } from './addresses.ts';
import { node } from './nodes.ts';

export interface Notice {
  id: string;
  stanza: BinaryNode;
}

/** What one device is told of people beside their names: who is blocked, each change once, and who looks different. */
export class Notices {
  #world: World;
  /** Ids of the people it knows to be blocked; it has asked for the list itself. */
  #blocked: Set<string>;

  constructor(world: World) {
    this.#world = world;
    this.#blocked = new Set(world.state.people.filter((one) => one.blocked).map((one) => one.id));
  }

  /** `undefined`: no news. */
  of(event: WorldEvent): Notice | undefined {
    if (event.kind === 'person') return this.#ofBlocked(event.person);
    return event.kind === 'picture' ? this.#ofPicture(event.wid, event.isThere) : undefined;
  }

  /** Told also of what the device did itself. */
  #ofBlocked(person: Person): Notice | undefined {
    const blocked = person.blocked === true;
    if (this.#blocked.has(person.id) === blocked) return undefined;
    if (blocked) this.#blocked.add(person.id);
    else this.#blocked.delete(person.id);
    const item = { jid: toJid(blockedAs(this.#world, person)), action: blocked ? 'block' : 'unblock' };
    return this.#notice('s.whatsapp.net', 'account_sync', node('blocklist', {}, [node('item', item)]));
  }

  #ofPicture(wid: Wid, isThere: boolean): Notice {
    const jid = toJid(wid);
    const id = `${this.#world.now()}`;
    return this.#notice(
      jid,
      'picture',
      isThere ? node('set', { jid, id, author: jid }) : node('delete', { jid }),
    );
  }

  #notice(from: string, type: string, what: BinaryNode): Notice {
    const id = androidMessageId();
    return { id, stanza: node('notification', { from, type, id, t: this.#world.now() }, [what]) };
  }
}
