import { z } from 'zod';
import { transact, type Database } from '../../db/database.ts';
import { findInboxRow } from '../../db/query/inbox.ts';
import { readCaughtUp } from '../../db/query/lease.ts';
import { readSetting, writeSetting } from '../../db/query/setting.ts';
import type { Clock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import { addressKind } from '../contract/address.ts';
import type { Outcome } from '../contract/outcome.ts';
import { createEngineKnowledge } from './engine-knowledge.ts';
import { dayOf, mayLeaveAt, newContactsToday, nextDay, sendRules, type SendRules } from './send-rules.ts';

const keptMs = 5_000;
const today = z.object({ day: z.int(), count: z.int() });

/** What has been used of the rules; `retryAt` (ms) is there while one of them is reached. */
export interface SendLimits {
  rules: SendRules;
  sentThisMinute: number;
  newContactsToday: number;
  /** Today's cap: less than the full one while the number warms up. */
  newContactsCap: number;
  reached: 'per-minute' | 'new-contacts' | null;
  retryAt: number | null;
}

/** Keeps the sending rules of one Session. The minute is this process's, the day is kept in the database. */
export class SendGuard {
  #db: Database;
  #inboxId: number;
  #clock: Clock;
  #sentAt: number[] = [];
  #read: { at: number; rules: SendRules } | undefined;
  #rules: SendRules = sendRules.parse({});
  #isWaiting = false;
  /** New contacts are counted one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: { db: Database; inboxId: number; clock: Clock }) {
    this.#db = options.db;
    this.#inboxId = options.inboxId;
    this.#clock = options.clock;
  }

  /** Whether one more may leave this minute. When not, `wake` is called as soon as one may, unless `ends` came first. */
  hasRoom(ends: AbortSignal, wake: () => void): boolean {
    const wait = mayLeaveAt(this.#rules, this.#sentAt, this.#clock.now()) - this.#clock.now();
    if (wait <= 0) return true;
    if (this.#isWaiting) return false;
    this.#isWaiting = true;
    void this.#clock.delay(wait, ends).then(() => {
      this.#isWaiting = false;
      if (!ends.aborted) wake();
    });
    return false;
  }

  /** Before a send: undefined when it may go, and it is counted then. */
  async check(chat: Address): Promise<Outcome | undefined> {
    const rules = await this.#current();
    const refusal = await this.#checkContact(rules, chat);
    if (refusal) return refusal;
    const now = this.#clock.now();
    this.#sentAt = [...this.#sentAt.filter((at) => at > now - 60_000), now];
    return undefined;
  }

  async limits(): Promise<SendLimits> {
    const now = this.#clock.now();
    const rules = await this.#current(true);
    const organisationId = await this.#organisation();
    const cap = await this.#cap(rules);
    const count = await this.#count(organisationId);
    const freeAt = mayLeaveAt(rules, this.#sentAt, now);
    const reached = freeAt > now ? 'per-minute' : count >= cap ? 'new-contacts' : null;
    return {
      rules,
      sentThisMinute: this.#sentAt.filter((at) => at > now - 60_000).length,
      newContactsToday: count,
      newContactsCap: cap,
      reached,
      retryAt: reached === null ? null : reached === 'per-minute' ? freeAt : nextDay(now),
    };
  }

  async setRules(rules: SendRules): Promise<void> {
    const organisationId = await this.#organisation();
    await transact(this.#db, (tx) =>
      writeSetting(tx, organisationId, `send-rules:${this.#inboxId}`, JSON.stringify(rules)),
    );
    this.#rules = rules;
    this.#read = { at: this.#clock.now(), rules };
  }

  #checkContact(rules: SendRules, chat: Address): Promise<Outcome | undefined> {
    const kind = addressKind(chat);
    if (kind !== 'phone' && kind !== 'lid') return Promise.resolve(undefined);
    const checked = this.#turn.then(async (): Promise<Outcome | undefined> => {
      const known = await createEngineKnowledge(this.#db, this.#inboxId).newest(chat, undefined, 1);
      if (known.length > 0) return undefined;
      const organisationId = await this.#organisation();
      const count = await this.#count(organisationId);
      if (count >= (await this.#cap(rules))) return { kind: 'refused', reason: 'rate-limited' };
      const value = JSON.stringify({ day: dayOf(this.#clock.now()), count: count + 1 });
      await transact(this.#db, (tx) => writeSetting(tx, organisationId, this.#countName, value));
      return undefined;
    });
    this.#turn = checked.catch(() => undefined);
    return checked;
  }

  get #countName(): string {
    return `new-contacts:${this.#inboxId}`;
  }

  async #count(organisationId: number): Promise<number> {
    const text = await readSetting(this.#db, organisationId, this.#countName);
    const read = today.safeParse(text === undefined ? undefined : JSON.parse(text));
    return read.success && read.data.day === dayOf(this.#clock.now()) ? read.data.count : 0;
  }

  async #cap(rules: SendRules): Promise<number> {
    const { linkedAt } = await readCaughtUp(this.#db, this.#inboxId);
    return newContactsToday(rules, linkedAt, this.#clock.now());
  }

  async #current(afresh = false): Promise<SendRules> {
    const now = this.#clock.now();
    if (!afresh && this.#read && this.#read.at > now - keptMs) return this.#read.rules;
    const text = await readSetting(this.#db, await this.#organisation(), `send-rules:${this.#inboxId}`);
    const rules = sendRules.parse(text === undefined ? {} : JSON.parse(text));
    this.#rules = rules;
    this.#read = { at: now, rules };
    return rules;
  }

  async #organisation(): Promise<number> {
    return (await findInboxRow(this.#db, this.#inboxId))?.organisation_id ?? 0;
  }
}
