/**
 * What the text index knows of a Message, or of a note. The words themselves are where the dialect's text index keeps them.
 */
export interface TextTable {
  /** `message.id`, in `note_text` `note.id`. */
  item: number;
  /** Place in the order of time: seconds × 2²¹ + a number of its own within the second. Unique. */
  doc: number;
  inbox_id: number;
  chat_id: number;
  /** Of Chat, time and words: most changes of a Message (acks, stars) change none of these. */
  digest: string;
}

/**
 * How far the text index has followed an Inbox: all changes of Messages up to this `seq`, and at this `seq` up to this
 * Message; of notes likewise.
 */
export interface SearchProgressTable {
  inbox_id: number;
  seq: number;
  message: number;
  note_seq: number;
  note: number;
}
