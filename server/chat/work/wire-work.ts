import type { Queryable } from '../../../db/database.ts';
import type { ChatRow } from '../../../db/query/chat.ts';
import { readLabels, type LabelRow } from '../../../db/query/label.ts';
import type { Chat } from '../../contract/wire.ts';
import type { Label } from '../../contract/work.ts';
import { readLabelIds } from './label-ids.ts';
import { readIds } from './noted.ts';

/** Who looks after each Chat and its labels. Chats without either cost no query. */
export async function readWork(
  db: Queryable,
  rows: readonly ChatRow[],
): Promise<(row: ChatRow) => Pick<Chat, 'assignee' | 'labels' | 'notedFor'>> {
  const [agents, labels] = await Promise.all([
    agentsById(
      db,
      rows.flatMap((row) => row.assignee_id ?? []),
    ),
    readLabels(db, [...new Set(rows.flatMap((row) => readLabelIds(row.label_ids)))]),
  ]);
  const byId = new Map(labels.map((row) => [row.id, wireLabel(row)]));
  return (row) => ({
    assignee:
      row.assignee_id === null ? null : { id: row.assignee_id, name: agents.get(row.assignee_id) ?? '' },
    labels: readLabelIds(row.label_ids)
      .flatMap((id) => byId.get(id) ?? [])
      .toSorted((a, b) => a.name.localeCompare(b.name)),
    notedFor: readIds(row.noted_ids),
  });
}

export function wireLabel({ id, name, colour }: LabelRow): Label {
  return { id, name, colour };
}

export async function agentsById(db: Queryable, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('agent')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}
