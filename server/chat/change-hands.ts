import { deleteVersions, readVersions } from '../../db/query/message-version.ts';
import { changeMedia, readMediaOf } from '../../db/query/media.ts';
import type { MediaRow } from '../../db/query/media-facts.ts';
import { deleteReceipts, readReceipts } from '../../db/query/receipt.ts';
import { deleteVotes, readVotes } from '../../db/query/vote.ts';
import type { MessageType } from '../contract/engine-event.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';

/**
 * The WhatsApp ids of two Messages change hands: who has received and read them, what was chosen and what they have said
 * follow the ids, also what this turn has been told. Files that we sent stay with our Message; how WhatsApp gives them
 * out follows the id. Reactions are the caller's, as columns are.
 */
export async function changeHands(turn: Turn, a: MessageState, b: MessageState): Promise<void> {
  for (const one of hanging(turn)) one.message = one.message === a ? b : one.message === b ? a : one.message;
  const ids = [a.now.id, b.now.id].filter((id) => id > 0);
  const [receipts, votes, versions] = [
    await readReceipts(turn.tx, ids),
    await readVotes(turn.tx, ids),
    await readVersions(turn.tx, ids),
  ];
  for (const id of ids) {
    if (receipts.some((row) => row.message === id)) await deleteReceipts(turn.tx, id);
    if (votes.some((row) => row.message === id)) await deleteVotes(turn.tx, id);
    if (versions.some((row) => row.message === id)) await deleteVersions(turn.tx, id);
  }
  const files = await readMediaOf(turn.tx, ids);
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const { id } = from.now;
    const of = <Row extends { message: number }>(rows: readonly Row[]): Row[] =>
      id > 0 ? rows.filter((row) => row.message === id) : [];
    const [its, there] = [files.get(id), files.get(to.now.id)];
    const media = its && changeMedia(its, there, to.now.client_id !== null);
    if (media && there) await updateFile(turn, there.id, media);
    const isCarried = media && !there && to.now.client_id === null && its.reference !== null;
    turn.carried.push({
      message: to,
      receipts: of(receipts),
      votes: of(votes),
      versions: of(versions),
      media: isCarried ? media : undefined,
    });
    // Nobody gives it one: WhatsApp's copy of its own file is not known any more.
    if (its && !there) await updateFile(turn, its.id, { reference: null, told_gone: 0 });
    from.touched = true;
  }
  turn.wrote = true;
}

async function updateFile(turn: Turn, id: number, patch: Partial<Omit<MediaRow, 'id'>>): Promise<void> {
  const { message: _, ...columns } = patch;
  await turn.tx
    .updateTable('media')
    .set({ ...columns, seq: turn.seq })
    .where('id', '=', id)
    .execute();
}

/** Two Messages of this turn are one: what it has been told of `gone` is told of `kept`. */
export function follow(turn: Turn, gone: MessageState, kept: MessageState): void {
  for (const one of hanging(turn)) if (one.message === gone) one.message = kept;
}
function hanging(turn: Turn): { message: MessageState }[] {
  return [turn.receipts, turn.votes, turn.versions, turn.media, turn.carried].flat();
}

/** What it said before it was edited; `undefined` where that is not known. */
export function firstText(
  turn: Turn,
  message: MessageState,
): { body: string; type: MessageType } | undefined {
  const told = turn.versions.find((one) => one.message === message && !one.editedAt);
  const carried = turn.carried.filter((one) => one.message === message).flatMap(({ versions }) => versions);
  const first = told ?? carried.find(({ at }) => at === 0);
  return first && { body: first.body, type: first.type ?? message.now.type };
}
