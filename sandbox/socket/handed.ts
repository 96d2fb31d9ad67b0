import type { BinaryNode } from 'baileys';

/** What lies in the box: made when it is handed over, since a message is sealed for the session of that moment. */
export interface Letter {
  /** What the device names when it has it: kind of stanza and id. Several may bear the same. */
  key: string;
  make(): Promise<BinaryNode | undefined>;
  /** Sealed once, it is the same each time it is handed over, as a server has it that cannot open it. */
  made?: BinaryNode | undefined;
}

/** What a device has been handed and not confirmed yet, in its order. */
export class Handed {
  #letters: Letter[] = [];

  add(letter: Letter): void {
    if (!this.#letters.includes(letter)) this.#letters.push(letter);
  }
  remove(letter: Letter): void {
    this.#letters = this.#letters.filter((one) => one !== letter);
  }
  /** The oldest under this name: the same may be on its way a second time, and is not confirmed with it. */
  confirm(key: string): void {
    const at = this.#letters.findIndex((one) => one.key === key);
    if (at >= 0) this.#letters.splice(at, 1);
  }
  /** All of it, to be handed over once more. */
  takeBack(): Letter[] {
    return this.#letters.splice(0);
  }
}
