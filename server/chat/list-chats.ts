import type { ChatRow } from '../../db/query/chat.ts';
import {
  pageChatsQuery,
  waitingChatsQuery,
  type ChatListCut,
  type ChatListPage,
} from '../../db/query/chat-list.ts';
import type { InboxRow } from '../../db/query/inbox.ts';
import { rowsBy } from '../../db/query/rows-by.ts';
import type { Database } from '../../db/database.ts';
import { together } from '../../db/together.ts';
import type { ChatFilter, ChatPage, ChatSort } from '../contract/api.ts';
import { Problem } from '../contract/problem.ts';
import type { Page, Scope } from './chat-room.ts';
import { clampLimit, readCursor, writeCursor } from './page-cursor.ts';
import { ownRow } from './read.ts';
import { searchText } from './search-text.ts';
import { wireChats } from './wire-rows.ts';

interface Asked extends Page {
  search?: string | undefined;
  filter?: ChatFilter | undefined;
  sort?: ChatSort | undefined;
  assignee?: number | 'me' | 'none' | undefined;
  label?: number | undefined;
}

/** Pinned first, then the newest; or who waits longest first, and the others behind them. Problems: `not-found`, `bad-request`. */
export async function listChats(db: Database, scope: Scope, inboxId: number, page: Asked): Promise<ChatPage> {
  if (!Number.isSafeInteger(inboxId)) throw new Problem('not-found');
  const limit = clampLimit(page.limit, 50, 100);
  const place = readCursor(page.before, 3)?.numbers;
  const cut = cutOf(scope, page);
  const { inbox, rows } =
    page.sort === 'waiting'
      ? await waitingFirst(db, inboxId, { cut, place, limit: limit + 1 })
      : await newestFirst(db, inboxId, { ...cut, before: place && listPlace(place), limit: limit + 1 });
  const { seq, era } = ownRow(scope, inbox);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    list: await wireChats(db, shown),
    next: last ? writeCursor(cursorOf(last, page.sort)) : null,
    cursor: seq,
    era,
  };
}

function cutOf(scope: Scope, page: Asked): ChatListCut {
  return {
    search: searchText(page.search ?? ''),
    filter: page.filter ?? 'all',
    agentId: scope.agentId,
    assignee: page.assignee === 'me' ? scope.agentId : page.assignee === 'none' ? null : page.assignee,
    label: page.label,
  };
}

/** Where the waiting end and the others begin is told by a first number that no `pinned` is. */
const isWaiting = -1;

function cursorOf(row: ChatRow, sort: ChatSort | undefined): number[] {
  if (sort === 'waiting' && row.waiting_since > 0) return [isWaiting, row.waiting_since, row.id];
  return [row.pinned, row.last_at, row.id];
}

const listPlace = ([pinned, at, id]: readonly number[]) => ({ pinned: pinned!, at: at!, id: id! });

interface Found {
  inbox: InboxRow | undefined;
  rows: ChatRow[];
}

/** Who may, the head and the page in one packet, in this order. */
async function newestFirst(db: Database, inboxId: number, page: ChatListPage): Promise<Found> {
  const [[inbox], rows] = await together<[InboxRow, ChatRow]>(db, [
    rowsBy('inbox', 'id', [inboxId]),
    pageChatsQuery(db, inboxId, page),
  ]);
  return { inbox, rows };
}

async function waitingFirst(
  db: Database,
  inboxId: number,
  page: { cut: ChatListCut; place: readonly number[] | undefined; limit: number },
): Promise<Found> {
  const { cut, place, limit } = page;
  if (place && place[0] !== isWaiting) {
    return newestFirst(db, inboxId, { ...cut, before: listPlace(place), onlySettled: true, limit });
  }
  const [[inbox], rows] = await together<[InboxRow, ChatRow]>(db, [
    rowsBy('inbox', 'id', [inboxId]),
    waitingChatsQuery(db, inboxId, { ...cut, after: place && { since: place[1]!, id: place[2]! }, limit }),
  ]);
  const missing = limit - rows.length;
  if (missing === 0) return { inbox, rows };
  const rest = await pageChatsQuery(db, inboxId, {
    ...cut,
    before: undefined,
    onlySettled: true,
    limit: missing,
  }).execute();
  return { inbox, rows: [...rows, ...rest] };
}
