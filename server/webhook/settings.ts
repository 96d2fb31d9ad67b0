import type { Database } from '../../db/database.ts';
import { isUniqueViolation } from '../../db/portable.ts';
import { deleteWebhook, insertWebhook, listWebhooks, type WebhookRow } from '../../db/query/webhook.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';
import { secretPlace } from './secrets.ts';

export interface WebhookView {
  id: number;
  dialect: string;
  session: string;
  /** ms */
  createdAt: number;
  /** ms; 0 = nothing has come yet. */
  lastAt: number;
}

/** Making, listing and removing the webhooks of an Inbox. The caller has checked whose Inbox it is. */
export function createWebhookSettings(options: {
  db: Database;
  clock: Clock;
  seal(text: string, place: ReturnType<typeof secretPlace>): string;
  dialects: ReadonlyMap<string, unknown>;
  changed(): void;
}) {
  const { db, clock, seal, dialects, changed } = options;
  return {
    /** Problems: `bad-request` for an unknown dialect, `conflict` when the dialect has such a session already. */
    async create(input: {
      inboxId: number;
      organisationId: number;
      dialect: string;
      session: string;
      secret: string;
    }): Promise<WebhookView> {
      const { dialect, session } = input;
      if (!dialects.has(dialect)) {
        throw new Problem('bad-request', `Known webhook formats: ${[...dialects.keys()].join(', ')}`);
      }
      const sealed = seal(
        input.secret,
        secretPlace({ dialect, session, organisation_id: input.organisationId }),
      );
      const createdAt = clock.now();
      try {
        const id = await insertWebhook(db, {
          inbox_id: input.inboxId,
          dialect,
          session,
          secret: sealed,
          created_at: createdAt,
        });
        changed();
        return { id, dialect, session, createdAt, lastAt: 0 };
      } catch (error) {
        if (isUniqueViolation(error)) throw new Problem('conflict', 'This session name is taken');
        throw error;
      }
    },
    async list(inboxId: number): Promise<WebhookView[]> {
      return (await listWebhooks(db, inboxId)).map(view);
    },
    async remove(inboxId: number, webhookId: number): Promise<boolean> {
      const removed = await deleteWebhook(db, inboxId, webhookId);
      changed();
      return removed;
    },
  };
}

function view(row: WebhookRow): WebhookView {
  return {
    id: row.id,
    dialect: row.dialect,
    session: row.session,
    createdAt: row.created_at,
    lastAt: row.last_at,
  };
}
