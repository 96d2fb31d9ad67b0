import { serialiseReference } from './message-reference.ts';
import type { Message } from './wire.ts';

/**
 * The seed's contract (seeds/crm-integration.md): the shape of a message in the ten `WhatsApp/action/*` answers and in
 * the events on the WAMP topic `WhatsApp`.
 */
export interface EspoMessage {
  /**
   * Never changes, so that a page which keeps Messages by it shows each once: the client id of what was sent from here,
   * else the serialised WhatsApp id `fromMe_chat_id`.
   */
  id: string;
  /** The serialised WhatsApp id; null while there is none. */
  messageId: string | null;
  body: string;
  /** WhatsApp Address, e.g. `393331234567@c.us`. */
  chatId: string;
  fromMe: boolean;
  /** Seconds since 1970. */
  timestamp: number;
  ack: number;
  status: 'Sent' | 'Received';
}

/** What happens on the topics `WhatsApp` and `whatsapp.message.<chatId>`. Times are seconds since 1970. */
export type EspoEvent = { chatId: string; timestamp: number } & (
  | { action: 'message' | 'message_ack'; data: EspoMessage }
  | { action: 'typing'; data: { isTyping: boolean; timestamp: number } }
);

/** A Message in the seed's shape. `chat` is the WhatsApp Address of its Chat. A revoked Message has no words any more. */
export function toEspoMessage(message: Message, chat: string): EspoMessage {
  const messageId = message.messageId && serialiseReference(message.fromMe, chat, message.messageId);
  return {
    id: message.clientId ?? messageId ?? String(message.id),
    messageId,
    body: message.revokedAt === null ? message.body : '',
    chatId: chat,
    fromMe: message.fromMe,
    timestamp: Math.floor(message.at / 1000),
    ack: message.ack,
    status: message.fromMe ? 'Sent' : 'Received',
  };
}
