/**
 * One after the other: opening a message, and handing one to the library. It keeps the same Signal session under two locks
 * (7.0.0-rc14: a send under ours, an opened message under the sender's), so that of two at once the slower one undoes the
 * other's step, and what follows cannot be read.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
