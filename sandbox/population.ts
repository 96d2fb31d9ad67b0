import { isGroup, isLid, token } from './identifiers.ts';
import type { Chat, Person, Wid, WorldEvent, WorldState } from './shapes.ts';

/** Who is in the world and which chats the phone has. */
export class Population {
  #state: WorldState;
  #emit: (event: WorldEvent) => void;
  constructor(state: WorldState, emit: (event: WorldEvent) => void) {
    this.#state = state;
    this.#emit = emit;
  }

  byWid(wid: Wid): Person | undefined {
    return this.#state.people.find((person) => person.phone === wid || person.lid === wid);
  }
  byId(id: string): Person | undefined {
    return this.#state.people.find((person) => person.id === id);
  }
  /** The person behind an address; made if nobody is. */
  ensure(wid: Wid, pushName?: string): Person {
    const had = this.byWid(wid);
    if (had) {
      if (had.stranger) this.change(had, { stranger: false });
      return had;
    }
    return this.add({
      ...(isLid(wid) ? { lid: wid } : { phone: wid }),
      pushName: pushName ?? 'New customer',
    });
  }
  add(person: Pick<Person, 'pushName'> & Partial<Person>): Person {
    const whole: Person = { id: token().slice(0, 8), receipts: true, ...person };
    this.#state.people.push(whole);
    this.#emit({ kind: 'person', person: whole });
    return whole;
  }
  change(person: Person, set: Partial<Person>): void {
    Object.assign(person, set);
    this.#emit({ kind: 'person', person });
  }
  /** One person from now on, even if there were two. */
  join(phone: Wid, lid: Wid): void {
    const first = this.byWid(lid) ?? this.byWid(phone) ?? this.add({ pushName: 'New customer' });
    const second = this.byWid(phone);
    if (second && second !== first) {
      this.#state.people.splice(this.#state.people.indexOf(second), 1);
      if (second.name !== undefined) first.name ??= second.name;
    }
    this.change(first, { phone, lid, numberHidden: false });
  }

  findChat(id: Wid): Chat | undefined {
    return this.#state.chats.find((chat) => chat.id === id);
  }
  /** The chat with this address; made if there is none. */
  chat(id: Wid, t: number): Chat {
    const had = this.findChat(id);
    if (had) return had;
    const chat: Chat = { id, unread: 0, t, ...(isGroup(id) ? { subject: 'Group', participants: [] } : {}) };
    this.#state.chats.push(chat);
    return chat;
  }
}
