import type { ContactRow } from '../../db/query/contact.ts';
import type { MessageRow } from '../../db/query/message.ts';
import { isMessageType } from '../contract/engine-event.ts';
import type { Quoted } from '../contract/wire.ts';
import { readContent } from './content.ts';
import { displayName } from './search-text.ts';

/** The ids that these Messages answer to, by Inbox. */
export function quotedIds(rows: readonly MessageRow[]): { inboxId: number; ids: string[] }[] {
  return [...Map.groupBy(answersIn(rows), (row) => row.inbox_id)].map(([inboxId, of]) => ({
    inboxId,
    ids: [...new Set(of.map((row) => row.quoted_message_id!))].toSorted(),
  }));
}

function answersIn(rows: readonly MessageRow[]): MessageRow[] {
  return rows.filter((row) => row.quoted_message_id !== null && row.revoked_at === null);
}

/**
 * What Messages answer to, by the answer's row: the row where it is known, else the copy that came with the answer. `known`:
 * the rows under {@link quotedIds}; `people`: their senders among others.
 */
export function shownQuotes(
  rows: readonly MessageRow[],
  known: readonly MessageRow[],
  people: ReadonlyMap<number, ContactRow>,
): Map<number, Quoted> {
  const answers = answersIn(rows);
  const standing = new Map(known.map((row) => [`${row.chat_id} ${row.message_id}`, row]));
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
