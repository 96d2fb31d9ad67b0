import type { MessageRow, ReactionRow } from '../../db/query/message.ts';
import type { Ack } from '../contract/ack.ts';
import { readContent, writeContent } from './content.ts';
import { joinFacts, type Facts, type Rules } from './merge.ts';

export function factsOf(row: MessageRow): Facts {
  return {
    type: row.type,
    body: row.body,
    at: row.at,
    ack: row.ack as Ack,
    live: row.live,
    editedAt: row.edited_at,
    revokedAt: row.revoked_at,
    quotedMessageId: row.quoted_message_id,
    senderName: row.sender_name,
    content: readContent(row.content),
    forwarded: row.forwarded,
    starred: { value: row.starred, at: row.starred_at },
  };
}

/** Joins facts into a row, in place. */
export function tellMessage(row: MessageRow, facts: Facts, rules: Rules): void {
  const joined = joinFacts(factsOf(row), facts, rules.joinAck);
  row.type = joined.type;
  row.body = joined.body;
  row.at = joined.at;
  row.ack = joined.ack;
  row.live = joined.live;
  row.edited_at = joined.editedAt;
  row.revoked_at = joined.revokedAt;
  row.quoted_message_id = joined.quotedMessageId;
  row.sender_name = joined.senderName;
  row.content = writeContent(joined.content);
  row.forwarded = joined.forwarded;
  row.starred = joined.starred.value;
  row.starred_at = joined.starred.at;
  noteFailure(row);
}

/** An outgoing Message that WhatsApp reports as failed says why; any real receipt takes that back. */
export function noteFailure(row: MessageRow): void {
  if (row.from_me === 0) return;
  if (row.ack === -1) row.failure ??= 'refused-by-whatsapp';
  else if (row.ack > 0) row.failure = null;
}

/** Two rows turned out to be one Message: what `gone` knows goes into `kept`. */
export function foldRow(kept: MessageRow, gone: MessageRow, rules: Rules): void {
  tellMessage(kept, factsOf(gone), rules);
  kept.sender_contact_id ??= gone.sender_contact_id;
  if (kept.client_id === null && gone.client_id !== null) {
    kept.client_id = gone.client_id;
    kept.agent_id = gone.agent_id;
    kept.failure ??= gone.failure;
    noteFailure(kept);
  }
}

/** Of two reactions of one person the later; of two at one time the greater. */
export function laterReaction(a: ReactionRow, b: ReactionRow): ReactionRow {
  if (a.at !== b.at) return a.at > b.at ? a : b;
  return a.emoji >= b.emoji ? a : b;
}

export function foldReactions(rows: readonly ReactionRow[]): Map<number, ReactionRow> {
  const folded = new Map<number, ReactionRow>();
  for (const row of rows) {
    const other = folded.get(row.sender_contact_id);
    folded.set(row.sender_contact_id, other ? laterReaction(other, row) : row);
  }
  return folded;
}
