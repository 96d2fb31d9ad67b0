import type { Queryable } from '../database.ts';
import { addressesOfChat, addressesOfContact } from './address.ts';
import { readMessagesByMessageId, type MessageRow } from './message.ts';

/** A Message with the Addresses of its Chat and its writer, as engines ask for it. */
export interface KnownRow {
  chat: string;
  message_id: string;
  from_me: number;
  sender: string | undefined;
  type: string;
  body: string;
  at: number;
}

/** Messages under WhatsApp's id; nearly always one. */
export async function knownMessages(db: Queryable, inboxId: number, messageId: string): Promise<KnownRow[]> {
  return withAddresses(db, await readMessagesByMessageId(db, inboxId, [messageId]));
}

/** Of one Chat, newest first, not later than `before`; those that have an id of WhatsApp's. */
export async function newestOfChat(
  db: Queryable,
  chatId: number,
  before: number | undefined,
  limit: number,
): Promise<KnownRow[]> {
  let query = db
    .selectFrom('message')
    .selectAll()
    .where('chat_id', '=', chatId)
    .where('merged_into', 'is', null)
    .where('type', '<>', 'system')
    .where('message_id', 'not like', '~%');
  if (before !== undefined) query = query.where('at', '<=', before);
  return withAddresses(db, await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute());
}

async function withAddresses(db: Queryable, rows: readonly MessageRow[]): Promise<KnownRow[]> {
  const preferred = (values: { value: string }[]): string | undefined =>
    (values.find(({ value }) => value.endsWith('@c.us')) ?? values[0])?.value;
  const known: KnownRow[] = [];
  for (const row of rows) {
    const chat = preferred(await addressesOfChat(db, row.chat_id));
    const sender = row.sender_contact_id && (await addressesOfContact(db, row.sender_contact_id));
    if (chat === undefined) continue;
    const { message_id, from_me, type, body, at } = row;
    known.push({ chat, message_id, from_me, sender: sender ? preferred(sender) : undefined, type, body, at });
  }
  return known;
}
