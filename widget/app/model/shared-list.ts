import { signal } from '@preact/signals';
import type { Message } from '../../../server/contract/wire.ts';
import type { Http } from '../link/http.ts';
import { PeopleApi, type SharedKind } from '../link/people-api.ts';

export type { SharedKind } from '../link/people-api.ts';
export const sharedKinds: readonly SharedKind[] = ['media', 'documents', 'links'];

/** A page may hold nothing before the end: so many are read on without being asked. */
const mostEmpty = 5;

/** What was shared in a Chat, of one kind, newest first, as far as it was scrolled. */
export class SharedList {
  readonly rows = signal<readonly Message[]>([]);
  readonly state = signal<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  /** There is nothing further back. */
  readonly isWhole = signal(false);
  #api: PeopleApi;
  #chatId: number;
  #kind: SharedKind;
  #next: string | null = null;

  constructor(http: Http, chatId: number, kind: SharedKind) {
    this.#api = new PeopleApi(http);
    this.#chatId = chatId;
    this.#kind = kind;
  }

  async more(): Promise<void> {
    if (this.state.peek() === 'loading' || this.isWhole.peek()) return;
    this.state.value = 'loading';
    try {
      for (let turn = 0; turn < mostEmpty; turn++) {
        const page = await this.#api.shared(this.#chatId, this.#kind, this.#next);
        this.#next = page.next;
        this.rows.value = [...this.rows.peek(), ...page.list];
        this.isWhole.value = page.next === null;
        if (page.list.length > 0 || page.next === null) break;
      }
      this.state.value = 'ready';
    } catch {
      this.state.value = 'failed';
    }
  }
}
