import type { Queryable } from '../../db/database.ts';
import { chatsOfContacts, type ChatRow } from '../../db/query/chat.ts';
import { peopleQuery, readContacts, type ContactRow } from '../../db/query/contact.ts';
import type { DeliveryRow } from '../../db/query/delivery.ts';
import type { MediaRow } from '../../db/query/media-facts.ts';
import {
  messagesByMessageIdQuery,
  readMessagesByMessageId,
  type MessageRow,
  type ReactionRow,
} from '../../db/query/message.ts';
import type { SessionRow } from '../../db/query/inbox.ts';
import { rowsBy } from '../../db/query/rows-by.ts';
import { votesQuery, type VoteRow } from '../../db/query/vote.ts';
import { takesPackets } from '../../db/portable.ts';
import { together } from '../../db/together.ts';
import type { Capabilities } from '../contract/capability.ts';
import type { MessageContent } from '../contract/content.ts';
import type { Pairing } from '../contract/session-state.ts';
import type { Chat, Contact, Message, Session } from '../contract/wire.ts';
import type { Ack } from '../contract/ack.ts';
import { readContent } from './content.ts';
import { shownId } from './message-key.ts';
import { wireMedia } from './media-rows.ts';
import { quotedIds, shownQuotes } from './quoted.ts';
import { namesNobody, readNamed } from './mentions.ts';
import { displayName } from './search-text.ts';
import { isMarkedUnread, markedUnread } from './unread.ts';
import { wireVotes } from './votes.ts';
import { isSettled } from './waiting.ts';
import { agentsById, readWork } from './work/wire-work.ts';

/** Contacts that are at hand and need not be read. */
export type People = ReadonlyMap<number, ContactRow>;
const nobody: People = new Map();

/** Rows as the database has them → rows as clients see them. */
export async function wireChats(db: Queryable, rows: readonly ChatRow[], people = nobody): Promise<Chat[]> {
  const contacts = await contactsById(
    db,
    rows.flatMap((row) => [row.contact_id ?? [], isReactedLast(row) ? row.reaction_by || [] : []].flat()),
    people,
  );
  const work = await readWork(db, rows);
  return rows.map((row) => {
    const contact = row.contact_id === null ? undefined : contacts.get(row.contact_id);
    return {
      id: row.id,
      inboxId: row.inbox_id,
      kind: row.kind,
      contactId: row.contact_id,
      name: contact ? displayName(contact) : row.name,
      phone: contact?.phone ?? null,
      blocked: contact?.blocked === 1,
      picture: contact ? contact.picture : row.picture,
      unread: isMarkedUnread(row) ? markedUnread : row.unread,
      pinned: row.pinned === 1,
      archived: row.archived === 1,
      mutedUntil: row.muted_until,
      last:
        row.last_message === null
          ? null
          : {
              body: row.last_body,
              type: row.last_type,
              at: row.last_at,
              fromMe: row.last_from_me === 1,
              ack: row.last_ack as Ack,
              revoked: row.last_revoked === 1,
              ...(row.last_seconds !== null && { seconds: row.last_seconds }),
              ...(isReactedLast(row) && { reaction: wireLastReaction(row, contacts) }),
            },
      ...work(row),
      mentioned: row.mentioned === 1,
      waitingSince: row.waiting_since || null,
      settled: isSettled(row),
      mergedInto: row.merged_into,
      seq: row.seq,
    };
  });
}

/** Nothing has been said since somebody reacted. Those who order the list do not ask. */
function isReactedLast(row: ChatRow): boolean {
  return row.reaction_emoji !== '' && row.reaction_at >= row.last_at;
}

function wireLastReaction(
  row: ChatRow,
  contacts: People,
): NonNullable<NonNullable<Chat['last']>['reaction']> {
  const contact = contacts.get(row.reaction_by);
  return {
    emoji: row.reaction_emoji,
    fromUs: row.reaction_by === 0,
    name: contact ? displayName(contact) : '',
    body: row.reaction_body,
    type: row.reaction_type,
    at: row.reaction_at,
  };
}

export async function wireContacts(db: Queryable, rows: readonly ContactRow[]): Promise<Contact[]> {
  const chats = await chatsOfContacts(
    db,
    rows.map((row) => row.id),
  );
  const chatOf = new Map(chats.map((chat) => [chat.contact_id, chat.id]));
  return rows.map((row) => ({
    id: row.id,
    inboxId: row.inbox_id,
    name: displayName(row),
    pushName: row.push_name,
    phone: row.phone,
    isBusiness: row.is_business === 1,
    isMe: row.is_me === 1,
    blocked: row.blocked === 1,
    picture: row.picture,
    chatId: chatOf.get(row.id) ?? null,
    mergedInto: row.merged_into,
    seq: row.seq,
  }));
}

/** `reactions`: those at hand, by message; of the others they are read. */
export async function wireMessages(
  db: Queryable,
  rows: readonly MessageRow[],
  people = nobody,
  known: ReadonlyMap<number, readonly ReactionRow[]> = new Map(),
): Promise<Message[]> {
  if (rows.length === 0) return [];
  const unknown = rows.filter((row) => !known.has(row.id)).map((row) => row.id);
  const ours = rows.filter((row) => row.client_id !== null).map((row) => row.id);
  // Texts have none, and most Messages are texts.
  const withFiles = rows.filter((row) => mayHaveFile(row)).map((row) => row.id);
  const polls = rows.filter((row) => row.type === 'poll').map((row) => row.id);
  // Those of a Chat, or of its changes, are of one Inbox; what has been searched for may be of several.
  const [quotes, ...otherQuotes] = quotedIds(rows);
  const senders = rows.flatMap((row) => row.sender_contact_id ?? []).filter((id) => !people.has(id));
  const [read, deliveries, media, quotedRows, votes, met] = await together<
    [ReactionRow, DeliveryRow, MediaRow, MessageRow, VoteRow, ContactRow]
  >(db, [
    unknown.length > 0
      ? rowsBy('reaction', 'message', unknown, { order: ['message', 'at', 'sender_contact_id'] })
      : undefined,
    ours.length > 0 ? rowsBy('delivery', 'message', ours) : undefined,
    withFiles.length > 0 ? rowsBy('media', 'message', withFiles) : undefined,
    quotes && messagesByMessageIdQuery(quotes.inboxId, quotes.ids),
    polls.length > 0 ? votesQuery(db, polls) : undefined,
    // Who they are is known only behind the answers, and to ask then is one more packet; SQLite has no packets.
    takesPackets(db)
      ? peopleQuery({ ids: [...new Set(senders)], reactedTo: unknown, quoted: quotes })
      : undefined,
  ]);
  for (const { inboxId, ids } of otherQuotes)
    quotedRows.push(...(await readMessagesByMessageId(db, inboxId, ids)));
  quotedRows.sort((a, b) => a.id - b.id);
  const agents = await agentsById(
    db,
    rows.flatMap((row) => row.agent_id ?? []),
  );
  const reactions = [...read, ...[...known.values()].flat()].toSorted(
    (a, b) => a.at - b.at || a.sender_contact_id - b.sender_contact_id,
  );
  const byMessage = Map.groupBy(reactions, (row) => row.message);
  const contacts = await contactsById(
    db,
    [
      ...[...rows, ...quotedRows].flatMap((row) => row.sender_contact_id ?? []),
      ...reactions.flatMap((row) => row.sender_contact_id || []),
      ...votes.flatMap((row) => row.contact_id || []),
    ],
    met.length === 0 ? people : new Map([...people, ...met.map((row) => [row.id, row] as const)]),
  );
  const quoted = shownQuotes(rows, quotedRows, contacts);
  const named = await readNamed(db, rows);
  const votesIn = Map.groupBy(votes, (row) => row.message);
  const files = new Map(media.map((row) => [row.message, row]));
  const states = new Map(deliveries.map((row) => [row.message, row.state]));
  return rows.map((row) => {
    const sender = row.sender_contact_id === null ? undefined : contacts.get(row.sender_contact_id);
    return {
      id: row.id,
      inboxId: row.inbox_id,
      chatId: row.chat_id,
      messageId: shownId(row.message_id),
      clientId: row.client_id,
      fromMe: row.from_me === 1,
      agent: row.agent_id === null ? null : { id: row.agent_id, name: agents.get(row.agent_id) ?? '' },
      sender: sender
        ? { contactId: sender.id, name: displayName(sender) || row.sender_name, phone: sender.phone }
        : null,
      type: row.type,
      // Taken back by its author: kept for the merge, shown to nobody.
      body: row.revoked_at === null ? row.body : '',
      at: row.at,
      ack: row.ack as Ack,
      delivery: states.get(row.id) ?? null,
      failure: row.failure,
      editedAt: row.edited_at,
      revokedAt: row.revoked_at,
      quotedMessageId: row.quoted_message_id,
      quoted: quoted.get(row.id) ?? null,
      content: row.revoked_at === null ? shownContent(row) : null,
      media: row.revoked_at === null && files.has(row.id) ? wireMedia(files.get(row.id)!) : null,
      ...((row.revoked_at === null && named.get(row.id)) || namesNobody),
      forwarded: row.forwarded,
      starred: row.starred === 1,
      reactions: (byMessage.get(row.id) ?? [])
        .filter((reaction) => reaction.emoji !== '')
        .map((reaction) => {
          const contact = contacts.get(reaction.sender_contact_id);
          return {
            emoji: reaction.emoji,
            fromUs: reaction.from_us === 1,
            name: contact ? displayName(contact) : '',
            contactId: contact?.id ?? null,
          };
        }),
      votes: wireVotes(row, votesIn.get(row.id) ?? [], contacts),
      mergedInto: row.merged_into,
      seq: row.seq,
    };
  });
}

const withFile: ReadonlySet<string> = new Set(['image', 'video', 'voice', 'audio', 'document', 'sticker']);

export function mayHaveFile(row: MessageRow): boolean {
  return withFile.has(row.type) || row.type === 'unknown' || row.type === 'waiting';
}

/** The copy of the quoted Message and the Addresses of the mentioned have fields of their own. */
function shownContent(row: MessageRow): MessageContent | null {
  const content = readContent(row.content);
  if (content === null) return null;
  const { mentions: _, quoted: __, ...shown } = content;
  return Object.keys(shown).length === 0 ? null : shown;
}

/** The Session as everybody may see it: that there is a code to pair with, never the code. */
export function wireSession(row: SessionRow, capabilities: Capabilities): Session {
  const pairing = row.pairing === null ? null : (JSON.parse(row.pairing) as Pairing);
  return {
    inboxId: row.inbox_id,
    engine: row.engine,
    upstream: row.upstream,
    state: row.state,
    code: row.code,
    action: row.action,
    since: row.since,
    me:
      row.me_address === null
        ? null
        : { phone: row.me_address.slice(0, row.me_address.indexOf('@')), name: row.me_name },
    pairing: pairing && {
      kind: pairing.kind,
      issuedAt: pairing.issuedAt,
      expiresAt: pairing.expiresAt,
      turn: pairing.turn,
    },
    progress: row.progress,
    ...(row.retry_at > 0 ? { retryAt: row.retry_at } : {}),
    capabilities,
    seq: row.seq,
  };
}

async function contactsById(db: Queryable, ids: number[], people: People): Promise<People> {
  const missing = [...new Set(ids)].filter((id) => !people.has(id));
  if (missing.length === 0) return people;
  const rows = await readContacts(db, missing);
  return new Map([...people, ...rows.map((row) => [row.id, row] as const)]);
}
