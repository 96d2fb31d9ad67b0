import { serialiseReference } from './message-reference.ts';
import type { Message } from './wire.ts';

/**
 * The seed's contract (seeds/crm-integration.md): the shape of a message in the ten `WhatsApp/action/*` answers and in
 * the events on the WAMP v1 topic `WhatsApp`.
 */
export interface EspoMessage {
  /** Serialised WhatsApp id `fromMe_chat_id`; for a Message not yet sent, its client id. */
  id: string;
  body: string;
  /** WhatsApp Address, e.g. `393331234567@c.us`. */
  chatId: string;
  fromMe: boolean;
  /** Seconds since 1970. */
  timestamp: number;
  ack: number;
  status: 'Sent' | 'Received';
}

export interface EspoEvent {
  action: 'message' | 'message_ack' | 'typing';
  chatId: string;
  /** Seconds since 1970. */
  timestamp: number;
  data: EspoMessage;
}

/** A Message in the seed's shape. `chat` is the WhatsApp Address of its Chat. A revoked Message has no words any more. */
export function toEspoMessage(message: Message, chat: string): EspoMessage {
  return {
    id: message.messageId
      ? serialiseReference(message.fromMe, chat, message.messageId)
      : (message.clientId ?? String(message.id)),
    body: message.revokedAt === null ? message.body : '',
    chatId: chat,
    fromMe: message.fromMe,
    timestamp: Math.floor(message.at / 1000),
    ack: message.ack,
    status: message.fromMe ? 'Sent' : 'Received',
  };
}
