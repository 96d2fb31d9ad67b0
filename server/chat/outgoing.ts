import type { MessageRow } from '../../db/query/message.ts';
import type { MessageType } from '../contract/engine-event.ts';
import { contentDigest } from './bind.ts';
import { writeRequest, type DeliveryRequest } from './delivery-request.ts';
import { nothing } from './merge.ts';
import { unsentId } from './message-key.ts';
import type { MessageState } from './message-state.ts';
import type { OutgoingFile } from './to-write.ts';
import type { Turn } from './turn.ts';

export interface Outgoing {
  chatId: number;
  clientId: string;
  agentId: number;
  type: MessageType;
  body: string;
  quotedMessageId?: string | undefined;
  /** JSON of MessageContent. */
  content?: string | null;
  forwarded?: number;
  request?: DeliveryRequest;
  /** Its file, which is stored already or known where to be had. */
  file?: OutgoingFile | undefined;
}

/** Puts a Message of ours and its Delivery into the turn: they are written in one transaction. */
export function addOutgoing(turn: Turn, outgoing: Outgoing): MessageState {
  const state = turn.addNewMessage(rowOf(turn, outgoing));
  turn.insertedDeliveries.push({
    message: state,
    row: {
      message: 0,
      inbox_id: turn.inboxId,
      chat_id: outgoing.chatId,
      state: 'queued',
      due_at: turn.now,
      attempt: 0,
      content_digest: contentDigest(outgoing.body, outgoing.type),
      guessed_message_id: null,
      lease_owner: null,
      lease_until: 0,
      created_at: turn.now,
      request: writeRequest(outgoing.request ?? {}),
    },
  });
  if (outgoing.file) turn.outgoingFiles.push({ message: state, file: outgoing.file });
  return state;
}

function rowOf(turn: Turn, outgoing: Outgoing): Omit<MessageRow, 'id'> {
  return {
    inbox_id: turn.inboxId,
    chat_id: outgoing.chatId,
    message_id: unsentId(outgoing.clientId),
    from_me: 1,
    client_id: outgoing.clientId,
    // 0: an API key, which is nobody's.
    agent_id: outgoing.agentId || null,
    sender_contact_id: null,
    sender_name: nothing.senderName,
    type: outgoing.type,
    body: outgoing.body,
    at: turn.now,
    ack: nothing.ack,
    live: nothing.live,
    failure: null,
    edited_at: null,
    revoked_at: null,
    quoted_message_id: outgoing.quotedMessageId ?? null,
    content: outgoing.content ?? null,
    forwarded: outgoing.forwarded ?? nothing.forwarded,
    starred: nothing.starred.value,
    starred_at: nothing.starred.at,
    merged_into: null,
    seq: turn.seq,
  };
}
