import type { Database } from '../../db/database.ts';
import { readAddresses } from '../../db/query/address.ts';
import { knownMessages, newestOfChat, type KnownRow } from '../../db/query/known-message.ts';
import type { Address } from '../contract/address.ts';
import type { EngineKnowledge, KnownMessage } from '../engine/engine.ts';

/** What an engine may ask of the messages of its Inbox. */
export function createEngineKnowledge(db: Database, inboxId: number): EngineKnowledge {
  return {
    async find(messageId) {
      const [row] = await knownMessages(db, inboxId, messageId);
      return row && messageOf(row);
    },
    async newest(chat, before, limit) {
      const [address] = await readAddresses(db, inboxId, [chat]);
      if (!address?.chat_id) return [];
      const rows = await newestOfChat(db, address.chat_id, before, limit);
      // Spelt as it was asked for: a Chat may have two Addresses.
      return rows.map((row) => ({ ...messageOf(row), chat }));
    },
  };
}

const messageOf = (row: KnownRow): KnownMessage => ({
  chat: row.chat as Address,
  messageId: row.message_id,
  fromMe: row.from_me === 1,
  ...(row.sender ? { sender: row.sender as Address } : {}),
  type: row.type,
  body: row.body,
  at: row.at,
});
