import type { Database } from '../../db/database.ts';
import { baseId } from './message-key.ts';
import type { ChatRow } from '../../db/query/chat.ts';
import type { MessageRow } from '../../db/query/message.ts';
import { isUnread, unreadFrom } from './unread.ts';

/** All that an Inbox holds, named by Addresses and WhatsApp ids instead of row ids, in a fixed order. */
export async function dump(db: Database, inboxId: number): Promise<unknown> {
  const read = <T extends 'address' | 'contact' | 'chat' | 'message' | 'early'>(table: T) =>
    db
      .selectFrom(table as 'message')
      .selectAll()
      .where('inbox_id', '=', inboxId)
      .execute();
  const addresses = await db.selectFrom('address').selectAll().where('inbox_id', '=', inboxId).execute();
  const contacts = await db.selectFrom('contact').selectAll().where('inbox_id', '=', inboxId).execute();
  const chatRows = await db.selectFrom('chat').selectAll().where('inbox_id', '=', inboxId).execute();
  // MySQL has a column that follows from another, for an index.
  const chats = chatRows.map(
    ({ is_unread: _, ...row }: (typeof chatRows)[0] & { is_unread?: number }) => row,
  );
  const messages = await read('message');
  // Of this Inbox alone: a law has hundreds of them in one database.
  const of = (rows: { id: number }[]): number[] => [0, ...rows.map(({ id }) => id)];
  const ids = of(messages);
  const reactions = await db.selectFrom('reaction').selectAll().where('message', 'in', ids).execute();
  const receipts = await db.selectFrom('receipt').selectAll().where('message', 'in', ids).execute();
  const votes = await db.selectFrom('vote').selectAll().where('message', 'in', ids).execute();
  const versions = await db.selectFrom('message_version').selectAll().where('message', 'in', ids).execute();
  const files = await db.selectFrom('media').selectAll().where('message', 'in', ids).execute();
  const members = await db.selectFrom('member').selectAll().where('chat_id', 'in', of(chats)).execute();
  const early = await db.selectFrom('early').selectAll().where('inbox_id', '=', inboxId).execute();

  const named = (rows: typeof addresses): string =>
    rows
      .map((row) => row.value)
      .toSorted()
      .join(' ');
  const contactName = (id: number | null): string =>
    id === null ? '' : id === 0 ? 'us' : named(addresses.filter((row) => row.contact_id === id));
  const chatName = (id: number): string => named(addresses.filter((row) => row.chat_id === id));
  const live = messages.filter((row) => row.merged_into === null);
  return {
    contacts: contacts
      .filter((row) => row.merged_into === null)
      .map(({ id, seq: _, merged_into: __, inbox_id: ___, ...row }) => ({ ...row, key: contactName(id) }))
      .toSorted(byText),
    chats: chats
      .filter((row) => row.merged_into === null)
      .map(({ id, seq: _, merged_into: __, inbox_id: ___, last_message, contact_id, ...row }) => ({
        ...row,
        // Of several who react at one time with one emoji any is shown: `contradictions` looks whether it is one of them.
        reaction_by: 0,
        reaction_message: live.find((message) => message.id === row.reaction_message)?.message_id ?? null,
        key: chatName(id),
        contact: contactName(contact_id),
        last_message: live.find((message) => message.id === last_message)?.message_id ?? null,
        members: members
          .filter((member) => member.chat_id === id)
          .map((member) => `${contactName(member.contact_id)} ${member.role} ${member.told_at}`)
          .toSorted(),
      }))
      .toSorted(byText),
    messages: live
      .map(({ id, seq: _, inbox_id: __, chat_id, sender_contact_id, message_id, ...row }) => ({
        ...row,
        message_id: baseId(message_id),
        chat: chatName(chat_id),
        sender: contactName(sender_contact_id),
        reactions: reactions
          .filter((reaction) => reaction.message === id)
          .map((reaction) => `${contactName(reaction.sender_contact_id)} ${reaction.emoji} ${reaction.at}`)
          .toSorted(),
        file: files
          .filter((file) => file.message === id)
          .map(({ id: ___, message: ____, seq: _____, inbox_id: ______, due_at: _______, ...file }) => file),
        votes: votes
          .filter((vote) => vote.message === id)
          .map((vote) => `${contactName(vote.contact_id)} ${vote.options} ${vote.at}`)
          .toSorted(),
        versions: versions
          .filter((version) => version.message === id)
          .map((version) => `${version.at} ${version.body}`)
          .toSorted(),
        receipts: receipts
          .filter((receipt) => receipt.message === id)
          .map(({ contact_id, message: ___, ...times }) => contactName(contact_id) + JSON.stringify(times))
          .toSorted(),
      }))
      .toSorted(byText),
    early: early.map((row) => row.fact).toSorted(),
  };
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** What the Chats' copies say must follow from the Messages; returns the contradictions. */
export async function contradictions(db: Database, inboxId: number): Promise<string[]> {
  const found: string[] = [];
  const inbox = await db.selectFrom('inbox').selectAll().where('id', '=', inboxId).executeTakeFirstOrThrow();
  const chatRows = await db.selectFrom('chat').selectAll().where('inbox_id', '=', inboxId).execute();
  // MySQL has a column that follows from another, for an index.
  const chats = chatRows.map(
    ({ is_unread: _, ...row }: (typeof chatRows)[0] & { is_unread?: number }) => row,
  );
  const messages = await db.selectFrom('message').selectAll().where('inbox_id', '=', inboxId).execute();
  for (const chat of chats) {
    const own = messages
      .filter((row) => row.chat_id === chat.id && row.merged_into === null)
      .toSorted((a, b) => b.at - a.at || b.id - a.id);
    if (chat.merged_into !== null) {
      if (own.length > 0) found.push(`messages stay in the joined chat ${chat.id}`);
      continue;
    }
    const [newest] = own;
    if ((newest?.id ?? null) !== chat.last_message || (newest?.at ?? 0) !== chat.last_at) {
      found.push(`chat ${chat.id} shows ${chat.last_message} and not ${newest?.id}`);
    }
    const shown = newest && newest.revoked_at === null ? newest.body : '';
    if (newest && (chat.last_ack !== newest.ack || chat.last_body !== shown)) {
      found.push(`chat ${chat.id} shows its last message wrongly`);
    }
    const { base, after } = unreadFrom(chat);
    const unread =
      base +
      own.filter(
        (row) =>
          row.from_me === 0 &&
          row.live === 1 &&
          row.type !== 'system' &&
          (row.at > after.at || (row.at === after.at && row.id > after.id)),
      ).length;
    found.push(...(await copiesWrong(db, chat, own)));
    if (unread !== chat.unread) found.push(`chat ${chat.id} counts ${chat.unread} unread and not ${unread}`);
  }
  for (const row of [...chats, ...messages]) {
    if (row.seq > inbox.seq) found.push(`row ${row.id} is ahead of its inbox`);
  }
  return found;
}

/** How long the newest is, and the newest reaction, worked out the long way. */
async function shownWrong(db: Database, chat: ChatRow, own: readonly MessageRow[]): Promise<string[]> {
  const found: string[] = [];
  const [newest] = own;
  const file = await db
    .selectFrom('media')
    .select('seconds')
    .where('message', '=', newest?.id ?? 0)
    .executeTakeFirst();
  const seconds =
    newest && ['voice', 'audio', 'video'].includes(newest.type) ? (file?.seconds ?? null) : null;
  if (seconds !== chat.last_seconds) {
    found.push(`chat ${chat.id} shows ${chat.last_seconds} seconds and not ${seconds}`);
  }
  const standing = own.filter((row) => row.revoked_at === null);
  const reactions = (await db.selectFrom('reaction').selectAll().execute())
    .flatMap((row) => standing.filter(({ id }) => id === row.message).map((about) => ({ row, about })))
    .filter(({ row, about }) => row.from_us === 1 || about.from_me === 1);
  const at = Math.max(0, ...reactions.map(({ row }) => row.at));
  const latest = reactions.filter(({ row }) => row.at === at);
  const emoji = latest.map(({ row }) => row.emoji).reduce((a, b) => (a > b ? a : b), '');
  const isOne = latest.some(
    ({ row, about }) =>
      row.emoji === emoji &&
      row.message === chat.reaction_message &&
      row.sender_contact_id === chat.reaction_by &&
      about.body === chat.reaction_body &&
      about.type === chat.reaction_type,
  );
  if (at !== chat.reaction_at || emoji !== chat.reaction_emoji || isOne !== latest.length > 0) {
    found.push(`chat ${chat.id} shows the reaction ${chat.reaction_emoji} of ${chat.reaction_at} wrongly`);
  }
  return found;
}

/** Who waits, and who is named, worked out the long way. `own`: newest first. */
async function copiesWrong(db: Database, chat: ChatRow, own: readonly MessageRow[]): Promise<string[]> {
  const found: string[] = [];
  const said = own.filter((row) => row.type !== 'system');
  const answer = said.findIndex((row) => row.from_me === 1 && row.ack >= 1);
  const asks = (answer < 0 ? said : said.slice(0, answer)).filter(
    (row) =>
      row.from_me === 0 &&
      row.live === 1 &&
      row.revoked_at === null &&
      (row.at > chat.settled_at || (row.at === chat.settled_at && row.id > chat.settled_id)),
  );
  const since = chat.kind === 'person' ? (asks.at(-1)?.at ?? 0) : 0;
  if (since !== chat.waiting_since) {
    found.push(`chat ${chat.id} waits since ${chat.waiting_since} and not ${since}`);
  }
  found.push(...(await shownWrong(db, chat, own)));
  const ours = await db
    .selectFrom('address')
    .innerJoin('contact', 'contact.id', 'address.contact_id')
    .select('value')
    .where('address.inbox_id', '=', chat.inbox_id)
    .where('is_me', '=', 1)
    .execute();
  const { base, after } = unreadFrom(chat);
  const counted = said
    .filter((row) => row.from_me === 0 && row.at <= after.at)
    .filter((row) => row.at > chat.read_until || (row.at === chat.read_until && row.id > chat.read_id))
    .slice(0, Math.max(0, base))
    .filter((row) => row.live === 1);
  const names = [...own.filter((row) => isUnread(row, chat)), ...counted].some(
    (row) => row.revoked_at === null && ours.some(({ value }) => row.content?.includes(value)),
  );
  const mentioned = Number(chat.kind === 'group' && chat.unread !== 0 && names);
  if (mentioned !== chat.mentioned) {
    found.push(`chat ${chat.id} says mentioned ${chat.mentioned} and not ${mentioned}`);
  }
  return found;
}
