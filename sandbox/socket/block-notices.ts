import type { BinaryNode } from 'baileys';
import { androidMessageId } from '../identifiers.ts';
import type { Person } from '../shapes.ts';
import type { World } from '../world.ts';
import { blockedAs, toJid } from './addresses.ts';
import { node } from './nodes.ts';

/** What one device is told of blocked people: each change once, also those it made itself. */
export class BlockNotices {
  #world: World;
  /** Ids of the people it knows to be blocked; it has asked for the list itself. */
  #known: Set<string>;

  constructor(world: World) {
    this.#world = world;
    this.#known = new Set(world.state.people.filter((one) => one.blocked).map((one) => one.id));
  }

  /** `undefined`: no news. */
  of(person: Person): { id: string; stanza: BinaryNode } | undefined {
    const blocked = person.blocked === true;
    if (this.#known.has(person.id) === blocked) return undefined;
    if (blocked) this.#known.add(person.id);
    else this.#known.delete(person.id);
    const id = androidMessageId();
    const item = { jid: toJid(blockedAs(this.#world, person)), action: blocked ? 'block' : 'unblock' };
    const attrs = { from: 's.whatsapp.net', type: 'account_sync', id, t: this.#world.now() };
    return { id, stanza: node('notification', attrs, [node('blocklist', {}, [node('item', item)])]) };
  }
}
