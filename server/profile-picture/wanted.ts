import { subjectKey, type PictureSubject } from '../../db/query/profile-picture.ts';

/** Of one Inbox: what nobody has looked at for so long is asked about when it is looked at again. */
const mostWaiting = 200;
const mostKnown = 20_000;

/**
 * Whose picture somebody wants to see, the latest first, and of whom it is known that they need not be asked about. Memory
 * alone: what is lost with it is wanted again by the next look at a list.
 */
export class Wanted {
  #waiting = new Map<number, Map<string, PictureSubject>>();
  /** Until when, ms. */
  #known = new Map<string, number>();

  /** Those of whom nothing is known, and who do not wait; those who do come first now. */
  unknown(inboxId: number, subjects: readonly PictureSubject[], now: number): PictureSubject[] {
    const waiting = this.#waiting.get(inboxId);
    return subjects.filter((subject) => {
      const key = subjectKey(subject);
      if (waiting?.delete(key)) {
        waiting.set(key, subject);
        return false;
      }
      return (this.#known.get(`${inboxId}/${key}`) ?? 0) <= now;
    });
  }

  add(inboxId: number, subject: PictureSubject): void {
    let waiting = this.#waiting.get(inboxId);
    if (!waiting) this.#waiting.set(inboxId, (waiting = new Map()));
    waiting.delete(subjectKey(subject));
    waiting.set(subjectKey(subject), subject);
    for (const key of waiting.keys()) {
      if (waiting.size <= mostWaiting) break;
      waiting.delete(key);
    }
  }

  know(inboxId: number, subject: PictureSubject, until: number): void {
    const key = `${inboxId}/${subjectKey(subject)}`;
    this.#known.delete(key);
    this.#known.set(key, until);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= mostKnown) break;
      this.#known.delete(oldest);
    }
  }

  /** Inboxes somebody waits in. */
  inboxes(): number[] {
    return [...this.#waiting.keys()];
  }

  /** The latest, who waits no longer. */
  take(inboxId: number): PictureSubject | undefined {
    const waiting = this.#waiting.get(inboxId);
    const last = waiting && [...waiting.values()].at(-1);
    if (last) waiting.delete(subjectKey(last));
    if (waiting?.size === 0) this.#waiting.delete(inboxId);
    return last;
  }

  drop(inboxId: number): void {
    this.#waiting.delete(inboxId);
    for (const key of this.#known.keys()) if (key.startsWith(`${inboxId}/`)) this.#known.delete(key);
  }
}
