import type { Tx, Database } from '../../db/database.ts';
import type { MessageRow } from '../../db/query/message.ts';
import {
  deleteVersions,
  readVersions,
  writeVersionRows,
  type MessageVersionRow,
} from '../../db/query/message-version.ts';
import type { MessageInfo } from '../contract/api.ts';
import { fuller, rankOf } from './merge.ts';
import type { ToldText } from './to-write.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';
import { agentsById } from './work/wire-work.ts';

// What an edited Message has said: every text that was told of it, by the time it is from. A set, so the order of
// telling does not matter. A Message that was never edited has none: its one text is in its row.

/** In place of a time: as it was first written. */
const first = 0;
type Text = Pick<MessageRow, 'body' | 'type' | 'edited_at'>;
/** Before a text is told: it is kept, with the one that stands, if either is an edited one. */
export function noteVersions(turn: Turn, message: MessageState, told: ToldText): void {
  const { now } = message;
  if (!told.editedAt && now.edited_at === null) return;
  for (const text of [toText(now), told]) if (hasText(text)) turn.versions.push({ message, ...text });
}

/** Before two rows in memory become one. */
export function noteFold(turn: Turn, kept: MessageState, gone: MessageState): void {
  noteVersions(turn, kept, toText(gone.now));
}

const toText = ({ body, type, edited_at: editedAt }: Text): ToldText => ({ body, type, editedAt });

/** A placeholder without words says nothing. */
const hasText = ({ type, body }: ToldText): boolean => type !== 'waiting' || body !== '';

/** After the Messages are written. */
export async function writeVersions(turn: Turn): Promise<void> {
  for (const { kept, gone } of turn.foldedMessages) await moveVersions(turn.tx, kept.now.id, gone.now.id);
  const told = [
    ...turn.versions.map(({ message, ...text }) => rowOf(message.now.id, text)),
    ...turn.carried.flatMap(({ message, versions }) =>
      versions.map((row) => ({ ...row, message: message.now.id })),
    ),
  ];
  if (told.length === 0) return;
  if (await write(turn.tx, told)) turn.wrote = true;
}

/** Two stored rows are one Message. `before`: as they were. */
export async function foldVersions(
  tx: Tx,
  kept: Text & { id: number },
  gone: Text & { id: number },
): Promise<void> {
  await moveVersions(tx, kept.id, gone.id);
  if (kept.edited_at === null && gone.edited_at === null) return;
  const texts = [kept, gone].map(toText).filter(hasText);
  await write(
    tx,
    texts.map((text) => rowOf(kept.id, text)),
  );
}

function rowOf(message: number, { body, type, editedAt, agentId }: ToldText): MessageVersionRow {
  // Only first texts are weighed by the kind they came with.
  return {
    message,
    at: editedAt ?? first,
    body,
    type: editedAt ? 'text' : (type ?? 'text'),
    agent_id: agentId ?? null,
  };
}

async function moveVersions(tx: Tx, keptId: number, goneId: number): Promise<void> {
  const moved = await readVersions(tx, [goneId]);
  if (moved.length === 0) return;
  await deleteVersions(tx, goneId);
  await write(
    tx,
    moved.map((row) => ({ ...row, message: keptId })),
  );
}

/** Whether anything of it was new. */
async function write(tx: Tx, told: readonly MessageVersionRow[]): Promise<boolean> {
  const known = await readVersions(
    tx,
    told.map((row) => row.message),
  );
  const rows = new Map(known.map((row) => [keyOf(row), row]));
  const changed = new Map<string, MessageVersionRow>();
  for (const row of told) {
    const before = rows.get(keyOf(row));
    const joined = before ? joinVersions(before, row) : row;
    if (
      before &&
      before.body === joined.body &&
      before.type === joined.type &&
      before.agent_id === joined.agent_id
    )
      continue;
    rows.set(keyOf(row), joined);
    changed.set(keyOf(row), joined);
  }
  await writeVersionRows(tx, [...changed.values()]);
  return changed.size > 0;
}

const keyOf = ({ message, at }: MessageVersionRow): string => `${message} ${at}`;

/** As `joinFacts` chooses between texts of one time. */
function joinVersions(a: MessageVersionRow, b: MessageVersionRow): MessageVersionRow {
  const rank = rankOf(a.type) - rankOf(b.type);
  const text = rank > 0 || (rank === 0 && fuller(a.body, b.body) === a.body) ? a : b;
  const agents = [a.agent_id, b.agent_id].flatMap((id) => id ?? []);
  return { ...text, agent_id: agents.length > 0 ? Math.max(...agents) : null };
}

/**
 * What a Message has said, the first text first, the one that stands last; [] for one that was never edited or was taken
 * back. One edit told twice, by us and by WhatsApp with its own time, is one.
 */
export async function readHistory(
  db: Database,
  row: Text & Pick<MessageRow, 'id' | 'at' | 'revoked_at'>,
): Promise<MessageInfo['versions']> {
  if (row.edited_at === null || row.revoked_at !== null) return [];
  const stored = await readVersions(db, [row.id]);
  const agents = await agentsById(
    db,
    stored.flatMap((one) => one.agent_id ?? []),
  );
  const texts = stored.filter((one) => one.at < row.edited_at! && one.type !== 'waiting');
  const last = stored.find((one) => one.at === row.edited_at);
  const all = [...texts, { at: row.edited_at, body: row.body, agent_id: last?.agent_id ?? null }];
  const history: MessageInfo['versions'] = [];
  for (const { at, body, agent_id } of all) {
    const agent = agent_id === null ? null : { id: agent_id, name: agents.get(agent_id) ?? '' };
    const before = history.at(-1);
    if (before?.body === body) before.agent ??= agent;
    else history.push({ at: at === first ? row.at : at, body, agent });
  }
  return history;
}
