import { batch, signal } from '@preact/signals';
import { isMessage, record } from '../link/decode.ts';
import type { Tabs } from '../link/tabs.ts';
import { staleAfter, type Keep, type KeptOutgoing } from './keep.ts';
import type { Outbox, Outgoing, OutboxNews } from './outbox.ts';

/** How often the other tabs are told how far an upload is, ms. */
const progressEvery = 200;

/**
 * One Outbox for all tabs of an Agent. Every tab shows the same list and keeps what it writes; only the one that leads
 * sends, so the order holds whoever wrote. A new leader begins with what is kept and what it has heard: what was under
 * way when the old one died goes again under the same client id, which the server takes once.
 */
export class OutboxShare implements Disposable {
  #outbox: Outbox;
  #tabs: Tabs;
  #keep: Keep;
  #now: () => number;
  #isOver = false;
  #toldAt = 0;

  constructor(outbox: Outbox, options: { tabs: Tabs; keep: Keep; now: () => number }) {
    this.#outbox = outbox;
    this.#tabs = options.tabs;
    this.#keep = options.keep;
    this.#now = options.now;
    outbox.news = (news) => this.#tell(news);
    outbox.mayWork = false;
    this.#tabs.onTurn((isLeader) => (isLeader ? void this.#lead() : this.#follow()));
    this.#tabs.hear('outbox', (told) => this.#hear(told));
    this.#tabs.hear('outbox?', () => this.#tabs.isLeader && this.#tellAll());
    this.#tabs.hear('outbox!', () => this.#tellAll());
    this.#tabs.hear('progress', ({ clientId, part }) => {
      const file = outbox.pending.peek().find((one) => one.clientId === clientId)?.extras.file;
      if (file) file.progress.value = Number(part) || 0;
    });
  }

  /** Asks for what the others have: at the beginning, and after having slept. */
  ask(): void {
    this.#tabs.tell('outbox?');
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#outbox.news = undefined;
    this.#outbox.mayWork = false;
  }

  /** What was kept and could not be read before. */
  async readAgain(): Promise<void> {
    if (!this.#tabs.isLeader) return;
    const { outgoing } = await this.#keep.read();
    if (this.#isOver || !this.#tabs.isLeader) return;
    const known = new Set(this.#outbox.pending.peek().map((one) => one.clientId));
    const now = this.#now();
    const found = outgoing.filter((one) => !known.has(one.clientId));
    this.#outbox.take(found.map((one) => toOutgoing(rested(one, now))));
    this.#tellAll();
  }

  async #lead(): Promise<void> {
    const { outgoing } = await this.#keep.read();
    if (this.#isOver || !this.#tabs.isLeader) return;
    const now = this.#now();
    this.#outbox.take(outgoing.map((one) => toOutgoing(rested(one, now))));
    this.#tabs.tell('outbox!');
    this.#tellAll();
    this.#outbox.mayWork = true;
    this.#outbox.resume();
  }

  #follow(): void {
    this.#outbox.mayWork = false;
  }

  #tell({ put = [], drop = [], settled, row, progress }: OutboxNews): void {
    if (settled) return settled.forEach((clientId) => this.#keep.dropOutgoing(clientId));
    if (progress) {
      const now = this.#now();
      if (now - this.#toldAt < progressEvery && progress.part < 1) return;
      this.#toldAt = now;
      return this.#tabs.tell('progress', progress);
    }
    const kept = put.map(toKept);
    kept.forEach((one) => this.#keep.putOutgoing(one));
    drop.forEach((clientId) => this.#keep.dropOutgoing(clientId));
    this.#tabs.tell('outbox', { put: kept, drop, row });
  }

  #tellAll(): void {
    const put = this.#outbox.pending.peek().map(toKept);
    if (put.length) this.#tabs.tell('outbox', { put });
  }

  #hear(told: Record<string, unknown>): void {
    const put = Array.isArray(told['put']) ? (told['put'] as unknown[]) : [];
    const drop = Array.isArray(told['drop']) ? (told['drop'] as unknown[]) : [];
    batch(() => {
      // The row first: a bubble must not be gone for a moment.
      if (isMessage(told['row'])) this.#outbox.accept(told['row']);
      this.#outbox.forget(drop.map(String));
      this.#outbox.take(put.filter(isKept).map(toOutgoing));
    });
  }
}

function isKept(value: unknown): value is KeptOutgoing {
  const { clientId, chatId, body } = record(value);
  return typeof clientId === 'string' && typeof chatId === 'number' && typeof body === 'string';
}

/** One that was written long ago is not sent behind anybody's back. */
function rested(one: KeptOutgoing, now: number): KeptOutgoing {
  if (one.state === 'failed') return one;
  if (now - one.at > staleAfter) return { ...one, state: 'failed', code: 'too-old' };
  return { ...one, state: 'waiting' };
}

export function toKept(one: Outgoing): KeptOutgoing {
  const { file, ...extras } = one.extras;
  if (!file) return { ...one, extras };
  const { progress: _, ...kept } = file;
  return { ...one, extras: { ...extras, file: kept } };
}

export function toOutgoing(one: KeptOutgoing): Outgoing {
  const { file, ...extras } = one.extras;
  return { ...one, extras: file ? { ...extras, file: { ...file, progress: signal(0) } } : extras };
}
