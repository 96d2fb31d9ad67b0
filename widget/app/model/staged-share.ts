import { effect, signal } from '@preact/signals';
import type { Tabs } from '../link/tabs.ts';
import { laterThan } from './draft-share.ts';
import { isFiles } from './keep-db.ts';
import type { Keep, KeptFiles } from './keep.ts';
import type { OutgoingFile } from './outbox.ts';
import type { Talk } from './talk.ts';

/**
 * Files chosen and not sent yet are the same in all tabs of an Agent and survive them. Sent or given up in one tab, they
 * are gone in all, so nobody sends them twice. Apart from the texts: these are written with every few keys, files once.
 */
export class StagedShare implements Disposable {
  #talk: Talk;
  #tabs: Tabs;
  #keep: Keep;
  #now: () => number;
  #seen: ReadonlyMap<number, readonly OutgoingFile[]>;
  /** Also of those that are gone: an older list, read meanwhile, must not bring them back. */
  #changedAt = new Map<number, number>();
  #isTaking = false;
  #stop: () => void;

  constructor(talk: Talk, options: { tabs: Tabs; keep: Keep; now: () => number }) {
    this.#talk = talk;
    this.#tabs = options.tabs;
    this.#keep = options.keep;
    this.#now = options.now;
    this.#seen = talk.staged.peek();
    this.#stop = effect(() => this.#look(talk.staged.value));
    this.#tabs.hear('files', (told) => isFiles(told) && this.#take(told));
    this.#tabs.hear('files?', () => {
      if (this.#tabs.isLeader) for (const chatId of this.#seen.keys()) this.#tell(chatId);
    });
  }

  /** What was kept, and what the others have. */
  async read(): Promise<void> {
    this.#tabs.tell('files?');
    for (const files of (await this.#keep.read()).files) this.#take(files);
  }

  [Symbol.dispose](): void {
    this.#stop();
  }

  #look(staged: ReadonlyMap<number, readonly OutgoingFile[]>): void {
    const seen = this.#seen;
    this.#seen = staged;
    if (this.#isTaking) return;
    for (const chatId of new Set([...staged.keys(), ...seen.keys()])) {
      if (staged.get(chatId) === seen.get(chatId)) continue;
      this.#changedAt.set(chatId, laterThan(this.#changedAt.get(chatId), this.#now()));
      this.#keep.putFiles(this.#kept(chatId));
      this.#tell(chatId);
    }
  }

  #tell(chatId: number): void {
    this.#tabs.tell('files', this.#kept(chatId));
  }

  #kept(chatId: number): KeptFiles {
    const files = (this.#seen.get(chatId) ?? []).map(({ progress: _, ...kept }) => kept);
    return { chatId, at: this.#changedAt.get(chatId) ?? this.#now(), files };
  }

  #take({ chatId, at, files }: KeptFiles): void {
    if (at <= (this.#changedAt.get(chatId) ?? 0)) return;
    this.#changedAt.set(chatId, at);
    this.#isTaking = true;
    this.#talk.setStaged(
      chatId,
      files.map((file) => ({ ...file, progress: signal(0) })),
    );
    this.#isTaking = false;
  }
}
