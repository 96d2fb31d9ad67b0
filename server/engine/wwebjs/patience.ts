/** Looks without an answer, one after the other, that are one too many. */
const whileWorking = 2;
const whileLoading = 4;

/**
 * When a page that does not answer is given up. One late answer is a busy machine, or a burst of messages; and whoever
 * tells something meanwhile lives. A page that is loading may keep us waiting, and so may one that goes elsewhere.
 */
export class Patience {
  #misses = 0;
  #hasTold = false;

  /** A look begins. */
  asked(): void {
    this.#hasTold = false;
  }
  /** The page has told something. */
  told(): void {
    this.#hasTold = true;
  }
  answered(): void {
    this.#misses = 0;
  }
  /** A look has had no answer. True: nobody is there any more. */
  missed(isWorking: boolean, goesElsewhere: boolean): boolean {
    this.#misses = this.#hasTold ? 0 : this.#misses + 1;
    return this.#misses >= (isWorking && !goesElsewhere ? whileWorking : whileLoading);
  }
  /** The last look had no answer: the next one is not to wait. */
  get isTried(): boolean {
    return this.#misses > 0;
  }
}
