import { addressKind, phoneAddress, type Address } from '../contract/address.ts';
import type { AddressPairEvent } from '../contract/engine-event.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';

/**
 * WhatsApp names one person by phone number here and by LID there, and the pair may not be known yet. Where our own
 * Message (its id is made by our device, nobody can guess it) is spoken of under the other kind of Address, and nothing
 * known contradicts it, the two may be one person. Returns the pair that would make them so.
 */
export function possiblePair(
  turn: Turn,
  state: MessageState,
  address: Address,
): AddressPairEvent | undefined {
  if (state.now.from_me === 0) return undefined;
  const chat = turn.chats.get(state.now.chat_id)?.now;
  const contact = chat?.contact_id ? turn.contacts.get(chat.contact_id)?.now : undefined;
  if (!contact) return undefined;
  const otherId = turn.addresses.get(address)?.contact_id;
  const other = otherId ? turn.contacts.get(otherId)?.now : undefined;
  const kind = addressKind(address);
  if (kind === 'lid' && contact.lid === null && contact.phone !== null && (other?.phone ?? null) === null) {
    return { kind: 'address-pair', lid: address, phone: phoneAddress(contact.phone) };
  }
  if (kind === 'phone' && contact.phone === null && contact.lid !== null && (other?.lid ?? null) === null) {
    return { kind: 'address-pair', lid: contact.lid as Address, phone: address };
  }
  return undefined;
}

/** Thrown out of a turn that has found out that two Addresses are one person: the turn is run again, that pair first. */
export class LearntPair extends Error {
  readonly pair: AddressPairEvent;
  constructor(pair: AddressPairEvent) {
    super('two addresses are one person');
    this.pair = pair;
  }
}
