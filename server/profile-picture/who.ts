import type { Database } from '../../db/database.ts';
import { readAddresses } from '../../db/query/address.ts';
import { readChats } from '../../db/query/chat.ts';
import { readContacts } from '../../db/query/contact.ts';
import type { PictureSubject } from '../../db/query/profile-picture.ts';
import { chatAddress } from '../chat/read.ts';
import { addressKind, phoneAddress, type Address } from '../contract/address.ts';
import { withTwins } from '../contract/number-twin.ts';

/** Under which Address WhatsApp knows them, and which picture is shown now; undefined: nobody is to be asked about. */
export async function findSubject(
  db: Database,
  inboxId: number,
  { kind, id }: PictureSubject,
): Promise<{ of: Address; shown: number | null } | undefined> {
  if (kind === 'chat') {
    const [row] = await readChats(db, [id]);
    if (row?.inbox_id !== inboxId || row.kind !== 'group' || row.merged_into !== null) return undefined;
    const of = await chatAddress(db, inboxId, id);
    return of && { of, shown: row.picture };
  }
  const [row] = await readContacts(db, [id]);
  if (row?.inbox_id !== inboxId || row.merged_into !== null || row.is_me === 1) return undefined;
  const of = row.phone === null ? (row.lid as Address | null) : phoneAddress(row.phone);
  return of === null ? undefined : { of, shown: row.picture };
}

/** Whose Address it is; undefined: nobody's we know. */
export async function subjectOf(
  db: Database,
  inboxId: number,
  address: Address,
): Promise<PictureSubject | undefined> {
  const rows = await readAddresses(db, inboxId, withTwins([address]).toSorted());
  const row = rows.find((one) => one.value === address) ?? rows[0];
  if (addressKind(address) === 'group') return row?.chat_id ? { kind: 'chat', id: row.chat_id } : undefined;
  return row?.contact_id ? { kind: 'contact', id: row.contact_id } : undefined;
}
