/**
 * The highest `seq` this process has heard of, by Inbox: lets an empty poll be answered without a query. It may lag
 * behind the database by the time a push takes, never run ahead of it.
 */
export class Heads {
  #heads = new Map<number, number>();

  get(inboxId: number): number | undefined {
    return this.#heads.get(inboxId);
  }

  /** Heads only rise; a late or repeated push changes nothing. */
  note(inboxId: number, seq: number): void {
    const known = this.#heads.get(inboxId);
    if (known === undefined || seq > known) this.#heads.set(inboxId, seq);
  }
}
