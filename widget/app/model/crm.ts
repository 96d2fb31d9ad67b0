import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Chat } from '../../../server/contract/wire.ts';
import { toLog, toLogAnswer, type CrmLog, type LogAnswer, type LogDraft } from './crm-log.ts';
import { isSame, toRecord, toRecords, type CrmRecord } from './crm-record.ts';
import { isSameNumber } from './same-number.ts';

export type { CrmRecord };

/** What the page can do with its records. What comes back is read like anything foreign. */
export interface CrmBridge {
  find?(asked: { phone: string } | { text: string }): unknown;
  open?(record: CrmRecord): void;
  /** Opens the CRM's own form, filled in; or makes the record and gives it, or those it may be already. */
  create?(asked: { entityType: string; name: string; phone: string }): unknown;
  /** The Agent says that a number belongs to this record: the CRM may keep it there. */
  link?(record: CrmRecord, phone: string): unknown;
  /** Writes down a call or a task with a record. */
  log?(asked: CrmLog): unknown;
}

/** `espo`: records have addresses of EspoCRM's kind (`#Contact/view/ID`). */
export type CrmKind = 'espo' | 'generic';

export interface CrmOptions {
  /** What this Agent linked by hand, by number, until the server has said what all of them did; as it was kept. */
  links: ReadonlySignal<Readonly<Record<string, unknown>>>;
  keepLinks(links: Readonly<Record<string, unknown>>): void;
  /** What all Agents linked, by Chat. All reject when the server cannot be reached. */
  api: {
    crmLinks(): Promise<unknown[]>;
    crmLink(chatId: number): Promise<unknown>;
    linkCrm(chatId: number, record: CrmRecord): Promise<unknown>;
    unlinkCrm(chatId: number): Promise<unknown>;
  };
  now(): number;
}

type Person = Pick<Chat, 'phone' | 'kind'>;

/** What is known in the CRM of the person in a Chat. */
export interface CrmMatch {
  state: 'none' | 'asking' | 'ready' | 'failed';
  /** The one linked by hand alone, else all with the number, the one on the page first. */
  records: readonly CrmRecord[];
  isLinked: boolean;
}

/** Links kept; the oldest go. */
const mostLinks = 500;
/** A link said so long ago, ms, is asked for again: a colleague may have changed it. */
const askAgainAfter = 60_000;
const nothing: CrmMatch = { state: 'none', records: [], isLinked: false };

/** Joins Chats and the records of the CRM around the widget: by number, or by hand. */
export class Crm {
  /** The record the page shows now. */
  readonly record = signal<CrmRecord | null>(null);
  readonly bridge = signal<CrmBridge>({});
  readonly kind = signal<CrmKind>('generic');
  /** Calls and tasks begun and not yet in the CRM, by Chat and kind: a card that is closed loses none. */
  readonly logDrafts = new Map<string, LogDraft>();
  readonly #found = signal<ReadonlyMap<string, 'asking' | 'failed' | readonly CrmRecord[]>>(new Map());
  /** The server's word, by number; `null`: nobody has linked it. */
  readonly #linked = signal<ReadonlyMap<string, CrmRecord | null>>(new Map());
  readonly #askedAt = new Map<string, number>();
  #isListed = false;
  readonly #options: CrmOptions;

  constructor(options: CrmOptions) {
    this.#options = options;
  }

  /** Whether the page has told us of a CRM at all. */
  readonly isThere = computed(
    () =>
      this.record.value !== null ||
      this.kind.value !== 'generic' ||
      Object.keys(this.bridge.value).length > 0 ||
      Object.keys(this.#options.links.value).length > 0,
  );

  /** From outside: the record on the page; anything that is none means that there is none. */
  setRecord(value: unknown): void {
    this.record.value = toRecord(value) ?? null;
  }

  /** From outside: what the page can do. Records found earlier may have changed with it. */
  setBridge(bridge: CrmBridge): void {
    batch(() => {
      this.bridge.value = bridge;
      this.#found.value = new Map();
    });
  }

  /** What is known of a Chat; asks the page once where it can be asked. */
  match({ id, phone, kind }: Person & Pick<Chat, 'id'>): CrmMatch {
    if (!phone || kind !== 'person') return nothing;
    if (this.isThere.value) this.#askLink(id, phone);
    const linked = this.#linkOf(phone);
    if (linked) return { state: 'ready', records: [linked], isLinked: true };
    const onPage = this.record.value;
    const here = onPage && onPage.phones.some((one) => isSameNumber(one, phone)) ? [onPage] : [];
    const found = this.#found.value.get(phone);
    if (found === undefined && this.bridge.value.find) queueMicrotask(() => void this.#find(phone));
    const others = Array.isArray(found) ? found.filter((one) => !here.some((own) => isSame(own, one))) : [];
    return {
      state: found === 'asking' || found === 'failed' ? found : 'ready',
      records: [...here, ...others],
      isLinked: false,
    };
  }

  /** The one record that stands for a Chat, if that is beyond doubt. Asks nobody. */
  known({ phone, kind }: Person): CrmRecord | undefined {
    if (!phone || kind !== 'person' || !this.isThere.value) return undefined;
    if (!this.#isListed) queueMicrotask(() => void this.#list());
    const found = this.#found.value.get(phone);
    return this.#linkOf(phone) ?? (Array.isArray(found) && found.length === 1 ? found[0] : undefined);
  }

  /** Records by name, for linking by hand. */
  async search(text: string): Promise<readonly CrmRecord[]> {
    return toRecords(await this.bridge.peek().find?.({ text }));
  }

  /** Asks again. */
  retry(phone: string): void {
    void this.#find(phone);
  }

  /** For all colleagues. Rejects, and nothing has changed, when the server cannot be reached. */
  async link({ id, phone }: Pick<Chat, 'id' | 'phone'>, record: CrmRecord): Promise<void> {
    if (!phone) return;
    const { [phone]: _, ...others } = this.#options.links.peek();
    const kept = Object.entries(others).slice(-(mostLinks - 1));
    await this.#change(phone, record, () => this.#options.api.linkCrm(id, record));
    this.#options.keepLinks({ ...Object.fromEntries(kept), [phone]: record });
    void Promise.resolve(this.bridge.peek().link?.(record, phone)).catch(() => undefined);
  }

  /** As {@link link}. */
  async unlink({ id, phone }: Pick<Chat, 'id' | 'phone'>): Promise<void> {
    if (!phone) return;
    await this.#change(phone, null, () => this.#options.api.unlinkCrm(id));
    const { [phone]: _, ...others } = this.#options.links.peek();
    this.#options.keepLinks(others);
  }

  /** Makes a record: what the CRM made is linked at once; what it takes for the same is to be chosen from. */
  async create(chat: Pick<Chat, 'id' | 'phone' | 'name'>, entityType: string): Promise<void> {
    const made = await this.bridge.peek().create?.({ entityType, name: chat.name, phone: `+${chat.phone}` });
    const record = toRecord(made);
    if (record) await this.link(chat, record);
    else if (Array.isArray(made) && chat.phone) this.#put(chat.phone, toRecords(made));
  }

  /** Writes a call or a task down with a record. Rejects when the CRM does not answer. */
  async log(record: CrmRecord, draft: LogDraft): Promise<LogAnswer> {
    const bridge = this.bridge.peek();
    if (!bridge.log) throw new Error('this page writes nothing down');
    return toLogAnswer(await bridge.log(toLog(record, draft, this.#options.now())));
  }

  /** Whoever comes next knows nothing of it. */
  forget(): void {
    this.logDrafts.clear();
    this.#isListed = false;
    this.#askedAt.clear();
    this.#linked.value = new Map();
  }

  /** Where a record is read, as far as we know. */
  addressOf(record: CrmRecord): string | null {
    if (record.url) return record.url;
    if (this.kind.value !== 'espo') return null;
    return `#${encodeURIComponent(record.entityType)}/view/${encodeURIComponent(record.id)}`;
  }

  #linkOf(phone: string): CrmRecord | undefined {
    const said = this.#linked.value.get(phone);
    return said === undefined ? toRecord(this.#options.links.value[phone]) : (said ?? undefined);
  }

  /** All that were linked, for the names in lists; once. */
  async #list(): Promise<void> {
    if (this.#isListed) return;
    this.#isListed = true;
    const list = await this.#options.api.crmLinks().catch(() => []);
    const next = new Map(this.#linked.peek());
    for (const one of list) {
      const record = toRecord(one);
      const { phone } = one as { phone?: unknown };
      if (record && typeof phone === 'string' && !next.has(phone)) next.set(phone, record);
    }
    this.#linked.value = next;
  }

  #askLink(chatId: number, phone: string): void {
    const now = this.#options.now();
    if (now - (this.#askedAt.get(phone) ?? -askAgainAfter) < askAgainAfter) return;
    this.#askedAt.set(phone, now);
    this.#options.api.crmLink(chatId).then(
      (answer) => {
        // Linked here meanwhile: that is newer.
        if (this.#askedAt.get(phone) === now) this.#say(phone, toRecord(answer) ?? null);
      },
      () => undefined,
    );
  }

  /** Shown at once, taken back when the server refuses. */
  async #change(phone: string, record: CrmRecord | null, tell: () => Promise<unknown>): Promise<void> {
    const before = this.#linked.peek().get(phone);
    this.#askedAt.set(phone, this.#options.now() + 1);
    this.#say(phone, record);
    try {
      await tell();
    } catch (error) {
      this.#say(phone, before);
      throw error;
    }
  }

  #say(phone: string, record: CrmRecord | null | undefined): void {
    const next = new Map(this.#linked.peek());
    if (record === undefined) next.delete(phone);
    else next.set(phone, record);
    this.#linked.value = next;
  }

  async #find(phone: string): Promise<void> {
    const ask = this.bridge.peek().find;
    if (!ask || this.#found.peek().get(phone) === 'asking') return;
    this.#put(phone, 'asking');
    try {
      this.#put(phone, toRecords(await ask({ phone })));
    } catch {
      this.#put(phone, 'failed');
    }
  }

  #put(phone: string, what: 'asking' | 'failed' | readonly CrmRecord[]): void {
    this.#found.value = new Map(this.#found.peek()).set(phone, what);
  }
}
