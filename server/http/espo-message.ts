import type { EspoMessage } from '../contract/espo.ts';
import { serialiseReference } from '../contract/message-reference.ts';
import type { Message } from '../contract/wire.ts';

/** A Message as the seed writes it; `chatId` is the WhatsApp Address. */
export function toEspoMessage(message: Message, chatId: string): EspoMessage {
  return {
    id: message.messageId
      ? serialiseReference(message.fromMe, chatId, message.messageId)
      : (message.clientId ?? String(message.id)),
    body: message.revokedAt === null ? message.body : '',
    chatId,
    fromMe: message.fromMe,
    timestamp: Math.floor(message.at / 1000),
    ack: message.ack,
    status: message.fromMe ? 'Sent' : 'Received',
  };
}
