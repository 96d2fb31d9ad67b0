import type { Database } from '../../db/database.ts';
import { readContacts } from '../../db/query/contact.ts';
import { readMembers } from '../../db/query/member.ts';
import { readReceipts } from '../../db/query/receipt.ts';
import { addressUser, type Address } from '../contract/address.ts';
import type { MemberList, MessageInfo } from '../contract/api.ts';
import type { Scope } from './chat-room.ts';
import { ownChat } from './read.ts';
import { displayName } from './search-text.ts';
import { findTarget } from './target.ts';
import { readHistory } from './versions.ts';

/** How far a Message of ours got with each member, who was told of first, and what it said before it was edited. Problems: `not-found`. */
export async function messageInfo(db: Database, scope: Scope, messageId: number): Promise<MessageInfo> {
  const { row } = await findTarget(db, scope, messageId);
  const receipts = await readReceipts(db, [row.id]);
  const people = new Map(
    (
      await readContacts(
        db,
        receipts.map((receipt) => receipt.contact_id),
      )
    ).map((contact) => [contact.id, contact]),
  );
  const told = (rung: 'device_at' | 'read_at' | 'played_at') =>
    receipts
      .flatMap((receipt) => {
        const contact = people.get(receipt.contact_id);
        const at = receipt[rung];
        return contact && at !== null ? [{ contactId: contact.id, name: displayName(contact), at }] : [];
      })
      .toSorted((a, b) => a.at - b.at || a.contactId - b.contactId);
  return {
    deliveredTo: told('device_at'),
    readBy: told('read_at'),
    playedBy: told('played_at'),
    versions: await readHistory(db, row),
  };
}

const ranks = { owner: 0, admin: 1, member: 2 };

/** Who is in a group; empty for a person's Chat. Problems: `not-found`. */
export async function listMembers(db: Database, scope: Scope, chatId: number): Promise<MemberList> {
  const chat = await ownChat(db, scope, chatId);
  const rows = (await readMembers(db, chat.id)).filter((row) => row.told_at >= chat.members_at);
  const people = new Map(
    (
      await readContacts(
        db,
        rows.map((row) => row.contact_id),
      )
    ).map((contact) => [contact.id, contact]),
  );
  const members = rows.flatMap((row) => {
    const contact = people.get(row.contact_id);
    if (!contact || row.role === 'gone') return [];
    return [
      {
        contactId: contact.id,
        name: displayName(contact),
        phone: contact.phone,
        isMe: contact.is_me === 1,
        picture: contact.picture,
        mention: contact.phone ?? (contact.lid && addressUser(contact.lid as Address)),
        role: row.role,
      },
    ];
  });
  members.sort((a, b) => ranks[a.role] - ranks[b.role] || a.name.localeCompare(b.name));
  return { description: chat.description, members };
}
