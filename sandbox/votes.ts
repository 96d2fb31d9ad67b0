import { androidMessageId } from './identifiers.ts';
import { Refusal } from './refusal.ts';
import type { Message, Wid } from './shapes.ts';
import type { World } from './world.ts';

/** What somebody chooses in a poll, all of it, by the options' texts; none takes the choice back. */
export function vote(world: World, reference: string, from: Wid, options: readonly string[]): void {
  const message = world.find(reference);
  const known = message.fields?.pollOptions ?? [];
  if (message.type !== 'poll_creation') throw new Refusal('bad-request', 'no poll');
  const chosen = [...new Set(options)].map((option) => known.find(({ name }) => name === option)?.localId);
  if (chosen.includes(undefined)) throw new Refusal('bad-request', 'the poll has no such option');
  if (message.fields?.pollSelectableOptionsCount === 1 && chosen.length > 1)
    throw new Refusal('bad-request', 'one answer only');
  castVote(world, message, from, chosen as number[]);
}

/** The same by the options' numbers, as devices do. */
export function castVote(world: World, message: Message, from: Wid, options: number[]): void {
  // The page counts votes in milliseconds: two of one second have an order.
  const last = Math.max(0, ...(message.votes ?? []).map(({ t }) => t));
  const t = Math.max(world.now() * 1000, last + 1);
  message.votes = [...(message.votes ?? []).filter((other) => other.from !== from), { from, options, t }];
  world.tell({ kind: 'vote', message, id: androidMessageId(), from, options, t });
}
