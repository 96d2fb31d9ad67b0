import { effect, untracked } from '@preact/signals';
import type { Tabs } from '../link/tabs.ts';
import { DraftShare } from './draft-share.ts';
import type { Keep } from './keep.ts';
import { OutboxShare } from './outbox-share.ts';
import type { Outbox } from './outbox.ts';
import { StagedShare } from './staged-share.ts';
import type { Talk } from './talk.ts';
import type { Work } from './work.ts';

export interface SharingOptions {
  outbox: Outbox;
  talk: Talk;
  work: Work;
  tabs: Tabs;
  keep: Keep;
  now(): number;
}

/** What the tabs of one Agent have in common from sign-in to sign-out, and what survives them. */
export class Sharing implements Disposable {
  readonly tabs: Tabs;
  readonly keep: Keep;
  #outbox: OutboxShare;
  #drafts: DraftShare;
  #files: StagedShare;
  #stop: () => void;

  constructor(options: SharingOptions) {
    const { tabs, keep, outbox, talk, work } = options;
    this.tabs = tabs;
    this.keep = keep;
    const by = { tabs, keep, now: () => options.now() };
    this.#outbox = new OutboxShare(outbox, by);
    this.#drafts = new DraftShare(talk, work, by);
    this.#files = new StagedShare(talk, by);
    // A database that was too slow to be waited for has answered after all.
    let before = keep.trouble.peek();
    this.#stop = effect(() => {
      const now = keep.trouble.value;
      if (before === 'off' && now === null) {
        untracked(() => {
          void this.#outbox.readAgain();
          void this.#drafts.read();
          void this.#files.read();
        });
      }
      before = now;
    });
  }

  /** Joins the other tabs: one of them leads. */
  join(): void {
    this.tabs.join();
    this.#outbox.ask();
    void this.#drafts.read();
    void this.#files.read();
  }

  /** The page goes away, maybe to come back. */
  leave(): void {
    this.#drafts.flush();
    this.tabs.leave();
  }

  /** The Agent leaves this machine: nothing of theirs stays on it. */
  async forget(): Promise<void> {
    this[Symbol.dispose]();
    await this.keep.clear();
  }

  wake(): void {
    this.tabs.wake();
    this.#outbox.ask();
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#drafts[Symbol.dispose]();
    this.#files[Symbol.dispose]();
    this.#outbox[Symbol.dispose]();
  }
}
