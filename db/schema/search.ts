/** What the text index knows of a Message. The words themselves are where the dialect's text index keeps them. */
export interface MessageTextTable {
  /** `message.id` */
  message: number;
  /** Place in the order of time: seconds × 2²¹ + a number of its own within the second. Unique. */
  doc: number;
  inbox_id: number;
  chat_id: number;
  /** Of Chat, time and words: most changes of a Message (acks, stars) change none of these. */
  digest: string;
}

/** How far the text index has followed an Inbox: all changes up to this `seq`, and at this `seq` up to this Message. */
export interface SearchProgressTable {
  inbox_id: number;
  seq: number;
  message: number;
}
