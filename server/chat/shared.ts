import { sharedEndQuery, sharedQuery } from '../../db/query/shared.ts';
import type { MessageRow } from '../../db/query/message.ts';
import type { Place } from '../../db/query/waiting.ts';
import type { Database } from '../../db/database.ts';
import { together } from '../../db/together.ts';
import type { SharedKind, SharedPage } from '../contract/api.ts';
import type { Page, Scope } from './chat-room.ts';
import { clampLimit, readCursor, writeCursor } from './page-cursor.ts';
import { ownChat } from './read.ts';
import { wireMessages } from './wire-rows.ts';

/**
 * What was shared in a Chat, newest first: photos and videos, documents, or links. A page looks through a bounded stretch of
 * the Chat, so it may be short or empty and yet have a `next`. Problems: `not-found`, `bad-request`.
 */
export async function listShared(
  db: Database,
  scope: Scope,
  chatId: number,
  page: Page & { kind: SharedKind },
): Promise<SharedPage> {
  const place = readCursor(page.before, 2)?.numbers;
  const chat = await ownChat(db, scope, chatId);
  const limit = clampLimit(page.limit, 60, 100);
  const before = place && { at: place[0]!, id: place[1]! };
  const [rows, [end]] = await together<[MessageRow, Place]>(db, [
    sharedQuery(db, chat.id, { kind: page.kind, before, limit: limit + 1 }),
    sharedEndQuery(db, chat.id, before),
  ]);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : end;
  return { list: await wireMessages(db, shown), next: last ? writeCursor([last.at, last.id]) : null };
}
