const minute = 60_000;
const hour = 60 * minute;

/** What one number asks WhatsApp at most: a person who scrolls through their chats asks more. */
export const pace = {
  /** Between two questions of one Session, ms. */
  betweenMs: 1_500,
  /** In an hour. */
  mostAnHour: 400,
  /** When WhatsApp says that it was too much, ms. */
  restMs: 6 * hour,
} as const;

/** When a Session may ask for the next profile picture. */
export class Pace {
  #asked = new Map<number, number[]>();
  #rests = new Map<number, number>();

  /** How long from now, ms; 0: it may. */
  wait(inboxId: number, now: number): number {
    const asked = (this.#asked.get(inboxId) ?? []).filter((at) => at > now - hour);
    this.#asked.set(inboxId, asked);
    const last = asked.at(-1);
    const oldest = asked.length >= pace.mostAnHour ? asked.at(-pace.mostAnHour) : undefined;
    return Math.max(
      0,
      last === undefined ? 0 : last + pace.betweenMs - now,
      oldest === undefined ? 0 : oldest + hour - now,
      (this.#rests.get(inboxId) ?? 0) - now,
    );
  }

  note(inboxId: number, now: number): void {
    const asked = this.#asked.get(inboxId);
    if (asked) asked.push(now);
    else this.#asked.set(inboxId, [now]);
  }

  rest(inboxId: number, now: number): void {
    this.#rests.set(inboxId, now + pace.restMs);
  }
}
