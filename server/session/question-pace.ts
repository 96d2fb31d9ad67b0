/** How often one number may ask WhatsApp who has a telephone number: whoever asks about thousands is taken for a spammer. */
export const questionPace = { aMinute: 20, anHour: 200 } as const;

const minute = 60_000;

/** Questions of one Inbox, counted by the process that has its Session; a restart forgets at most an hour of them. */
export class QuestionPace {
  /** ms, oldest first; of the last hour. */
  #asked: number[] = [];

  /** Counts one more question. Returns 0, or how long to wait for it, ms: then it is not counted. */
  take(now: number): number {
    while (this.#asked.length > 0 && this.#asked[0]! <= now - 60 * minute) this.#asked.shift();
    const wait = Math.max(
      this.#until(questionPace.aMinute, minute, now),
      this.#until(questionPace.anHour, 60 * minute, now),
    );
    if (wait === 0) this.#asked.push(now);
    return wait;
  }

  #until(most: number, within: number, now: number): number {
    const first = this.#asked[this.#asked.length - most];
    return first === undefined ? 0 : Math.max(0, first + within - now);
  }
}
