import { signal } from '@preact/signals';
import { clear, createStore, entries, promisifyRequest, type UseStore } from 'idb-keyval';
import {
  isEmpty,
  keptFor,
  keptOn,
  mostBytes,
  mostKept,
  type Keep,
  type KeepTrouble,
  type KeptDraft,
  type KeptFiles,
  type KeptOutgoing,
} from './keep.ts';

/** A database that does not answer in so long, ms, counts as none until it does: the first look on a busy disk takes a while. */
const patience = 10_000;

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
  /** It has not refused, only not answered yet. */
  #isSlow = false;
  /** Bytes of the files kept, by the key of what they belong to. */
  #bytes = new Map<string, number>();

  /** `store`: another place, for tests. */
  constructor(account: string, now: () => number, store?: UseStore) {
    this.#now = now;
    this.#store = store ?? openStore(`chatdock:${account}`);
  }

  async read(): Promise<{ outgoing: KeptOutgoing[]; drafts: KeptDraft[]; files: KeptFiles[] }> {
    const found = await this.#do(() => entries<string, unknown>(this.#store));
    const outgoing: KeptOutgoing[] = [];
    const drafts: KeptDraft[] = [];
    const files: KeptFiles[] = [];
    for (const [key, value] of found ?? []) {
      if (isOutgoing(value)) outgoing.push(value);
      else if (isDraft(value)) drafts.push(value);
      else if (isFiles(value)) files.push(value);
      else void this.#do(() => drop([key], this.#store));
    }
    const inOrder = outgoing.toSorted((a, b) => a.at - b.at);
    for (const one of inOrder) this.#bytes.set(`out:${one.clientId}`, one.extras.file?.blob.size ?? 0);
    for (const one of files) this.#bytes.set(`files:${one.chatId}`, bytesOf(one));
    const now = this.#now();
    for (const one of inOrder) {
      const left = keptOn(one, now);
      if (left && left !== one) void this.#do(() => put(`out:${one.clientId}`, left, this.#store));
    }
    return {
      outgoing: this.#bounded(
        inOrder,
        (one) => `out:${one.clientId}`,
        (one) => keptOn(one, now) !== undefined,
      ),
      drafts: this.#bounded(
        drafts.toSorted((a, b) => a.at - b.at),
        (one) => `draft:${one.chatId}`,
      ),
      files: this.#bounded(
        files.toSorted((a, b) => a.at - b.at),
        (one) => `files:${one.chatId}`,
      ),
    };
  }

  putOutgoing(one: KeptOutgoing): void {
    const key = `out:${one.clientId}`;
    if (this.#hasRoom(key, one.extras.file?.blob.size ?? 0)) void this.#do(() => put(key, one, this.#store));
  }

  dropOutgoing(clientId: string): void {
    this.#drop(`out:${clientId}`);
  }

  putDraft(draft: KeptDraft): void {
    const key = `draft:${draft.chatId}`;
    void this.#do(() => (isEmpty(draft) ? drop([key], this.#store) : put(key, draft, this.#store)));
  }

  putFiles(one: KeptFiles): void {
    const key = `files:${one.chatId}`;
    if (one.files.length && this.#hasRoom(key, bytesOf(one))) void this.#do(() => put(key, one, this.#store));
    // What was kept is not what is shown any more.
    else this.#drop(key, one.files.length > 0);
  }

  async clear(): Promise<void> {
    this.#bytes.clear();
    await this.#do(() => clear(this.#store));
  }

  async settled(): Promise<void> {
    await this.#all;
  }

  #hasRoom(key: string, size: number): boolean {
    const { [key]: _, ...others } = Object.fromEntries(this.#bytes);
    const sizes = Object.values(others);
    const has = sizes.length < mostKept && sizes.reduce((sum, one) => sum + one, size) <= mostBytes;
    if (has) this.#bytes.set(key, size);
    else this.trouble.value = 'full';
    return has;
  }

  #drop(key: string, isStillFull = false): void {
    this.#bytes.delete(key);
    if (this.trouble.peek() === 'full' && !isStillFull) this.trouble.value = null;
    void this.#do(() => drop([key], this.#store));
  }

  /** The newest, as many as are kept; what is too old or too much is taken out. */
  #bounded<One extends { at: number }>(
    list: One[],
    keyOf: (one: One) => string,
    isKept = (one: One): boolean => this.#now() - one.at < keptFor,
  ): One[] {
    const kept = list.filter(isKept).slice(-mostKept);
    const gone = list.filter((one) => !kept.includes(one)).map(keyOf);
    if (gone.length) void this.#do(() => drop(gone, this.#store));
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
    if (this.trouble.peek() === 'off' && !this.#isSlow) return undefined;
    try {
      // Also while it is slow: what is asked of it now is not lost if it answers after all.
      const answer = work();
      void answer.then(() => this.#answered()).catch(() => undefined);
      return await soon(answer);
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      this.#isSlow = name === 'TimeoutError';
      this.trouble.value = name === 'QuotaExceededError' ? 'full' : 'off';
      return undefined;
    }
  }

  #answered(): void {
    if (!this.#isSlow) return;
    this.#isSlow = false;
    this.trouble.value = null;
  }
}

/**
 * Opened with the first use; a page that forbids storage throws or rejects there. Let go when somebody wants to delete it
 * (`shutdown({ clearLocal: true })`, here or in another tab), who would wait for us for ever.
 */
function openStore(name: string): UseStore {
  let store: UseStore | undefined;
  return async (mode, callback) =>
    (store ??= createStore(name, 'kept'))(mode, (box) => {
      const { db } = box.transaction;
      db.onversionchange = () => {
        db.close();
        store = undefined;
      };
      return callback(box);
    });
}

const put = (key: string, value: unknown, store: UseStore): Promise<void> =>
  write(store, (box) => void box.put(value, key));
const drop = (keys: string[], store: UseStore): Promise<void> =>
  write(store, (box) => keys.forEach((key) => box.delete(key)));

/** Committed in so many words: a transaction left to commit by itself is undone when its page goes away before that. */
function write(store: UseStore, change: (box: IDBObjectStore) => void): Promise<void> {
  return store('readwrite', (box) => {
    change(box);
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

function bytesOf({ files }: KeptFiles): number {
  return files.reduce((sum, { blob }) => sum + blob.size, 0);
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

export function isFiles(value: unknown): value is KeptFiles {
  const { chatId, at, files } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof chatId === 'number' &&
    typeof at === 'number' &&
    Array.isArray(files) &&
    files.every(({ blob, name }) => blob instanceof Blob && typeof name === 'string')
  );
}
