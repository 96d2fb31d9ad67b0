import { signal } from '@preact/signals';
import { clear, createStore, delMany, entries, promisifyRequest, type UseStore } from 'idb-keyval';
import {
  isEmpty,
  keptFor,
  mostBytes,
  mostKept,
  type Keep,
  type KeepTrouble,
  type KeptDraft,
  type KeptOutgoing,
} from './keep.ts';

/** A database that does not answer in so long, ms, counts as none. */
const patience = 3_000;

/**
 * Keeps in IndexedDB, one database per server, Organisation and Agent. What cannot be kept is said by `trouble`; the
 * Messages themselves go on in memory.
 */
export class DatabaseKeep implements Keep {
  readonly trouble = signal<KeepTrouble | null>(null);
  #store: UseStore;
  #now: () => number;
  /** Resolves when everything asked for is done. */
  #all: Promise<unknown> = Promise.resolve();
  /** Bytes of the files kept, by client id. */
  #bytes = new Map<string, number>();

  /** `store`: another place, for tests. */
  constructor(account: string, now: () => number, store?: UseStore) {
    this.#now = now;
    this.#store = store ?? openStore(`chatdock:${account}`);
  }

  async read(): Promise<{ outgoing: KeptOutgoing[]; drafts: KeptDraft[] }> {
    const found = await this.#do(() => entries<string, unknown>(this.#store));
    const outgoing: KeptOutgoing[] = [];
    const drafts: KeptDraft[] = [];
    for (const [key, value] of found ?? []) {
      if (isOutgoing(value)) outgoing.push(value);
      else if (isDraft(value)) drafts.push(value);
      else void this.#do(() => delMany([key], this.#store));
    }
    const inOrder = outgoing.toSorted((a, b) => a.at - b.at);
    for (const one of inOrder) this.#bytes.set(one.clientId, one.extras.file?.blob.size ?? 0);
    return {
      outgoing: this.#bounded(inOrder, (one) => `out:${one.clientId}`),
      drafts: this.#bounded(
        drafts.toSorted((a, b) => a.at - b.at),
        (one) => `draft:${one.chatId}`,
      ),
    };
  }

  putOutgoing(one: KeptOutgoing): void {
    this.#bytes.set(one.clientId, one.extras.file?.blob.size ?? 0);
    const bytes = Array.from(this.#bytes.values()).reduce((sum, size) => sum + size, 0);
    if (bytes > mostBytes || this.#bytes.size > mostKept) {
      this.#bytes.delete(one.clientId);
      this.trouble.value = 'full';
      return;
    }
    void this.#do(() => put(`out:${one.clientId}`, one, this.#store));
  }

  dropOutgoing(clientId: string): void {
    this.#bytes.delete(clientId);
    if (this.trouble.peek() === 'full') this.trouble.value = null;
    void this.#do(() => delMany([`out:${clientId}`], this.#store));
  }

  putDraft(draft: KeptDraft): void {
    const key = `draft:${draft.chatId}`;
    void this.#do(() => (isEmpty(draft) ? delMany([key], this.#store) : put(key, draft, this.#store)));
  }

  async clear(): Promise<void> {
    this.#bytes.clear();
    await this.#do(() => clear(this.#store));
  }

  async settled(): Promise<void> {
    await this.#all;
  }

  /** The newest, as many as are kept; what is too old or too much is taken out. */
  #bounded<One extends { at: number }>(list: One[], keyOf: (one: One) => string): One[] {
    const kept = list.filter((one) => this.#now() - one.at < keptFor).slice(-mostKept);
    const gone = list.filter((one) => !kept.includes(one)).map(keyOf);
    if (gone.length) void this.#do(() => delMany(gone, this.#store));
    return kept;
  }

  /**
   * Begins at once: transactions on one store happen in the order they were begun, and what waited for its turn here
   * when the page goes away would never be begun.
   */
  #do<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    const done = this.#try(work);
    this.#all = this.#all.then(() => done);
    return done;
  }

  async #try<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    if (this.trouble.peek() === 'off') return undefined;
    try {
      return await soon(work());
    } catch (error) {
      const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
      this.trouble.value = isFull ? 'full' : 'off';
      return undefined;
    }
  }
}

/** Opened with the first use; a page that forbids storage throws or rejects there. */
function openStore(name: string): UseStore {
  let store: UseStore | undefined;
  return async (mode, callback) => (store ??= createStore(name, 'kept'))(mode, callback);
}

/** Committed in so many words: a transaction left to commit by itself is undone when its page goes away before that. */
function put(key: string, value: unknown, store: UseStore): Promise<void> {
  return store('readwrite', (box) => {
    box.put(value, key);
    box.transaction.commit();
    return promisifyRequest(box.transaction);
  });
}

/** A database that is blocked (private windows of some browsers, a damaged profile) may never answer. */
function soon<Result>(work: Promise<Result>): Promise<Result> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new DOMException('no answer', 'TimeoutError')), patience);
    void work.then(done, fail).finally(() => clearTimeout(timer));
  });
}

function isOutgoing(value: unknown): value is KeptOutgoing {
  const { clientId, chatId, body, at, extras } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof clientId === 'string' &&
    typeof chatId === 'number' &&
    typeof body === 'string' &&
    typeof at === 'number' &&
    typeof extras === 'object' &&
    extras !== null
  );
}

function isDraft(value: unknown): value is KeptDraft {
  const { chatId, at, text, note, picked } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof chatId === 'number' &&
    typeof at === 'number' &&
    typeof text === 'string' &&
    typeof note === 'string' &&
    Array.isArray(picked)
  );
}
