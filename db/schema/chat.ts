import type { Generated } from 'kysely';
import type { MessageType } from '../../server/contract/engine-event.ts';

/** A conversation with one Contact or a group. Carries what the chat list shows, so the list is one index read. */
export interface ChatTable {
  id: Generated<number>;
  inbox_id: number;
  kind: 'person' | 'group' | 'channel';
  contact_id: number | null;
  /** Group subject; for persons '' (their name is the Contact's). */
  name: string;
  unread: number;
  pinned: number;
  archived: number;
  muted_until: number;
  /** The newest Message, copied: what the list shows. `last_at` 0 = no Message yet. */
  last_message: number | null;
  last_at: number;
  last_body: string;
  last_type: MessageType;
  last_from_me: number;
  last_ack: number;
  last_revoked: number;
  /** Of a voice note, audio or video: how long it is, where that is known. */
  last_seconds: Generated<number | null>;
  /**
   * The newest reaction that concerns us (ours, or to what we wrote), copied likewise with what it is about; '' as emoji:
   * the newest word was that one is taken back. `reaction_by`: the Contact, 0 = us.
   */
  reaction_message: Generated<number | null>;
  reaction_at: Generated<number>;
  reaction_by: Generated<number>;
  reaction_emoji: Generated<string>;
  reaction_body: Generated<string>;
  reaction_type: Generated<MessageType>;
  /** An Agent has read up to this Message (`at`, then `id`, which tells apart what happened in one second). */
  read_until: number;
  read_id: Generated<number>;
  /** The newest count the phone has told, and when: what lies before it is counted there, what follows here. */
  phone_unread: Generated<number>;
  phone_unread_at: Generated<number>;
  /** When each of these was last told: the later word wins, whatever the order of arrival. */
  name_at: Generated<number>;
  pinned_at: Generated<number>;
  archived_at: Generated<number>;
  muted_at: Generated<number>;
  /** Of a group: its `profile_picture`; a person's is the Contact's. */
  picture: Generated<number | null>;
  /** Of a group. */
  description: Generated<string>;
  description_at: Generated<number>;
  /** When a whole list of members was last told: who has not been told of since then is gone. */
  members_at: Generated<number>;
  /** Start of the last backfill that has done this Chat. */
  backfilled_at: Generated<number>;
  /** Lower-case name, number: what search looks in. Kept in step with the Contact. */
  search_text: string;
  /** The Agent who looks after it, and when that was last said: the later word wins when two Chats become one. */
  assignee_id: Generated<number | null>;
  assigned_at: Generated<number>;
  /** Ids of its labels in order, by comma: a copy of `chat_label`, so that the list is one index read. */
  label_ids: Generated<string>;
  /** 1: what is unread in this group names our own number. */
  mentioned: Generated<number>;
  /** Ids of the Agents named in notes they have not seen, by comma: a copy of `note_mention`. */
  noted_ids: Generated<string>;
  /** When the customer wrote what nobody has answered yet, the first of it; 0: nobody waits. */
  waiting_since: Generated<number>;
  /** Up to here an Agent said that no answer is needed (`at`, then `id`). */
  settled_at: Generated<number>;
  settled_id: Generated<number>;
  merged_into: number | null;
  seq: number;
}

export interface ContactTable {
  id: Generated<number>;
  inbox_id: number;
  /** As saved in the phone's address book. */
  name: string;
  push_name: string;
  /** Digits in international form, null while hidden. */
  phone: string | null;
  /** The LID Address once known (the least, should there be several). */
  lid: string | null;
  /** When the names were last told: the later word wins. */
  name_at: Generated<number>;
  push_name_at: Generated<number>;
  is_business: number;
  is_me: number;
  /** 1: we have blocked them; what was told last. */
  blocked: Generated<number>;
  blocked_at: Generated<number>;
  /** `profile_picture`. */
  picture: Generated<number | null>;
  search_text: string;
  merged_into: number | null;
  seq: number;
}

/** Whether a number is on WhatsApp, as it was when that was asked. */
export interface NumberCheckTable {
  inbox_id: number;
  /** Digits in international form. */
  phone: string;
  is_there: number;
  checked_at: number;
}

/** A WhatsApp identifier; several rows may point at one Contact and one Chat. */
export interface AddressTable {
  inbox_id: number;
  value: string;
  contact_id: number | null;
  chat_id: number | null;
}

/** A person in a group. `told_at`: the later word wins; one older than the Chat's `members_at` has left. */
export interface MemberTable {
  chat_id: number;
  contact_id: number;
  role: 'member' | 'admin' | 'owner' | 'gone';
  told_at: number;
}
