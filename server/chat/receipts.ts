import type { Tx } from '../../db/database.ts';
import { deleteReceipts, readReceipts, writeReceiptRows, type ReceiptRow } from '../../db/query/receipt.ts';
import { Ack } from '../contract/ack.ts';
import type { Turn } from './turn.ts';

/** Joins what was told of single members into their rows: of each rung the earliest time. */
export async function writeReceipts(turn: Turn): Promise<void> {
  for (const { kept, gone } of turn.foldedMessages) await foldReceipts(turn.tx, kept.now.id, gone.now.id);
  const told = [
    ...turn.receipts.map(({ message, contact, fact }) =>
      receiptOf(message.now.id, contact, fact.ack, fact.at),
    ),
    ...turn.carried.flatMap(({ message, receipts }) =>
      receipts.map((row) => ({ ...row, message: message.now.id })),
    ),
  ];
  if (told.length === 0) return;
  const rows = new Map<string, ReceiptRow>();
  const known = await readReceipts(
    turn.tx,
    told.map((row) => row.message),
  );
  for (const row of known) rows.set(keyOf(row), row);
  const changed = new Set<ReceiptRow>();
  for (const row of told) {
    const before = rows.get(keyOf(row));
    const joined = before ? joinReceipts(before, row) : row;
    if (before && sameReceipt(before, joined)) continue;
    if (before) changed.delete(before);
    rows.set(keyOf(row), joined);
    changed.add(joined);
  }
  if (changed.size === 0) return;
  await writeReceiptRows(turn.tx, [...changed]);
  turn.wrote = true;
}

/** Two rows are one Message. */
export async function foldReceipts(tx: Tx, keptId: number, goneId: number): Promise<void> {
  const receipts = await readReceipts(tx, [keptId, goneId]);
  if (!receipts.some((row) => row.message === goneId)) return;
  const folded = new Map<number, ReceiptRow>();
  for (const row of receipts) {
    const known = folded.get(row.contact_id);
    folded.set(row.contact_id, { ...(known ? joinReceipts(known, row) : row), message: keptId });
  }
  await deleteReceipts(tx, goneId);
  await writeReceiptRows(tx, [...folded.values()]);
}

function keyOf(row: ReceiptRow): string {
  return `${row.message} ${row.contact_id}`;
}

/** A rung reached is the rungs below it reached, at the latest by then. */
function receiptOf(message: number, contact: number, ack: Ack, at: number): ReceiptRow {
  return {
    message,
    contact_id: contact,
    device_at: ack >= Ack.device ? at : null,
    read_at: ack >= Ack.read ? at : null,
    played_at: ack >= Ack.played ? at : null,
  };
}

export function joinReceipts(a: ReceiptRow, b: ReceiptRow): ReceiptRow {
  return {
    message: a.message,
    contact_id: a.contact_id,
    device_at: earlier(a.device_at, b.device_at),
    read_at: earlier(a.read_at, b.read_at),
    played_at: earlier(a.played_at, b.played_at),
  };
}

function sameReceipt(a: ReceiptRow, b: ReceiptRow): boolean {
  return a.device_at === b.device_at && a.read_at === b.read_at && a.played_at === b.played_at;
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
