import type { Queryable } from '../../db/database.ts';
import { readAddresses } from '../../db/query/address.ts';
import { readContacts } from '../../db/query/contact.ts';
import { chatsWeLeft } from '../../db/query/member.ts';
import type { MessageRow } from '../../db/query/message.ts';
import { addressKind, addressUser, type Address } from '../contract/address.ts';
import type { Message } from '../contract/wire.ts';
import { readContent } from './content.ts';
import { displayName } from './search-text.ts';

export interface Named {
  mentions: Message['mentions'];
  named: Message['named'];
}
export const namesNobody: Named = { mentions: [], named: [] };

/**
 * The people Messages speak of by their Addresses: those named in texts as `@digits`, and those of lines that nobody
 * wrote. One who is no Contact is told by the Address alone. A group that invites, if we are in it.
 */
export async function readNamed(db: Queryable, rows: readonly MessageRow[]): Promise<Map<number, Named>> {
  const told = rows.flatMap((row) => {
    const content = row.content === null ? null : readContent(row.content);
    const mentions = (content?.mentions ?? []) as Address[];
    const { actor, people = [] } = content?.system ?? {};
    const group = content?.invitation?.group;
    const spokenOf = [...new Set([actor, ...people, group].filter((one) => one !== undefined))] as Address[];
    return mentions.length + spokenOf.length > 0 ? [{ row, mentions, spokenOf }] : [];
  });
  const found = new Map<number, Named>();
  for (const [inboxId, of] of Map.groupBy(told, ({ row }) => row.inbox_id)) {
    const values = [
      ...new Set(of.flatMap(({ mentions, spokenOf }) => [...mentions, ...spokenOf])),
    ].toSorted();
    const known = new Map((await readAddresses(db, inboxId, values)).map((row) => [row.value, row] as const));
    const ids = [...new Set([...known.values()].flatMap((row) => row.contact_id ?? []))];
    const people = new Map((await readContacts(db, ids)).map((row) => [row.id, row]));
    const left = await groupsLeft(db, of, known);
    const contactAt = (address: Address) => people.get(known.get(address)?.contact_id ?? 0);
    for (const { row, mentions, spokenOf } of of) {
      found.set(row.id, {
        mentions: mentions.map((address) => {
          const contact = contactAt(address);
          return {
            digits: addressUser(address),
            name: contact ? displayName(contact) : '',
            contactId: contact?.id ?? null,
          };
        }),
        named: spokenOf.flatMap((address) => {
          const chatId = known.get(address)?.chat_id ?? null;
          if (addressKind(address) === 'group')
            return chatId === null || left.has(chatId)
              ? []
              : [{ address, name: '', contactId: null, chatId, isMe: false }];
          const contact = contactAt(address);
          const number = addressKind(address) === 'phone' ? `+${addressUser(address)}` : '';
          return [
            {
              address,
              name: (contact && displayName(contact)) || number,
              contactId: contact?.id ?? null,
              chatId,
              isMe: contact?.is_me === 1,
            },
          ];
        }),
      });
    }
  }
  return found;
}

/** Those of the groups spoken of in which we are no more, though their Chats are here. */
async function groupsLeft(
  db: Queryable,
  of: readonly { spokenOf: readonly Address[] }[],
  known: ReadonlyMap<string, { chat_id: number | null }>,
): Promise<Set<number>> {
  const groups = of.flatMap(({ spokenOf }) => spokenOf.filter((one) => addressKind(one) === 'group'));
  const chats = [...new Set(groups.flatMap((one) => known.get(one)?.chat_id ?? []))];
  return new Set(chats.length > 0 ? await chatsWeLeft(db, chats) : []);
}
