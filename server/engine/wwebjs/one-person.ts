import type { Address } from '../../contract/address.ts';
import type { AddressPairEvent, ChatEvent } from '../../contract/engine-event.ts';
import type { Live } from './live.ts';
import { unreadTogether } from './page-calls.ts';
import { within } from './time-limit.ts';

// Who wrote under a LID and under a number may be one person to us and still two chats to the page, each with a count
// of its own. What is told of one alone would be taken for all there is.

const countLimitMs = 10_000;

/** A pair, and what is unread with that person under both Addresses. */
export function tellPair(live: Live, pair: AddressPairEvent): void {
  live.tell(pair);
  void countTogether(live, pair.phone, pair.lid).then((count) => {
    if (count) live.tell({ kind: 'chat', chat: pair.phone, ...count });
  });
}

/** A chat as the page tells it; of a person with two, the unread of both. */
export function tellChat(live: Live, event: ChatEvent): void {
  const other = live.lids.otherOf(event.chat);
  if (!other || event.unread === undefined) return live.tell(event);
  void countTogether(live, event.chat, other).then((count) => live.tell({ ...event, ...count }));
}

/** The other Address of that person, where the page keeps a chat of its own for it and something is left unread. */
export async function otherUnread(live: Live, address: Address): Promise<Address | undefined> {
  const other = live.lids.otherOf(address);
  return other && (await countTogether(live, address, other))?.unread ? other : undefined;
}

/** `undefined` where the page keeps one chat, or cannot be asked. */
async function countTogether(
  live: Live,
  one: Address,
  other: Address,
): Promise<{ unread: number; at: number } | undefined> {
  if (!live.page) return undefined;
  const counting = live.page.evaluate(unreadTogether, one, other);
  const counted = await within(countLimitMs, 'counting the unread of a person', counting).catch(
    () => undefined,
  );
  // A moment after the newest message, or the count of that chat alone, told at the same second, would stand.
  return counted && { unread: counted.unread, at: counted.t * 1000 + 1 };
}
