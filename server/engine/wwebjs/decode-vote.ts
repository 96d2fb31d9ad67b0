import type { Address } from '../../contract/address.ts';
import type { VoteEvent } from '../../contract/engine-event.ts';
import { toMessageReference } from '../../contract/message-reference.ts';
import { asRaw, bytes, count, limits, line, list, milliseconds, person, type Raw } from './bounds.ts';

/**
 * A vote as the page tells of it or as its table holds it: numbers of the poll's options, whose texts are in the poll.
 * `undefined` where the poll is not known: the texts are all that tells the options apart.
 */
export function decodeVote(raw: unknown, me: readonly Address[], now: number): VoteEvent | undefined {
  const data = asRaw(raw);
  const poll = toMessageReference(data['parentMsgKey'] ?? data['pollUpdateParentKey']);
  const own = toMessageReference(data['msgKey'] ?? data['id']);
  const voter = person(data['senderUserJid']) ?? person(data['sender'] ?? data['author'] ?? data['from']);
  if (!poll || !voter) return undefined;
  const names = namesOf(asRaw(data['parentMessage'])['pollOptions']);
  const options: string[] = [];
  for (const number of numbersOf(data['selectedOptionLocalIds'])) {
    const name = names.get(number);
    if (name === undefined) return undefined;
    options.push(name);
  }
  const { messageId, chat, fromMe } = poll;
  return {
    kind: 'vote',
    messageId,
    ...(chat ? { chat } : {}),
    ...(fromMe === undefined ? {} : { fromMe }),
    voter,
    fromUs: own?.fromMe === true || me.includes(voter),
    options,
    at: milliseconds(data['senderTimestampMs'] ?? data['t']) ?? now,
  };
}

function namesOf(options: unknown): Map<number, string> {
  const names = new Map<number, string>();
  for (const [place, one] of list(options).entries()) {
    const option: Raw = asRaw(one);
    const name = line(option['name'], limits.line);
    if (name !== undefined) names.set(count(option['localId']) ?? place, name);
  }
  return names;
}

/** A list, or the bytes as which the page's table keeps them. */
function numbersOf(chosen: unknown): number[] {
  if (Array.isArray(chosen)) return list(chosen).flatMap((one) => count(one) ?? []);
  return [...(bytes(chosen, limits.list) ?? [])];
}
