import { toRecord, type CrmRecord } from './crm-record.ts';

export const longestTitle = 100;
export const longestNote = 4_000;
export const mostMinutes = 600;

/** What is written into the CRM of a record; the bridge's `CrmLog`. */
export type CrmLog = {
  record: Pick<CrmRecord, 'entityType' | 'id' | 'name'>;
  title: string;
  note: string;
} & (
  | { kind: 'call'; isHeld: boolean; direction: 'in' | 'out'; startedAt: string; minutes: number }
  | { kind: 'task'; due: string | null }
);

/** A form as far as it is filled in. */
export interface LogDraft {
  kind: 'call' | 'task';
  title: string;
  note: string;
  isHeld: boolean;
  direction: 'in' | 'out';
  minutes: number;
  /** As a date field writes it; may be empty. */
  due: string;
}

const refusals = ['no-right', 'no-login', 'invalid'] as const;

/** `record`: what was made, where one can go to see it; null: it is written, and the CRM says no more. */
export type LogAnswer =
  | { record: CrmRecord | null }
  /** `why`: the CRM's own words; may be empty. */
  | { refused: (typeof refusals)[number]; why: string };

/** A call is over when it is written down. `now`: ms since 1970. */
export function toLog({ entityType, id, name }: CrmRecord, draft: LogDraft, now: number): CrmLog {
  const { kind, isHeld, direction } = draft;
  const base = {
    record: { entityType, id, name },
    title: draft.title.trim().slice(0, longestTitle),
    note: draft.note.trim().slice(0, longestNote),
  };
  if (kind === 'task') return { ...base, kind, due: draft.due || null };
  const minutes = isHeld ? Math.min(Math.max(Math.round(draft.minutes) || 1, 1), mostMinutes) : 0;
  const startedAt = new Date(now - minutes * 60_000).toISOString();
  return { ...base, kind, isHeld, direction, startedAt, minutes };
}

/** What came back, read like anything foreign. */
export function toLogAnswer(value: unknown): LogAnswer {
  const { refused, why } = (value ?? {}) as { refused?: unknown; why?: unknown };
  if (refused === undefined) return { record: toRecord(value) ?? null };
  return {
    refused: refusals.find((one) => one === refused) ?? 'invalid',
    why: typeof why === 'string' ? why.slice(0, 200) : '',
  };
}

/** The first line of a text as a title: cut between words, with a mark where something is left out. */
export function titleOf(text: string): string {
  const line = text.trim().split('\n', 1)[0]!.trim();
  if (line.length <= longestTitle) return line;
  // Never through the middle of an emoji.
  const cut = line.slice(0, longestTitle - 1).replace(/[\ud800-\udbff]$/, '');
  const end = cut.lastIndexOf(' ');
  return `${(end > longestTitle / 2 ? cut.slice(0, end) : cut).trimEnd()}…`;
}
