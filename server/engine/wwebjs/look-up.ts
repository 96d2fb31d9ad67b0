import { toAddress, type Address } from '../../contract/address.ts';
import type { AddressPairEvent } from '../../contract/engine-event.ts';
import { decodePair } from './decode.ts';
import type { Live } from './live.ts';
import { otherAddresses } from './page-calls.ts';
import { within } from './time-limit.ts';

const lookLimitMs = 10_000;
const askLimitMs = 20_000;

/** The other Address of each, as far as the page knows it; nobody is asked. Rejects while nothing is linked. */
export async function lookUpPairs(
  live: Live,
  addresses: readonly Address[],
): Promise<readonly (Address | undefined)[]> {
  if (live.phase !== 'working' || !live.page) throw new Error('not connected');
  const looked = live.page.evaluate(otherAddresses, addresses);
  return (await within(lookLimitMs, 'looking for other addresses', looked)).map((other) => toAddress(other));
}

/** Both Addresses of a person known by one; WhatsApp is asked where the page does not know. */
export async function askPair(live: Live, address: Address): Promise<AddressPairEvent | undefined> {
  const asked = live.client.getContactLidAndPhone([address]);
  const [found] = await within(askLimitMs, 'asking for both addresses', asked);
  return decodePair([address, found?.lid, found?.pn]);
}
