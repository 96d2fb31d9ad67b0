import type { proto } from 'baileys';
import { addressKind, type Address } from '../../contract/address.ts';
import type { Handle } from '../../engine-child/protocol.ts';

/** The socket spells phone Addresses `…@s.whatsapp.net`. */
export const toJid = (address: Address): string => address.replace(/@c\.us$/, '@s.whatsapp.net');

export const keyOf = ({ chat, messageId, fromMe, participant }: Handle): proto.IMessageKey => ({
  remoteJid: toJid(chat),
  id: messageId,
  fromMe,
  ...(participant && !fromMe && addressKind(chat) === 'group' ? { participant: toJid(participant) } : {}),
});
