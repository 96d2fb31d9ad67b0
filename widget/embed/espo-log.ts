import type { CrmLog, CrmLogAnswer } from '../loader/seam.ts';
import { ask, EspoRefusal } from './espo-rest.ts';
import { espoUser } from './espo-user.ts';

/**
 * A Call or a Task with its record as parent, for whoever is at the page: Espo wants somebody assigned to it. Rejects where
 * Espo does not answer at all.
 */
export async function writeLog(asked: CrmLog): Promise<CrmLogAnswer> {
  const entityType = asked.kind === 'call' ? 'Call' : 'Task';
  const { record, title, note } = asked;
  try {
    const made = (await ask(
      entityType,
      {
        // Espo's own rule for names.
        name: title.replace(/[\s<>=]+/g, ' ').trim() || entityType,
        ...(note ? { description: note } : {}),
        parentType: record.entityType,
        parentId: record.id,
        assignedUserId: (await espoUser()).id,
        ...(asked.kind === 'call' ? ofCall(asked) : ofTask(asked)),
      },
      // Whoever writes the same twice means it.
      { 'x-skip-duplicate-check': 'true' },
    )) as { id: string; name?: string };
    return { entityType, id: made.id, name: made.name ?? title };
  } catch (error) {
    if (!(error instanceof EspoRefusal) || error.status >= 500) throw error;
    const { status, why } = error;
    return { refused: status === 403 ? 'no-right' : status === 401 ? 'no-login' : 'invalid', why };
  }
}

function ofCall({ isHeld, direction, startedAt, minutes }: Extract<CrmLog, { kind: 'call' }>): object {
  const start = Date.parse(startedAt);
  return {
    status: isHeld ? 'Held' : 'Not Held',
    direction: direction === 'in' ? 'Inbound' : 'Outbound',
    dateStart: moment(start),
    // Older versions want the end after the beginning.
    dateEnd: moment(start + Math.max(minutes, 1) * 60_000),
  };
}

/** A day without a time is an attribute of its own; the end of that day is for Espo to say, in its time zone. */
function ofTask({ due }: Extract<CrmLog, { kind: 'task' }>): object {
  return { status: 'Not Started', ...(due ? { dateEndDate: due } : {}) };
}

/** As Espo writes time: UTC, without saying so. */
function moment(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
