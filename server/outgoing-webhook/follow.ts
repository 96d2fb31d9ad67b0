import { createHash } from 'node:crypto';
import { transact, type Database } from '../../db/database.ts';
import { isUniqueViolation } from '../../db/portable.ts';
import { addressesOfChat } from '../../db/query/address.ts';
import { readChats } from '../../db/query/chat.ts';
import { endpointsInState, type EndpointRow } from '../../db/query/endpoint.ts';
import { erasBeyond } from '../../db/query/era.ts';
import { queueDeliveries } from '../../db/query/endpoint-delivery.ts';
import {
  inboxesToTell,
  insertEndpointEvents,
  moveProgress,
  readTold,
  replaceTold,
  sessionEventsAfter,
  type EndpointToldRow,
} from '../../db/query/endpoint-event.ts';
import type { MessageRow } from '../../db/query/message.ts';
import { messagesAfter } from '../../db/query/search.ts';
import { wireChats, wireMessages } from '../chat/wire-rows.ts';
import type { MessageNews, OutgoingEvent, OutgoingType } from '../contract/outgoing.ts';
import type { Message } from '../contract/wire.ts';
import { newsOf, toldOf } from './tell.ts';
import { isTold } from './waha.ts';

type Place = Awaited<ReturnType<typeof inboxesToTell>>[number];

/** News on its way into the database. `at`: when it happened, for who is told of what had been lost. */
interface Found {
  name: string;
  event: OutgoingEvent;
  at: number;
  live: boolean;
}

const batch = 100;

/**
 * Turns what has changed since the last time into events and the deliveries of them: one transaction a batch, which also
 * moves the place from which the next one reads. So nothing is left out and nothing comes twice, whenever the process
 * dies, and however many processes do this. True: something was told.
 */
export async function followAll(db: Database, now: () => number, signal?: AbortSignal): Promise<boolean> {
  const endpoints = await endpointsInState(db, ['on', 'failing']);
  if (endpoints.length === 0) return false;
  const organisations = [...new Set(endpoints.map((row) => row.organisation_id))];
  let isTelling = false;
  for (;;) {
    const behind = (await inboxesToTell(db, organisations)).filter(isBehind);
    if (behind.length === 0) return isTelling;
    for (const place of behind) {
      if (signal?.aborted) return isTelling;
      const own = endpoints.filter((row) => row.organisation_id === place.organisationId);
      if (await followBatch(db, place, own, now())) isTelling = true;
    }
  }
}

function isBehind({ seq, progress }: Place): boolean {
  return !progress || progress.seq < seq || progress.message !== Number.MAX_SAFE_INTEGER;
}

async function followBatch(
  db: Database,
  place: Place,
  endpoints: readonly EndpointRow[],
  now: number,
): Promise<boolean> {
  const from = place.progress;
  const start = from ?? { inbox_id: place.id, seq: 0, message: 0, newest: 0, session_event: 0 };
  const rows = await messagesAfter(db, start, place.seq, batch);
  const reports = await sessionEventsAfter(db, place.id, start.session_event, batch);
  const last = rows.length === batch ? rows.at(-1) : undefined;
  const isWhole = !last && reports.length < batch;
  const to = {
    inbox_id: place.id,
    seq: last ? last.seq : isWhole ? place.seq : Math.max(start.seq, place.seq - 1),
    message: last ? last.id : Number.MAX_SAFE_INTEGER,
    newest: start.newest,
    session_event: reports.at(-1)?.id ?? start.session_event,
  };
  const inbox = { id: place.id, name: place.name };
  const { found, told } = await newsOfMessages(db, inbox, rows, start.newest, endpoints, now);
  for (const report of reports) {
    // Another QR code of the same pairing is for who stands before it.
    if (report.event === 'qr') continue;
    const { state, code, action, at, lasted } = report;
    found.push({
      name: nameOf(`${place.id}|session ${report.id}|${at}`),
      at,
      live: true,
      event: {
        type: 'session.state',
        timestamp: new Date(now).toISOString(),
        data: { inbox, session: { state, code, action, since: at, lastedMs: lasted } },
      },
    });
  }
  try {
    return await transact(db, async (tx) => {
      if (!(await moveProgress(tx, from, to))) return false;
      await replaceTold(tx, told);
      const wanted = found
        .map((news) => ({ news, by: endpoints.filter((row) => wants(row, place.id, news)) }))
        .filter(({ by }) => by.length > 0);
      const ids = await insertEndpointEvents(
        tx,
        wanted.map(({ news: { name, event, live } }) => ({
          organisation_id: place.organisationId,
          inbox_id: place.id,
          name,
          type: event.type,
          live: live ? 1 : 0,
          body: JSON.stringify(event),
          at: now,
        })),
      );
      await queueDeliveries(
        tx,
        wanted.flatMap(({ news, by }) =>
          by.map(({ id }) => ({ endpoint_id: id, event: ids.get(news.name)!, due_at: now })),
        ),
      );
      return wanted.length > 0;
    });
  } catch (error) {
    // Another process has begun with this Inbox, or told this already.
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

/** What was before the Endpoint is no news for it; what was lost since then and found in the history is. */
export function wants(
  row: EndpointRow,
  inboxId: number,
  news: Pick<Found, 'at' | 'live' | 'event'>,
): boolean {
  const { type } = news.event;
  if (!news.live && news.at < row.created_at) return false;
  return wantsType(row, type) && wantsInbox(row, inboxId);
}

export function wantsType(row: EndpointRow, type: OutgoingType): boolean {
  const types = JSON.parse(row.events) as OutgoingType[];
  if (types.length > 0 && !types.includes(type)) return false;
  return row.format !== 'waha' || isTold(type);
}

export function wantsInbox(row: EndpointRow, inboxId: number): boolean {
  return row.inboxes === null || (JSON.parse(row.inboxes) as number[]).includes(inboxId);
}

async function newsOfMessages(
  db: Database,
  inbox: MessageNews['inbox'],
  rows: readonly MessageRow[],
  newest: number,
  endpoints: readonly EndpointRow[],
  now: number,
): Promise<{ found: Found[]; told: EndpointToldRow[] }> {
  const first = Math.min(...endpoints.map((row) => row.created_at));
  const known = new Map(
    (
      await readTold(
        db,
        rows.map(({ id }) => id),
      )
    ).map((row) => [row.message, row]),
  );
  // Of a long history nothing is told, and nothing need be remembered.
  const kept = rows.filter((row) => known.has(row.id) || row.live === 1 || row.at >= first);
  if (kept.length === 0) return { found: [], told: [] };
  const messages = new Map((await wireMessages(db, kept)).map((message) => [message.id, message]));
  const chats = await chatsOf(db, kept);
  const eras = await erasBeyond(db, inbox.id, Math.min(...kept.map(({ seq }) => seq)) - 1);
  const found: Found[] = [];
  const told: EndpointToldRow[] = [];
  for (const row of kept) {
    const message = messages.get(row.id);
    const chat = chats.get(row.chat_id);
    if (!message || !chat) continue;
    const before = known.get(row.id);
    const types = newsOf(message, before && fromRow(before), row.id > newest);
    const live = row.live === 1;
    const era = eras.find(({ since }) => since < row.seq)?.era ?? '';
    for (const type of types) {
      found.push({
        name: nameOf(`${inbox.id}|${row.id}|${row.seq}|${era}|${type}`),
        at: row.at,
        live,
        event: {
          type,
          timestamp: new Date(now).toISOString(),
          data: { inbox, chat, message: withoutPicture(message), history: !live },
        },
      });
    }
    told.push(toRow(message, now));
  }
  return { found, told };
}

async function chatsOf(
  db: Database,
  rows: readonly MessageRow[],
): Promise<ReadonlyMap<number, MessageNews['chat']>> {
  const ids = [...new Set(rows.map((row) => row.chat_id))];
  const chats = await wireChats(db, await readChats(db, ids));
  const found = new Map<number, MessageNews['chat']>();
  for (const { id, kind, name, phone } of chats) {
    const addresses = (await addressesOfChat(db, id)).map(({ value }) => value);
    // A number says more than what hides it.
    const address = addresses.find((value) => !value.endsWith('@lid')) ?? addresses[0] ?? null;
    found.set(id, { id, kind, name, phone, address });
  }
  return found;
}

/** Previews are many times the rest of it. */
function withoutPicture(message: Message): Message {
  return message.media ? { ...message, media: { ...message.media, thumbnail: null } } : message;
}

/**
 * The same news of the same change has the same name, whoever finds it; what is counted anew after the database was brought
 * back to an earlier day has another, or who keeps the names would not hear of it.
 */
function nameOf(text: string): string {
  return `evt_${createHash('sha256').update(text).digest('base64url').slice(0, 32)}`;
}

function fromRow(row: EndpointToldRow) {
  const { ack, failed, edited_at, revoked_at, reactions, rest } = row;
  return { ack, failed: failed === 1, editedAt: edited_at, revokedAt: revoked_at, reactions, rest };
}

function toRow(message: Message, at: number): EndpointToldRow {
  const { ack, failed, editedAt, revokedAt, reactions, rest } = toldOf(message);
  return {
    message: message.id,
    at,
    ack,
    failed: failed ? 1 : 0,
    edited_at: editedAt,
    revoked_at: revokedAt,
    reactions,
    rest,
  };
}
