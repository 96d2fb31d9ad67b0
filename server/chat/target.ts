import type { Database } from '../../db/database.ts';
import { addressesOfContact } from '../../db/query/address.ts';
import { readMessages, type MessageRow } from '../../db/query/message.ts';
import { addressKind, type Address } from '../contract/address.ts';
import type { MessageHandle } from '../contract/content.ts';
import { Problem } from '../contract/problem.ts';
import type { Scope, Target } from './chat-room.ts';
import { isUnsentId } from './message-key.ts';
import { chatAddress, ownInbox } from './read.ts';

export interface FoundTarget {
  row: MessageRow;
  handle: MessageHandle;
}

/** A Message of the Agent's Organisation and how an engine knows it. Problems: `not-found`. */
export async function findTarget(db: Database, scope: Scope, messageId: number): Promise<FoundTarget> {
  let id: number | null = messageId;
  for (let hop = 0; hop < 10 && id !== null && Number.isSafeInteger(id); hop++) {
    const [row]: MessageRow[] = await readMessages(db, [id]);
    if (!row) break;
    await ownInbox(db, scope, row.inbox_id);
    if (row.merged_into === null) return { row, handle: await handleOf(db, row) };
    id = row.merged_into;
  }
  throw new Problem('not-found');
}

export async function readTarget(db: Database, scope: Scope, messageId: number): Promise<Target> {
  const { row, handle } = await findTarget(db, scope, messageId);
  return {
    inboxId: row.inbox_id,
    chatId: row.chat_id,
    handle,
    type: row.type,
    at: row.at,
    isUnsent: isUnsentId(row.message_id),
    isRevoked: row.revoked_at !== null,
  };
}

export async function handleOf(db: Database, row: MessageRow): Promise<MessageHandle> {
  const chat = await chatAddress(db, row.inbox_id, row.chat_id);
  if (!chat) throw new Problem('not-found');
  const handle: MessageHandle = { chat, messageId: row.message_id, fromMe: row.from_me === 1 };
  if (row.sender_contact_id !== null && addressKind(chat) === 'group') {
    const addresses = (await addressesOfContact(db, row.sender_contact_id)).map(
      (entry) => entry.value as Address,
    );
    const participant = addresses.find((address) => addressKind(address) === 'phone') ?? addresses[0];
    if (participant) handle.participant = participant;
  }
  return handle;
}
