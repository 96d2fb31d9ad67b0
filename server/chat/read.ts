import { addressesOfChat, addressesOfChats, readAddresses, type AddressRow } from '../../db/query/address.ts';
import { readChats, type ChatRow } from '../../db/query/chat.ts';
import { countChats } from '../../db/query/chat-counts.ts';
import { pageContacts } from '../../db/query/contact.ts';
import {
  findInboxRow,
  insertInbox,
  listInboxRows,
  listSessionRows,
  type InboxRow,
  type SessionRow,
} from '../../db/query/inbox.ts';
import { transact, type Database } from '../../db/database.ts';
import { withTwins } from '../contract/number-twin.ts';
import { addressKind, type Address } from '../contract/address.ts';
import type { ChatCounts, ContactPage } from '../contract/api.ts';
import type { Capabilities } from '../contract/capability.ts';
import { Problem } from '../contract/problem.ts';
import type { Chat, Inbox } from '../contract/wire.ts';
import type { Scope } from './chat-room.ts';
import { clampLimit, readCursor, writeCursor } from './page-cursor.ts';
import { searchText } from './search-text.ts';
import { wireChats, wireContacts, wireSession } from './wire-rows.ts';

type CapabilitiesOf = (engine: string) => Capabilities;

/** The Inbox if it is of the asker's Organisation. Problems: `not-found`. */
export async function ownInbox(db: Database, scope: Scope, inboxId: number): Promise<InboxRow> {
  return ownRow(scope, Number.isSafeInteger(inboxId) ? await findInboxRow(db, inboxId) : undefined);
}

/** The same of a row that was read already: the one place that says who may see an Inbox. Problems: `not-found`. */
export function ownRow<Row extends InboxRow>(scope: Scope, row: Row | undefined): Row {
  if (!row || row.organisation_id !== scope.organisationId || !maySee(scope, row.id)) {
    throw new Problem('not-found');
  }
  return row;
}

/** Whether an Inbox of the asker's Organisation is among those given to the asker. */
export function maySee({ sees }: Scope, inboxId: number): boolean {
  return sees === undefined || sees(inboxId);
}

/** The Chat (or the one it was joined into) if it is of the asker's Organisation. Problems: `not-found`. */
export async function ownChat(db: Database, scope: Scope, chatId: number): Promise<ChatRow> {
  return (await ownChatAndInbox(db, scope, chatId)).chat;
}

/** As {@link ownChat}, with the Inbox as it stood then. */
export async function ownChatAndInbox(
  db: Database,
  scope: Scope,
  chatId: number,
): Promise<{ chat: ChatRow; inbox: InboxRow }> {
  const chat = await standingChat(db, chatId);
  if (!chat) throw new Problem('not-found');
  return { chat, inbox: await ownInbox(db, scope, chat.inbox_id) };
}

export async function standingChat(db: Database, chatId: number): Promise<ChatRow | undefined> {
  let id = chatId;
  for (let hop = 0; hop < 20 && Number.isSafeInteger(id); hop++) {
    const [row] = await readChats(db, [id]);
    if (!row || row.merged_into === null) return row;
    id = row.merged_into;
  }
  return undefined;
}

export async function findInbox(
  db: Database,
  capabilitiesOf: CapabilitiesOf,
  scope: Scope,
  inboxId: number,
): Promise<Inbox> {
  const [inbox] = await wireInboxes(db, capabilitiesOf, [await ownInbox(db, scope, inboxId)]);
  if (!inbox) throw new Problem('not-found');
  return inbox;
}

export async function listInboxes(
  db: Database,
  capabilitiesOf: CapabilitiesOf,
  scope: Scope,
): Promise<Inbox[]> {
  const rows = await listInboxRows(db, scope.organisationId);
  return wireInboxes(
    db,
    capabilitiesOf,
    rows.filter((row) => maySee(scope, row.id)),
  );
}

export async function createInbox(
  db: Database,
  capabilitiesOf: CapabilitiesOf,
  row: { organisationId: number; name: string; engine: string; upstream: string; at: number },
): Promise<Inbox> {
  const id = await transact(db, (tx) => insertInbox(tx, row));
  return findInbox(db, capabilitiesOf, { organisationId: row.organisationId, agentId: 0 }, id);
}

async function wireInboxes(
  db: Database,
  capabilitiesOf: CapabilitiesOf,
  rows: readonly InboxRow[],
): Promise<Inbox[]> {
  const sessions = new Map<number, SessionRow>();
  const found = await listSessionRows(
    db,
    rows.map((row) => row.id),
  );
  for (const session of found) sessions.set(session.inbox_id, session);
  return rows.flatMap((row) => {
    const session = sessions.get(row.id);
    if (!session) return [];
    return {
      id: row.id,
      name: row.name,
      organisationId: row.organisation_id,
      session: wireSession(session, capabilitiesOf(session.engine)),
      seq: row.row_seq,
      cursor: row.seq,
      era: row.era,
    };
  });
}

export async function findChat(db: Database, scope: Scope, chatId: number): Promise<Chat> {
  const [chat] = await wireChats(db, [await ownChat(db, scope, chatId)]);
  if (!chat) throw new Problem('not-found');
  return chat;
}

/** Of the Inboxes given to the asker. */
export async function countOwnChats(db: Database, scope: Scope): Promise<ChatCounts[]> {
  const inboxes = await listInboxRows(db, scope.organisationId);
  const seen = inboxes.filter((row) => maySee(scope, row.id)).map(({ id }) => id);
  return countChats(db, seen, scope.agentId);
}

export async function listContacts(
  db: Database,
  scope: Scope,
  inboxId: number,
  page: { after?: string | undefined; limit?: number | undefined; search?: string | undefined },
): Promise<ContactPage> {
  const { seq, era } = await ownInbox(db, scope, inboxId);
  const limit = clampLimit(page.limit, 50, 200);
  const place = readCursor(page.after, 1);
  const rows = await pageContacts(db, inboxId, {
    after: place && { text: place.text, id: place.numbers[0]! },
    limit: limit + 1,
    search: searchText(page.search ?? ''),
  });
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    list: await wireContacts(db, shown),
    next: last ? writeCursor([last.id], last.search_text) : null,
    cursor: seq,
    era,
  };
}

/** The Address to write to: the phone if known, else the LID or group. */
export async function chatAddress(
  db: Database,
  inboxId: number,
  chatId: number,
): Promise<Address | undefined> {
  const chat = await standingChat(db, chatId);
  if (!chat || chat.inbox_id !== inboxId) return undefined;
  return toWriteTo(await addressesOfChat(db, chat.id));
}

/** The same for Chats of one Inbox that stand; who has none is left out. */
export async function chatAddresses(
  db: Database,
  inboxId: number,
  chatIds: readonly number[],
): Promise<Map<number, Address>> {
  const rows = (await addressesOfChats(db, chatIds)).filter((row) => row.inbox_id === inboxId);
  return new Map(
    [...Map.groupBy(rows, (row) => row.chat_id)].flatMap(([id, own]) => {
      const address = toWriteTo(own);
      return id !== null && address ? [[id, address] as const] : [];
    }),
  );
}

function toWriteTo(rows: readonly AddressRow[]): Address | undefined {
  const addresses = rows.map((row) => row.value as Address);
  return addresses.find((address) => addressKind(address) === 'phone') ?? addresses[0];
}

export async function chatOfAddress(
  db: Database,
  inboxId: number,
  address: Address,
): Promise<number | undefined> {
  const rows = await readAddresses(db, inboxId, withTwins([address]).toSorted());
  const row = rows.find((one) => one.value === address) ?? rows[0];
  return row?.chat_id ?? undefined;
}
