import { readContacts } from '../../db/query/contact.ts';
import type { Database } from '../../db/database.ts';
import { phoneAddress, type Address } from '../contract/address.ts';
import { Problem } from '../contract/problem.ts';
import type { Contact } from '../contract/wire.ts';
import type { Scope } from './chat-room.ts';
import { ownInbox } from './read.ts';
import { wireContacts } from './wire-rows.ts';

/** A person (or the one they turned out to be), and the Address by which WhatsApp knows them. Problems: `not-found`. */
export async function findContact(
  db: Database,
  scope: Scope,
  contactId: number,
): Promise<{ contact: Contact; address: Address | undefined }> {
  let id = contactId;
  for (let hop = 0; hop < 20 && Number.isSafeInteger(id); hop++) {
    const [row] = await readContacts(db, [id]);
    if (!row) break;
    if (row.merged_into === null) {
      await ownInbox(db, scope, row.inbox_id);
      const [contact] = await wireContacts(db, [row]);
      const address = row.phone ? phoneAddress(row.phone) : ((row.lid ?? undefined) as Address | undefined);
      return { contact: contact!, address };
    }
    id = row.merged_into;
  }
  throw new Problem('not-found');
}

/** The numbers of some Contacts of an Inbox; of others, and of those whose number is hidden, nothing is told. */
export async function numbersOf(
  db: Database,
  scope: Scope,
  inboxId: number,
  contactIds: readonly number[],
): Promise<Map<number, string>> {
  await ownInbox(db, scope, inboxId);
  const rows = await readContacts(db, contactIds);
  return new Map(
    rows.flatMap((row) =>
      row.inbox_id === inboxId && row.phone !== null && row.merged_into === null
        ? [[row.id, row.phone] as const]
        : [],
    ),
  );
}
