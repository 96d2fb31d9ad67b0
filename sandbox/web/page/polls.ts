import type { RawVote } from '../wire.ts';
import type { Message } from './chats.ts';
import { call } from './link.ts';
import { MessageKey } from './message-key.ts';
import type { Attributes } from './model.ts';
import { createWid } from './wid.ts';

type VoteTable = { bulkUpsert(rows: Attributes[]): Promise<void> };
/** The library replaces `bulkUpsert` to hear of votes. */
export const pollVoteTableMode: VoteTable = { bulkUpsert: async () => {} };

export function keepVote(raw: RawVote): void {
  void pollVoteTableMode.bulkUpsert([
    {
      id: MessageKey.fromString(raw.id),
      pollUpdateParentKey: MessageKey.fromString(raw.parent),
      from: createWid(raw.from),
      selectedOptionLocalIds: raw.options,
      senderTimestampMs: raw.t,
      t: raw.t,
    },
  ]);
}

export async function sendVote(message: Message, localIds: Set<number>): Promise<void> {
  await call('vote', { id: String(message.id), options: [...localIds] });
}

/** The page's own table of votes, as its query by poll answers: numbers of options as bytes. */
export const votesTable = {
  async equals(_fields: string[], key: string): Promise<Attributes[]> {
    return (await call('votes', { id: key })).map((raw) => ({
      parentMsgKey: raw.parent,
      msgKey: raw.id,
      sender: raw.from,
      selectedOptionLocalIds: Uint8Array.from(raw.options).buffer,
      senderTimestampMs: raw.t,
    }));
  },
};
