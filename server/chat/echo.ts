import { readUnsettled } from '../../db/query/delivery.ts';
import { readMessagesByClientId } from '../../db/query/message.ts';
import type { MessageEvent } from '../contract/engine-event.ts';
import { bind, contentDigest } from './bind.ts';
import { isUnsentId } from './message-key.ts';
import { knownAddress } from './identity.ts';
import { LearntPair, possiblePair } from './same-person.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';

/** How far WhatsApp's clock may be behind ours. An older Message with the same text is not the echo of this send. */
const clockSlack = 60_000;

/** Reads what the binding of these outgoing Messages, none of them known by key, may need. */
export async function loadForEchoes(turn: Turn, events: readonly MessageEvent[]): Promise<void> {
  const clientIds = events.flatMap((event) => event.clientId ?? []);
  turn.addMessages(await readMessagesByClientId(turn.tx, turn.inboxId, clientIds));
  const chats = events.flatMap((event) => knownAddress(turn, event.chat)?.chat_id ?? []);
  const unsettled = await readUnsettled(turn.tx, [...new Set(chats)]);
  turn.addDeliveries(unsettled);
  await turn.loadMessages(unsettled.map((row) => row.message));
  const bound = [...turn.messages].filter((state) => state.now.client_id !== null);
  await turn.loadDeliveries(bound.map((state) => state.now.id));
}

/**
 * An outgoing Message that is not known by its key (rule 1):
 * 2. it carries our own reference → it is that Message;
 * 3. exactly such a text is being sent in that Chat (or was, and nobody knows whether it arrived), oldest first → a
 *    guess, which the engine's answer may override; where no answer is to come it is the answer;
 * 4. otherwise `undefined`: it was typed on the phone.
 */
export async function bindEcho(
  turn: Turn,
  chatId: number,
  event: MessageEvent,
): Promise<MessageState | undefined> {
  // Sent by us to one Chat and told here of another: the same id, so the two Chats are one person's.
  for (const state of turn.messagesUnder(event.messageId)) {
    if (state.now.client_id === null || state.now.chat_id === chatId) continue;
    const pair = possiblePair(turn, state, event.chat);
    if (pair) throw new LearntPair(pair);
  }
  if (event.clientId !== undefined) {
    const ours = [...turn.messages].find((state) => state.now.client_id === event.clientId);
    if (ours && ours.now.from_me === 1 && ours.now.chat_id === chatId) {
      await bind(turn, ours, event.messageId, event.at);
      turn.deleteDelivery(ours);
      return ours;
    }
  }
  const content = contentDigest(event.body, event.type);
  const candidates = [...turn.deliveries.values()]
    .filter(
      ({ now }) =>
        now.chat_id === chatId &&
        now.content_digest === content &&
        now.guessed_message_id === null &&
        ['sending', 'unconfirmed', 'uncertain'].includes(now.state),
    )
    .toSorted((a, b) => a.now.message - b.now.message);
  for (const delivery of candidates) {
    const ours = turn.message(delivery.now.message);
    if (!ours || !isUnsentId(ours.now.message_id) || event.at < ours.now.at - clockSlack) continue;
    turn.rename(ours, event.messageId);
    ours.now.at = event.at;
    if (delivery.now.state === 'sending') delivery.now.guessed_message_id = event.messageId;
    else turn.deleteDelivery(ours);
    return ours;
  }
  return undefined;
}
