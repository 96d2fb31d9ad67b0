import type { AddressRow } from '../../db/query/address.ts';
import type { ChatRow } from '../../db/query/chat.ts';
import type { ContactRow } from '../../db/query/contact.ts';

/** The rows of one Inbox that our last turn left behind. Never changed: a turn works on copies. */
export interface Remembered {
  /** The Inbox's `turns` after that turn. */
  turns: number;
  addresses: Map<string, AddressRow>;
  chats: Map<number, ChatRow>;
  contacts: Map<number, ContactRow>;
}
