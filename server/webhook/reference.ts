import { addressKind, toAddress, type Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { toMessageReference, type MessageReference } from '../contract/message-reference.ts';
import { at, flagAt } from './foreign.ts';

/** The id of a message, from wherever the model keeps it. */
export function referenceOf(model: unknown): MessageReference | undefined {
  const own = toMessageReference(at(model, 'id'));
  if (own?.chat && own.fromMe !== undefined) return own;
  const inner = toMessageReference(at(model, '_data', 'id')) ?? toMessageReference(at(model, '_data', 'key'));
  if (inner?.chat && inner.fromMe !== undefined) return inner;
  const found = own ?? inner;
  if (!found) return undefined;
  // The flat form of old posts: a bare id with from, to and fromMe beside it.
  const fromMe = found.fromMe ?? flagAt(model, 'fromMe');
  const chat = found.chat ?? toAddress(at(model, fromMe ? 'to' : 'from'));
  return {
    ...found,
    ...(fromMe === undefined ? {} : { fromMe }),
    ...(chat ? { chat } : {}),
  };
}

/** Which message a fact is about, as far as its source tells. */
export function about({ messageId, chat, fromMe }: MessageReference): {
  messageId: string;
  chat?: Address;
  fromMe?: boolean;
} {
  return { messageId, ...(chat ? { chat } : {}), ...(fromMe === undefined ? {} : { fromMe }) };
}

/** NOWEB and GOWS tell both Addresses of a person in the key. */
export function pairsOf(model: unknown): EngineEvent[] {
  const key = at(model, '_data', 'key') ?? at(model, '_data', 'Info');
  return [
    pair(at(key, 'remoteJid'), at(key, 'remoteJidAlt')),
    pair(at(key, 'participant'), at(key, 'participantAlt')),
    pair(at(key, 'Sender'), at(key, 'SenderAlt')),
  ].flat();
}

export function pair(a: unknown, b: unknown): EngineEvent[] {
  const addresses = [toAddress(a), toAddress(b)].filter((address) => address !== undefined);
  const lid = addresses.find((address) => addressKind(address) === 'lid');
  const phone = addresses.find((address) => addressKind(address) === 'phone');
  return lid && phone ? [{ kind: 'address-pair', lid, phone }] : [];
}
