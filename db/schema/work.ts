import type { Generated } from 'kysely';
import type { LabelColour } from '../../server/contract/work.ts';

/** What an Agent wrote beside a Chat for the other Agents. No Message: nothing that sends looks here. */
export interface NoteTable {
  id: Generated<number>;
  inbox_id: number;
  chat_id: number;
  /** UUID of the writer: the same one again is the same note. */
  client_id: string;
  agent_id: number;
  body: string;
  at: number;
  edited_at: number | null;
  /** A deleted note stays as a tombstone without text, so that it leaves every screen. */
  deleted_at: number | null;
  seq: number;
  /** Ids of the Agents named in it, each once, `,` between them; '' = nobody. */
  mentions: Generated<string>;
}

/** An Agent named in a note and not seen it since: the index behind `chat.noted_ids`, written in the same turn. */
export interface NoteMentionTable {
  agent_id: number;
  inbox_id: number;
  chat_id: number;
  note_id: number;
}

/** A label of the Organisation. */
export interface LabelTable {
  id: Generated<number>;
  organisation_id: number;
  name: string;
  /** Lower case: no two labels that differ only in case. */
  name_key: string;
  colour: LabelColour;
}

/** Which Chats carry a label: the index behind `chat.label_ids`, written in the same turn. */
export interface ChatLabelTable {
  label_id: number;
  chat_id: number;
  inbox_id: number;
}

/** A text of the Organisation for `/shortcut`. */
export interface CannedReplyTable {
  id: Generated<number>;
  organisation_id: number;
  shortcut: string;
  body: string;
  /** As its group is called; '' = none. */
  category: Generated<string>;
}
