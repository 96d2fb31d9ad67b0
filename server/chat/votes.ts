import type { Tx } from '../../db/database.ts';
import type { ContactRow } from '../../db/query/contact.ts';
import type { MessageRow } from '../../db/query/message.ts';
import {
  deleteVotes,
  deleteVotesOfContact,
  readVotes,
  votesOfContact,
  writeVoteRows,
  type VoteRow,
} from '../../db/query/vote.ts';
import type { Message } from '../contract/wire.ts';
import { readContent } from './content.ts';
import { displayName } from './search-text.ts';
import type { Turn } from './turn.ts';

/** In place of a Contact: ourselves. */
export const us = 0;
/** So many voters of an option are named; all are counted. */
const mostNamed = 200;

/** Of two votes of one person the later; of two at one time the greater. */
export function joinVotes(a: VoteRow, b: VoteRow): VoteRow {
  if (a.at !== b.at) return a.at > b.at ? a : b;
  return a.options >= b.options ? a : b;
}

/** Before the Messages are written: a poll in which somebody chose anew is shown anew. */
export async function writeToldVotes(turn: Turn): Promise<void> {
  const changed = await tell(turn, rowsOf(turn.votes.filter(({ message }) => message.before)));
  for (const { message } of turn.votes) if (changed.has(message.now.id)) message.touched = true;
}

/** After the Messages are written: the votes in new polls, and in polls that turned out to be one. */
export async function writeNewVotes(turn: Turn): Promise<void> {
  await tell(turn, [
    ...rowsOf(turn.votes.filter(({ message }) => !message.before)),
    ...turn.carried.flatMap(({ message, votes }) =>
      votes.map((row) => ({ ...row, message: message.now.id })),
    ),
  ]);
  for (const { kept, gone } of turn.foldedMessages) await foldVotes(turn.tx, kept.now.id, gone.now.id);
}

function rowsOf(told: Turn['votes']): VoteRow[] {
  return told.map(({ message, contact, fact }) => ({
    message: message.now.id,
    contact_id: contact,
    options: JSON.stringify(fact.options),
    at: fact.at,
  }));
}

async function tell(turn: Turn, told: readonly VoteRow[]): Promise<Set<number>> {
  const changed = new Map<string, VoteRow>();
  if (told.length > 0) {
    const ids = told.map(({ message }) => message);
    const rows = new Map((await readVotes(turn.tx, ids)).map((row) => [keyOf(row), row]));
    for (const row of told) {
      const before = rows.get(keyOf(row));
      const joined = before ? joinVotes(before, row) : row;
      if (before && before.at === joined.at && before.options === joined.options) continue;
      rows.set(keyOf(row), joined);
      changed.set(keyOf(row), joined);
    }
  }
  if (changed.size > 0) {
    await writeVoteRows(turn.tx, [...changed.values()]);
    turn.wrote = true;
  }
  return new Set([...changed.values()].map((row) => row.message));
}

function keyOf(row: VoteRow): string {
  return `${row.message} ${row.contact_id}`;
}

/** Two Contacts are one person, who has one vote. Returns the polls in which that shows. */
export async function giveVotes(tx: Tx, loser: number, winner: number): Promise<number[]> {
  const given = await votesOfContact(tx, loser);
  if (given.length === 0) return [];
  const own = new Map((await votesOfContact(tx, winner)).map((row) => [row.message, row]));
  await deleteVotesOfContact(tx, loser);
  const rows = given.map((row) => {
    const known = own.get(row.message);
    return { ...(known ? joinVotes(known, row) : row), contact_id: winner };
  });
  await writeVoteRows(tx, rows);
  return rows.map((row) => row.message);
}

/** Two rows are one poll. */
export async function foldVotes(tx: Tx, keptId: number, goneId: number): Promise<void> {
  const rows = await readVotes(tx, [keptId, goneId]);
  if (!rows.some((row) => row.message === goneId)) return;
  const folded = new Map<number, VoteRow>();
  for (const row of rows) {
    const known = folded.get(row.contact_id);
    folded.set(row.contact_id, { ...(known ? joinVotes(known, row) : row), message: keptId });
  }
  await deleteVotes(tx, goneId);
  await writeVoteRows(tx, [...folded.values()]);
}

/**
 * What was chosen, option by option in the poll's own order; what somebody chose that the poll does not name (as when
 * its options were too many to keep) comes after. Null: no poll, or one whose options are not known.
 */
export function wireVotes(
  row: MessageRow,
  votes: readonly VoteRow[],
  people: ReadonlyMap<number, ContactRow>,
): Message['votes'] {
  const poll = row.type === 'poll' && row.revoked_at === null ? readContent(row.content)?.poll : undefined;
  if (!poll) return null;
  const chosen = votes.map((vote) => ({ vote, options: new Set(JSON.parse(vote.options) as string[]) }));
  const names = new Set([...poll.options, ...chosen.flatMap(({ options }) => [...options])]);
  return [...names].map((option) => {
    const voters = chosen.filter(({ options }) => options.has(option)).map(({ vote }) => vote);
    return {
      option,
      count: voters.length,
      voters: voters.slice(0, mostNamed).map(({ contact_id }) => {
        const contact = people.get(contact_id);
        return {
          contactId: contact?.id ?? null,
          name: contact ? displayName(contact) : '',
          fromUs: contact_id === us,
        };
      }),
    };
  });
}
