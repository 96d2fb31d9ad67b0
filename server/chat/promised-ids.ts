import type { Tx } from '../../db/database.ts';
import { insertMessagesLater, promisedId } from '../../db/query/insert-messages.ts';
import type { ChatRow } from '../../db/query/chat.ts';
import type { MessageRow } from '../../db/query/message.ts';
import type { SqlValue } from '../../db/query/update-rows.ts';
import type { Tracked } from './tracked.ts';

/** Later than any id there is, and exact as a number: what is promised sorts behind what is known, in order of insert. */
const from = 2 ** 52;

/**
 * Spares a turn the round trip that only tells it the ids of its new Messages, where nothing but the Chats' previews asks
 * for them: until the commit they are places in the insert.
 */
export class PromisedIds {
  #idStep: number;
  #messages: readonly Tracked<MessageRow>[] = [];
  #first: number | undefined;

  constructor(idStep: number) {
    this.#idStep = idStep;
  }

  /** False: nothing done, the ids must be read. */
  async insert(tx: Tx, fresh: readonly Tracked<MessageRow>[]): Promise<boolean> {
    if (this.#messages.length > 0) return false;
    const rows = fresh.map(({ now: { id: _, ...row } }) => row);
    const isSent = await insertMessagesLater(tx, rows, (first) => {
      this.#first = first;
    });
    if (!isSent) return false;
    this.#messages = fresh;
    for (const [place, { now }] of fresh.entries()) now.id = from + place;
    return true;
  }

  /** What a statement says for an id. */
  inSql(id: number): number | SqlValue {
    return id < from ? id : promisedId(id - from);
  }

  /** After the commit. */
  settle(chats: Iterable<Tracked<ChatRow>>): void {
    if (this.#messages.length === 0) return;
    if (this.#first === undefined) throw new Error('the ids of inserted messages were not told');
    const known = (id: number): number => this.#first! + (id - from) * this.#idStep;
    for (const { now } of this.#messages) now.id = known(now.id);
    for (const { now } of chats) {
      if (now.last_message !== null && now.last_message >= from) now.last_message = known(now.last_message);
    }
  }
}
