export { messageRow } from '../../contract/testing-message.ts';
import type { ChangedRows, Message } from '../../contract/wire.ts';

export const rowsOf = (...messages: Message[]): ChangedRows => ({
  chats: [],
  messages,
  contacts: [],
  notes: [],
  session: null,
});
