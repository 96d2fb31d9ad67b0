import type { Database, Queryable } from '../../db/database.ts';
import { readChanged, type ChangedRowSet } from '../../db/query/change.ts';
import { isPast } from '../../db/query/era.ts';
import { findInboxRow, findSessionRow, readHead } from '../../db/query/inbox.ts';
import type { Capabilities } from '../contract/capability.ts';
import { Problem } from '../contract/problem.ts';
import type { ChangedRows, Changes } from '../contract/wire.ts';
import type { WrittenRows } from './turn.ts';
import { wireNotes } from './work/wire-notes.ts';
import { wireChats, wireContacts, wireMessages, wireSession } from './wire-rows.ts';

type CapabilitiesOf = (engine: string) => Capabilities;

/** The rows that a commit with this number left behind and no later one has touched since. */
export async function rowsOfSeq(
  db: Queryable,
  capabilitiesOf: CapabilitiesOf,
  inboxId: number,
  seq: number,
): Promise<ChangedRows> {
  const rows = await readChanged(db, { inboxId, after: seq - 1, until: seq, limit: 1_000_000 });
  return toWire(db, capabilitiesOf, inboxId, rows, seq - 1, seq);
}

/** The same from what a turn still has in memory: only what is missing is read. */
export async function rowsOfTurn(
  db: Queryable,
  capabilitiesOf: CapabilitiesOf,
  inboxId: number,
  rows: WrittenRows,
): Promise<ChangedRows> {
  const [chats, messages, contacts, session] = await Promise.all([
    wireChats(db, rows.chats, rows.people),
    wireMessages(db, rows.messages, rows.people, rows.reactions),
    wireContacts(db, rows.contacts),
    rows.reported ? findSessionRow(db, inboxId) : undefined,
  ]);
  return {
    chats,
    messages,
    contacts,
    // A turn that writes notes has its rows read afresh.
    notes: [],
    session: session ? wireSession(session, capabilitiesOf(session.engine)) : null,
  };
}

async function toWire(
  db: Queryable,
  capabilitiesOf: CapabilitiesOf,
  inboxId: number,
  rows: ChangedRowSet,
  after: number,
  until: number,
): Promise<ChangedRows> {
  const [chats, messages, contacts, notes, session, inbox] = await Promise.all([
    wireChats(db, rows.chats),
    wireMessages(db, rows.messages),
    wireContacts(db, rows.contacts),
    wireNotes(db, rows.notes),
    findSessionRow(db, inboxId),
    findInboxRow(db, inboxId),
  ]);
  const told = session !== undefined && session.seq > after && session.seq <= until;
  const isNamed = inbox !== undefined && inbox.row_seq > after && inbox.row_seq <= until;
  return {
    chats,
    messages,
    contacts,
    notes,
    session: told ? wireSession(session, capabilitiesOf(session.engine)) : null,
    ...(isNamed && { inbox: { id: inboxId, name: inbox.name, seq: inbox.row_seq } }),
  };
}

/**
 * Everything with `since < seq <= cursor`, oldest change first, about `limit` rows, never cut inside one `seq`. The head
 * is read before the rows: what changes meanwhile has a higher number and comes with the next question. `reset`: this
 * database has never been where `since` in `era` is. Who names no era is believed any number that there has been.
 * Problems: `not-found`.
 */
export async function readChanges(
  db: Database,
  capabilitiesOf: CapabilitiesOf,
  request: { inboxId: number; since: number; era?: string | undefined; limit: number },
): Promise<Changes> {
  const { inboxId, since, limit } = request;
  const now = await readHead(db, inboxId);
  if (now === undefined) throw new Problem('not-found');
  const { seq: head, era } = now;
  const empty = { inboxId, era, chats: [], messages: [], contacts: [], notes: [], session: null };
  const isNumber = Number.isSafeInteger(since) && since >= 0;
  const position = { seq: since, era: request.era ?? era };
  if (!isNumber || !(await isPast(db, inboxId, { head: now, position }))) {
    return { ...empty, cursor: head, more: false, reset: true };
  }
  if (since === head) return { ...empty, cursor: head, more: false, reset: false };

  let rows = await readChanged(db, { inboxId, after: since, until: head, limit: limit + 1 });
  const until = placeToCut(rows, { since, head, limit });
  const shortened = listsOf(rows).some((list) => list.length > limit);
  if (shortened && until <= firstSeq(rows)) {
    // One commit with more rows than the limit is given whole.
    rows = await readChanged(db, { inboxId, after: since, until, limit: 1_000_000 });
  }
  const kept = {
    messages: rows.messages.filter((row) => row.seq <= until),
    chats: rows.chats.filter((row) => row.seq <= until),
    contacts: rows.contacts.filter((row) => row.seq <= until),
    notes: rows.notes.filter((row) => row.seq <= until),
  };
  const changed = await toWire(db, capabilitiesOf, inboxId, kept, since, until);
  return { inboxId, era, ...changed, cursor: until, more: until < head, reset: false };
}

function listsOf(rows: ChangedRowSet): { seq: number }[][] {
  return [rows.messages, rows.chats, rows.contacts, rows.notes];
}

function seqsOf(rows: ChangedRowSet): number[] {
  return listsOf(rows)
    .flatMap((list) => list.map((row) => row.seq))
    .toSorted((a, b) => a - b);
}

function firstSeq(rows: ChangedRowSet): number {
  return seqsOf(rows)[0] ?? 0;
}

/** The last number up to which the rows read are complete and about as many as asked for; at least the first of them. */
function placeToCut(rows: ChangedRowSet, range: { since: number; head: number; limit: number }): number {
  const { head, limit } = range;
  let complete = head;
  for (const list of listsOf(rows)) {
    // A list as long as was asked for may go on: only what lies before its last number is whole.
    if (list.length > limit) complete = Math.min(complete, list[list.length - 1]!.seq - 1);
  }
  const seqs = seqsOf(rows);
  const beyond = seqs[limit];
  if (beyond !== undefined) complete = Math.min(complete, beyond - 1);
  return Math.max(complete, seqs[0] ?? head);
}
