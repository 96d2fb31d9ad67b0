import type { Address } from '../contract/address.ts';
import type { GivenLink, MessageHandle, NewPoll } from '../contract/content.ts';

/** What a Delivery asks of the engine beside text, file and quoted Message. Ours alone, so it is believed when read. */
export interface DeliveryRequest {
  forward?: MessageHandle;
  mentions?: Address[];
  poll?: NewPoll;
  link?: GivenLink;
}

export function writeRequest(request: DeliveryRequest): string | null {
  return Object.keys(request).length === 0 ? null : JSON.stringify(request);
}

export function readRequest(text: string | null): DeliveryRequest {
  return text === null ? {} : (JSON.parse(text) as DeliveryRequest);
}
