import { toAddress, type Address } from '../../contract/address.ts';
import type { AddressPairEvent, EngineEvent } from '../../contract/engine-event.ts';
import type { Handle } from '../../engine-child/protocol.ts';
import { withMessage } from './act.ts';
import { decodeGroup } from './decode-system.ts';
import { decodePair, decodeReceipts } from './decode.ts';
import type { Receipts } from './group-watch.ts';
import type { Live } from './live.ts';
import { otherAddresses } from './page-calls.ts';
import { messageInfo } from './page-message.ts';
import { listGroups } from './page-watch.ts';
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

/** How far a message of ours got with the members of its group; `undefined` when it is not to be found. */
export async function askReceipts(live: Live, message: Handle): Promise<Receipts | undefined> {
  const page = live.page;
  if (live.phase !== 'working' || !page) throw new Error('not connected');
  const info = await withMessage(page, message, (found) =>
    within(lookLimitMs, 'looking who has it', page.evaluate(messageInfo, found)),
  );
  if (info === 'missing' || !info) return undefined;
  return { events: decodeReceipts(info, Date.now()), isComplete: info['remaining'] === 0 };
}

/** Who is in a group now. */
export async function askGroup(live: Live, chat: Address): Promise<EngineEvent | undefined> {
  if (live.phase !== 'working' || !live.page) return undefined;
  const listed = live.page.evaluate(listGroups, [chat], true);
  const [group] = await within(askLimitMs, 'asking who is in a group', listed);
  return group && decodeGroup(group, Date.now());
}
