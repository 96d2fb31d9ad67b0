import type { Database } from '../../db/database.ts';
import { isWebhookGone } from '../../db/query/inbox-removal.ts';
import { findWebhook, noteDelivery, type FoundWebhook } from '../../db/query/webhook.ts';
import type { Clock } from '../clock.ts';

/** Opens a sealed secret; throws when it was tampered with. */
export type OpenSecret = (
  sealed: string,
  place: { table: string; row: string; organisationId: number },
) => string;

/** Where a webhook's secret lives, for sealing and opening alike. */
export function secretPlace(webhook: { dialect: string; session: string; organisation_id: number }) {
  return {
    table: 'webhook',
    row: `${webhook.dialect}/${webhook.session}`,
    organisationId: webhook.organisation_id,
  };
}

export interface KnownWebhook {
  id: number;
  inboxId: number;
  /** The ones that count now; none = unsigned deliveries, if an operator has allowed them by name. */
  secrets: string[];
}

interface OpenedWebhook {
  id: number;
  inboxId: number;
  current: string | undefined;
  previous: string | undefined;
  previousUntil: number;
}

const keepMs = 5_000;
const noteMs = 60_000;
const mostKept = 1_000;

/** Secrets in memory for a few seconds, so that a delivery costs no query of its own. */
export class WebhookSecrets {
  #db: Database;
  #open: OpenSecret;
  #clock: Clock;
  #known = new Map<string, { until: number; webhook: OpenedWebhook | undefined }>();
  #noted = new Map<number, number>();

  constructor(db: Database, open: OpenSecret, clock: Clock) {
    this.#db = db;
    this.#open = open;
    this.#clock = clock;
  }

  async find(dialect: string, session: string): Promise<KnownWebhook | undefined> {
    const now = this.#clock.now();
    const key = `${dialect}/${session}`;
    let entry = this.#known.get(key);
    if (!entry || entry.until <= now) {
      if (this.#known.size >= mostKept) this.#known.clear();
      const row = await findWebhook(this.#db, dialect, session);
      entry = { until: now + keepMs, webhook: row && this.#opened(row) };
      this.#known.set(key, entry);
    }
    const { webhook } = entry;
    if (!webhook) return undefined;
    const { id, inboxId, current, previous, previousUntil } = webhook;
    const secrets = current === undefined ? [] : [current];
    if (previous !== undefined && previousUntil > now) secrets.push(previous);
    return { id, inboxId, secrets };
  }

  #opened(row: FoundWebhook): OpenedWebhook {
    const place = secretPlace(row);
    return {
      id: row.id,
      inboxId: row.inbox_id,
      current: row.secret === null ? undefined : this.#open(row.secret, place),
      previous: row.previous_secret === null ? undefined : this.#open(row.previous_secret, place),
      previousUntil: row.previous_until,
    };
  }

  /** Whether it fed a number that was taken out of use. Asked of the database: nobody ought to post there any more. */
  isGone(dialect: string, session: string): Promise<boolean> {
    return isWebhookGone(this.#db, dialect, session);
  }

  /** Remembers, at most once a minute and beside the answer, that something came. */
  note(id: number): void {
    const now = this.#clock.now();
    if ((this.#noted.get(id) ?? 0) + noteMs > now) return;
    this.#noted.set(id, now);
    noteDelivery(this.#db, id, now).catch(() => this.#noted.delete(id));
  }

  /** After a change through this process; other processes notice within seconds. */
  forget(): void {
    this.#known.clear();
  }
}
