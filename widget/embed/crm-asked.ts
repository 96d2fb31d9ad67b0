import type { CrmBridge, CrmLog } from '../loader/seam.ts';

const longestTitle = 100;
const longestNote = 4_000;
const mostMinutes = 1_440;

/** What the card in the frame asks of the page's functions, by the names both sides of the port know. */
const asks: Record<string, (page: CrmBridge, given: readonly unknown[]) => unknown> = {
  crmFind: (page, [asked]) => page.find?.(asked as never),
  crmOpen: (page, [record]) => page.open?.(record as never),
  crmCreate: (page, [asked]) => page.create?.(asked as never),
  crmLink: async (page, [record, phone]) => void (await page.link?.(record as never, String(phone))),
  crmLog: (page, [asked]) => page.log?.(readLog(asked)),
};

/** What a function of the page gave, as far as it goes through a port. */
export async function answer(page: CrmBridge, name: string, given: readonly unknown[]): Promise<unknown> {
  const value = await asks[name]?.(page, given);
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}

/** What the frame wants written, before a function of the page gets it: exactly this shape, or it throws. */
export function readLog(value: unknown): CrmLog {
  const { kind, record, title, note, isHeld, direction, startedAt, minutes, due } = fieldsOf(value);
  const { entityType, id, name } = fieldsOf(record);
  const base = {
    record: { entityType: text(entityType, 60), id: text(id, 200), name: text(name, 500, true) },
    title: text(title, longestTitle),
    note: text(note, longestNote, true),
  };
  if (kind === 'task') {
    if (due !== null && !(typeof due === 'string' && /^\d{4}-\d\d-\d\d$/.test(due))) throw refused('due');
    return { ...base, kind, due };
  }
  if (kind !== 'call') throw refused('kind');
  if (typeof isHeld !== 'boolean') throw refused('isHeld');
  if (direction !== 'in' && direction !== 'out') throw refused('direction');
  if (typeof startedAt !== 'string' || Number.isNaN(Date.parse(startedAt))) throw refused('startedAt');
  if (!Number.isInteger(minutes) || (minutes as number) < 0 || (minutes as number) > mostMinutes)
    throw refused('minutes');
  return { ...base, kind, isHeld, direction, startedAt, minutes: minutes as number };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== 'object') throw refused('shape');
  return value as Record<string, unknown>;
}

function text(value: unknown, longest: number, isEmptyFine = false): string {
  if (typeof value !== 'string' || value.length > longest || (!value && !isEmptyFine)) throw refused('text');
  return value;
}

function refused(what: string): Error {
  return new Error(`This is nothing to write into a CRM: ${what}`);
}
