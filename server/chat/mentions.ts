import type { Queryable } from '../../db/database.ts';
import { readAddresses } from '../../db/query/address.ts';
import { readContacts } from '../../db/query/contact.ts';
import type { MessageRow } from '../../db/query/message.ts';
import { addressUser, type Address } from '../contract/address.ts';
import type { Message } from '../contract/wire.ts';
import { readContent } from './content.ts';
import { displayName } from './search-text.ts';

/** The people named in texts as `@digits`, by Message. One who is no Contact is told by the digits alone. */
export async function readMentions(
  db: Queryable,
  rows: readonly MessageRow[],
): Promise<Map<number, Message['mentions']>> {
  const told = rows.flatMap((row) => {
    const addresses = readContent(row.content)?.mentions as Address[] | undefined;
    return addresses && addresses.length > 0 ? [{ row, addresses }] : [];
  });
  const mentions = new Map<number, Message['mentions']>();
  for (const [inboxId, of] of Map.groupBy(told, ({ row }) => row.inbox_id)) {
    const values = [...new Set(of.flatMap(({ addresses }) => addresses))].toSorted();
    const known = new Map(
      (await readAddresses(db, inboxId, values)).map((row) => [row.value, row.contact_id]),
    );
    const ids = [...new Set([...known.values()].flatMap((id) => id ?? []))];
    const people = new Map((await readContacts(db, ids)).map((row) => [row.id, row]));
    for (const { row, addresses } of of) {
      mentions.set(
        row.id,
        addresses.map((address) => {
          const contact = people.get(known.get(address) ?? 0);
          return {
            digits: addressUser(address),
            name: contact ? displayName(contact) : '',
            contactId: contact?.id ?? null,
          };
        }),
      );
    }
  }
  return mentions;
}
