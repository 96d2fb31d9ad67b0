import { signal, type ReadonlySignal } from '@preact/signals';
import type { Chat } from '../../../server/contract/wire.ts';
import type { Crm, CrmBridge, CrmKind, CrmMatch, CrmOptions, CrmRecord } from './crm.ts';

const nothing: CrmMatch = { state: 'none', records: [], isLinked: false };

/** Holds the place of the CRM around us. What joins Chats and records comes when a CRM is first heard of: many pages have none. */
export class CrmSeat {
  /** Undefined: no page has told of a CRM, and nothing was linked. */
  readonly room: ReadonlySignal<Crm | undefined>;
  readonly #room = signal<Crm | undefined>(undefined);
  readonly #options: CrmOptions;
  #told: ((crm: Crm) => void)[] = [];
  #isComing = false;

  constructor(options: CrmOptions) {
    this.#options = options;
    this.room = this.#room;
  }

  /** From outside: the record on the page; anything that is none means that there is none. */
  setRecord(value: unknown): void {
    if (value || this.#told.length || this.#room.peek()) this.#tell((crm) => crm.setRecord(value));
  }

  /** From outside: what the page can do, and of what kind its CRM is. */
  setBridge(bridge: CrmBridge, kind?: CrmKind): void {
    this.#tell((crm) => {
      crm.setBridge(bridge);
      if (kind) crm.kind.value = kind;
    });
  }

  match(chat: Pick<Chat, 'id' | 'phone' | 'kind'>): CrmMatch {
    return this.#room.value?.match(chat) ?? nothing;
  }

  /** The one record that stands for a Chat, if that is beyond doubt. */
  known(person: Pick<Chat, 'phone' | 'kind'>): CrmRecord | undefined {
    const crm = this.#room.value;
    if (!crm && Object.keys(this.#options.links.value).length) this.#bring();
    return crm?.known(person);
  }

  forget(): void {
    this.#room.peek()?.forget();
  }

  #tell(what: (crm: Crm) => void): void {
    const crm = this.#room.peek();
    if (crm) return what(crm);
    this.#told.push(what);
    this.#bring();
  }

  #bring(): void {
    if (this.#isComing) return;
    this.#isComing = true;
    import('./crm.ts').then(
      ({ Crm }) => {
        const crm = new Crm(this.#options);
        this.#told.splice(0).forEach((tell) => tell(crm));
        this.#room.value = crm;
      },
      // What was told is kept; the next word of the page, or the next list, asks again.
      () => (this.#isComing = false),
    );
  }
}
