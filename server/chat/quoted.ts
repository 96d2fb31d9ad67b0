import type { Queryable } from '../../db/database.ts';
import { readContacts } from '../../db/query/contact.ts';
import { readMessagesByMessageId, type MessageRow } from '../../db/query/message.ts';
import { isMessageType } from '../contract/engine-event.ts';
import type { Quoted } from '../contract/wire.ts';
import { readContent } from './content.ts';
import { displayName } from './search-text.ts';

/** What Messages answer to, by the answer's row: the row where it is known, else the copy that came with the answer. */
export async function readQuoted(db: Queryable, rows: readonly MessageRow[]): Promise<Map<number, Quoted>> {
  const answers = rows.filter((row) => row.quoted_message_id !== null && row.revoked_at === null);
  if (answers.length === 0) return new Map();
  const standing = new Map<string, MessageRow>();
  for (const [inboxId, of] of Map.groupBy(answers, (row) => row.inbox_id)) {
    const ids = [...new Set(of.map((row) => row.quoted_message_id!))];
    for (const row of await readMessagesByMessageId(db, inboxId, ids.toSorted())) {
      standing.set(`${row.chat_id} ${row.message_id}`, row);
    }
  }
  const senders = [...standing.values()].flatMap((row) => row.sender_contact_id ?? []);
  const people = new Map((await readContacts(db, [...new Set(senders)])).map((row) => [row.id, row]));
  return new Map(
    answers.map((answer) => {
      const row = standing.get(`${answer.chat_id} ${answer.quoted_message_id}`);
      if (!row) return [answer.id, fromCopy(answer)];
      const sender = row.sender_contact_id === null ? undefined : people.get(row.sender_contact_id);
      const revoked = row.revoked_at !== null;
      return [
        answer.id,
        {
          id: row.id,
          messageId: row.message_id,
          type: row.type,
          body: revoked ? '' : start(row.body),
          fromMe: row.from_me === 1,
          name: sender ? displayName(sender) || row.sender_name : '',
          revoked,
        },
      ];
    }),
  );
}

function fromCopy(answer: MessageRow): Quoted {
  const copy = readContent(answer.content)?.quoted;
  return {
    id: null,
    messageId: answer.quoted_message_id!,
    type: isMessageType(copy?.type) ? copy.type : 'unknown',
    body: start(copy?.body ?? ''),
    fromMe: copy?.fromMe ?? false,
    name: '',
    revoked: false,
  };
}

/** Enough for two lines. */
function start(body: string): string {
  return body.length > 200 ? body.slice(0, 200).replace(/[\ud800-\udbff]$/, '') : body;
}
