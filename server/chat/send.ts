import { isUnavailable } from '../../db/portable.ts';
import { findSessionRow } from '../../db/query/inbox.ts';
import { readMessages, readMessagesByClientId } from '../../db/query/message.ts';
import { channels } from '../bus/bus.ts';
import type { SendMessage } from '../contract/api.ts';
import { usableId } from '../contract/message-reference.ts';
import { Problem } from '../contract/problem.ts';
import type { Message } from '../contract/wire.ts';
import { contentDigest } from './bind.ts';
import type { Scope } from './chat-room.ts';
import { inTurn, type Context } from './context.ts';
import { nothing } from './merge.ts';
import { isUnsentId, unsentId } from './message-key.ts';
import { ownChat, ownInbox } from './read.ts';
import type { Turn } from './turn.ts';
import { wireMessages } from './wire-rows.ts';

/**
 * The one door out: Message and Delivery in one transaction. The same client id again, even at the same moment, is the
 * same row. Problems: `not-found`, `not-supported`, `too-large`, `bad-request`, `unavailable`.
 */
export async function send(
  context: Context,
  scope: Scope,
  chatId: number,
  input: SendMessage,
): Promise<Message> {
  return orUnavailable(async () => {
    const { db } = context;
    const chat = await ownChat(db, scope, chatId);
    const session = await findSessionRow(db, chat.inbox_id);
    const { maxTextLength } = context.capabilitiesOf(session?.engine ?? 'none');
    if (!session || session.engine === 'none' || maxTextLength === 0) throw new Problem('not-supported');
    const body = input.body.toWellFormed();
    if (body.length > maxTextLength) {
      throw new Problem('too-large', `At most ${maxTextLength} characters`);
    }
    const clientId = input.clientId.toLowerCase();
    if (!/^[0-9a-f-]{36}$/.test(clientId)) throw new Problem('bad-request', 'clientId must be a UUID');
    if (input.quotedMessageId !== undefined && !usableId(input.quotedMessageId)) {
      throw new Problem('bad-request', 'quotedMessageId is no message id');
    }
    const { value: id } = await inTurn(context, chat.inbox_id, async (turn) => {
      const [known] = await readMessagesByClientId(turn.tx, turn.inboxId, [clientId]);
      if (known) return known.id;
      await turn.loadChats([chat.id]);
      // Joined into another since it was looked up: the next look finds that one.
      const target = turn.chat(chat.id).now.merged_into ?? chat.id;
      await turn.loadChats([target]);
      const state = turn.addNewMessage({
        ...rowOf(turn, target, clientId, scope.agentId, body),
        quoted_message_id: input.quotedMessageId ?? null,
      });
      turn.insertedDeliveries.push({
        message: state,
        row: {
          message: 0,
          inbox_id: turn.inboxId,
          chat_id: target,
          state: 'queued',
          due_at: turn.now,
          attempt: 0,
          content_digest: contentDigest(body),
          guessed_message_id: null,
          lease_owner: null,
          lease_until: 0,
          created_at: turn.now,
        },
      });
      return state;
    });
    context.bus.publish(channels.delivery, { inboxId: chat.inbox_id });
    return readWire(context, typeof id === 'number' ? id : id.now.id);
  });
}

function rowOf(turn: Turn, chatId: number, clientId: string, agentId: number, body: string) {
  return {
    inbox_id: turn.inboxId,
    chat_id: chatId,
    message_id: unsentId(clientId),
    from_me: 1,
    client_id: clientId,
    agent_id: agentId,
    sender_contact_id: null,
    sender_name: nothing.senderName,
    type: 'text' as const,
    body,
    at: turn.now,
    ack: nothing.ack,
    live: nothing.live,
    failure: null,
    edited_at: null,
    revoked_at: null,
    content: null,
    forwarded: nothing.forwarded,
    starred: nothing.starred.value,
    starred_at: nothing.starred.at,
    merged_into: null,
    seq: turn.seq,
  };
}

/** Problems: `not-found`; `conflict` when the Message is not waiting for the Agent's decision. */
export async function retry(context: Context, scope: Scope, messageId: number): Promise<Message> {
  return decide(context, scope, messageId, (turn, id) => {
    const state = turn.message(id);
    const delivery = turn.deliveries.get(id)?.now;
    if (!state || !delivery || !isUnsentId(state.now.message_id)) throw new Problem('conflict');
    delivery.state = 'queued';
    delivery.attempt = 0;
    delivery.due_at = turn.now;
    delivery.lease_owner = null;
    delivery.lease_until = 0;
    state.now.ack = 0;
    state.now.failure = null;
    state.touched = true;
  });
}

/** Problems: `not-found`; `conflict` when the Message is not waiting for the Agent's decision. */
export async function discard(context: Context, scope: Scope, messageId: number): Promise<Message> {
  return decide(context, scope, messageId, (turn, id) => {
    const state = turn.message(id);
    if (!state) throw new Problem('conflict');
    state.now.failure ??= 'discarded';
    turn.deleteDelivery(state);
  });
}

async function decide(
  context: Context,
  scope: Scope,
  messageId: number,
  change: (turn: Turn, id: number) => void,
): Promise<Message> {
  return orUnavailable(async () => {
    const [row] = Number.isSafeInteger(messageId) ? await readMessages(context.db, [messageId]) : [];
    if (!row) throw new Problem('not-found');
    await ownInbox(context.db, scope, row.inbox_id);
    await inTurn(context, row.inbox_id, async (turn) => {
      await turn.loadMessages([messageId]);
      await turn.loadDeliveries([messageId]);
      const state = turn.deliveries.get(messageId)?.now.state;
      if (state !== 'failed' && state !== 'uncertain') throw new Problem('conflict');
      change(turn, messageId);
    });
    context.bus.publish(channels.delivery, { inboxId: row.inbox_id });
    return readWire(context, messageId);
  });
}

async function readWire(context: Context, id: number): Promise<Message> {
  const [message] = await wireMessages(context.db, await readMessages(context.db, [id]));
  if (!message) throw new Problem('not-found');
  return message;
}

export async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) && isUnavailable(error)) {
      throw new Problem('unavailable', undefined, { retryAfter: 2 });
    }
    throw error;
  }
}
