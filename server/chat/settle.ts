import { readEarly } from '../../db/query/early.ts';
import { readMessagesByMessageId } from '../../db/query/message.ts';
import { Ack } from '../contract/ack.ts';
import { phoneAddress, type Address } from '../contract/address.ts';
import type { Outcome } from '../contract/outcome.ts';
import { addressesOf, applyEvents } from './apply.ts';
import { triesOf } from './attempt.ts';
import { bind, unbind } from './bind.ts';
import { inTurn, type Context } from './context.ts';
import { applyFacts, readWaiting } from './early.ts';
import { noteFailure, tellMessage } from './fold.ts';
import { nothing } from './merge.ts';
import { isUnsentId } from './message-key.ts';
import { LearntPair, possiblePair } from './same-person.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';

/** A Message that was certainly not sent is tried so often. */
const mostAttempts = 8;

export interface Attempt {
  inboxId: number;
  /** `message.id` */
  message: number;
  /** Which attempt this is the Outcome of: a late word on an earlier one must not undo a later one. */
  attempt: number;
}

/**
 * Writes down what the engine said of a send, in one transaction. Its word on the id overrides what an echo was guessed
 * to be. May be called again, late, or for a Delivery that is gone.
 */
export async function settle(context: Context, attempt: Attempt, outcome: Outcome): Promise<void> {
  for (let again = 0; ; again++) {
    try {
      await inTurn(context, attempt.inboxId, (turn) => settleInTurn(turn, attempt, outcome));
      return;
    } catch (error) {
      if (!(error instanceof LearntPair) || again >= 3) throw error;
      const { pair } = error;
      await inTurn(context, attempt.inboxId, (turn) => applyEvents(turn, [pair]));
    }
  }
}

async function settleInTurn(turn: Turn, attempt: Attempt, outcome: Outcome): Promise<void> {
  const ours = await standing(turn, attempt.message);
  if (!ours || ours.now.client_id === null) return;
  await turn.loadDeliveries([ours.now.id]);
  await turn.loadChats([ours.now.chat_id]);
  if (outcome.kind === 'accepted') return accepted(turn, ours, outcome);

  const delivery = turn.deliveries.get(ours.now.id)?.now;
  const late = !delivery || delivery.attempt !== attempt.attempt || delivery.state === 'queued';
  if (late || delivery.state === 'failed') return;
  if (outcome.kind === 'uncertain') {
    // An echo says that it was sent; nobody will say so more surely.
    if (!isUnsentId(ours.now.message_id)) turn.deleteDelivery(ours);
    else if (delivery.state === 'sending') toUnconfirmed(turn, ours);
    return;
  }
  await unbind(turn, ours);
  delivery.guessed_message_id = null;
  delivery.lease_owner = null;
  delivery.lease_until = 0;
  ours.touched = true;
  const tries = triesOf(delivery.attempt);
  if (outcome.kind === 'not-sent' && tries < mostAttempts) {
    delivery.state = 'queued';
    delivery.due_at = turn.now + (outcome.retryAfterMs ?? Math.min(60_000, 1_000 * 2 ** tries));
    return;
  }
  delivery.state = 'failed';
  ours.now.failure = outcome.reason;
  ours.now.ack = Ack.error;
}

/** The Message, or the one it was folded into while it was under way. */
export async function standing(turn: Turn, message: number): Promise<MessageState | undefined> {
  let id: number | null = message;
  for (let hop = 0; hop < 10 && id !== null; hop++) {
    await turn.loadMessages([id]);
    const state: MessageState | undefined = turn.message(id);
    if (!state || state.now.merged_into === null) return state;
    id = state.now.merged_into;
  }
  return undefined;
}

async function accepted(
  turn: Turn,
  ours: MessageState,
  outcome: Extract<Outcome, { kind: 'accepted' }>,
): Promise<void> {
  const { messageId } = outcome;
  turn.addMessages(await readMessagesByMessageId(turn.tx, turn.inboxId, [messageId]));
  const others = turn.messagesUnder(messageId).filter((state) => state !== ours);
  await turn.loadChats(others.map((state) => state.now.chat_id));
  await turn.loadDeliveries(others.map((state) => state.now.id));
  await learnFromEcho(turn, ours, others);
  const waiting = readWaiting(await readEarly(turn.tx, turn.inboxId, [messageId]));
  await turn.loadAddresses(waiting.flatMap((entry) => addressesOf(entry.fact)));

  await bind(turn, ours, messageId, outcome.at);
  ours.now.failure = null;
  tellMessage(ours.now, { ...nothing, ack: outcome.ack }, turn.rules);
  noteFailure(ours.now);
  turn.deleteDelivery(ours);
  await applyFacts(turn, waiting);
}

/** The echo came under the person's other Address: our own id in two direct Chats makes them one. */
async function learnFromEcho(turn: Turn, ours: MessageState, others: readonly MessageState[]): Promise<void> {
  for (const other of others) {
    const chat = turn.chats.get(other.now.chat_id)?.now;
    if (other.now.from_me === 0 || other.now.chat_id === ours.now.chat_id || !chat?.contact_id) continue;
    const { lid, phone } = turn.contact(chat.contact_id).now;
    const address = (lid ?? (phone === null ? null : phoneAddress(phone))) as Address | null;
    if (address === null) continue;
    await turn.loadAddresses([address]);
    const pair = possiblePair(turn, ours, address);
    if (pair) throw new LearntPair(pair);
  }
}

/** May have been sent: wait for an echo for a while before the Agent is asked. Never back to `queued`. */
export function toUnconfirmed(turn: Turn, ours: MessageState): void {
  const delivery = turn.deliveries.get(ours.now.id)?.now;
  if (!delivery) return;
  delivery.state = 'unconfirmed';
  delivery.due_at = turn.now + turn.rules.unconfirmedMs;
  delivery.lease_owner = null;
  delivery.lease_until = 0;
  ours.touched = true;
}
