import type { Position } from '../contract/wire.ts';

/**
 * The highest `seq` this process has heard of, by Inbox: lets an empty poll be answered without a query. It may lag
 * behind the database by the time a push takes, never run ahead of it.
 */
export class Heads {
  #heads = new Map<number, Position>();

  get(inboxId: number): Position | undefined {
    return this.#heads.get(inboxId);
  }

  /** Within an era heads only rise; a late or repeated push changes nothing. */
  note(inboxId: number, { era, seq }: Position): void {
    const known = this.#heads.get(inboxId);
    if (known?.era !== era || seq > known.seq) this.#heads.set(inboxId, { era, seq });
  }
}
