import { AsyncLocalStorage } from 'node:async_hooks';
import type { SignalKeyStoreWithTransaction } from 'baileys';

/**
 * One after the other: opening a message, and sealing one, whoever sends it. The library keeps the same Signal session
 * under two locks (7.0.0-rc14: what is sent under our own number, an opened message under its sender's), so that of two
 * at once the slower one undoes the other's step, and what follows cannot be read ("Bad MAC").
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #inside = new AsyncLocalStorage<{ isOver: boolean }>();

  /** What is done within a turn is part of it. */
  take<T>(act: () => Promise<T>): Promise<T> {
    if (this.#inside.getStore()?.isOver === false) return act();
    const one = { isOver: false };
    const turn = this.#last
      .then(() => this.#inside.run(one, act))
      .finally(() => {
        one.isOver = true;
      });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Everything the library sends by itself, too (retries, questions to the phone): it is done under our own number. */
  govern(keys: SignalKeyStoreWithTransaction, ownNumber: () => string | undefined): void {
    const { transaction } = keys;
    keys.transaction = (act, key) =>
      key === ownNumber() && !keys.isInTransaction()
        ? this.take(() => transaction(act, key))
        : transaction(act, key);
  }
}
