import { findAgent } from '../../../db/query/agent.ts';
import {
  deleteCannedReply as deleteRow,
  findCannedReply,
  insertCannedReply,
  listCannedReplies as listRows,
  moveCannedReplies,
  updateCannedReply,
  type CannedReplyRow,
} from '../../../db/query/canned-reply.ts';
import { findInboxRow } from '../../../db/query/inbox.ts';
import { isUniqueViolation } from '../../../db/portable.ts';
import { fillReply } from '../../contract/fill-reply.ts';
import type { CannedReply, CannedReplyChange, NewCannedReply } from '../../contract/work.ts';
import { Problem } from '../../contract/problem.ts';
import type { Scope } from '../chat-room.ts';
import type { Context } from '../context.ts';
import { findChat } from '../read.ts';
import { orUnavailable } from '../send.ts';

const most = 500;

/** Of one category, however it is spelled; '' are those without one. */
export async function listCannedReplies(
  { db }: Context,
  scope: Scope,
  category?: string,
): Promise<CannedReply[]> {
  return orUnavailable(async () => {
    const rows = await listRows(db, scope.organisationId);
    return rows.filter((row) => category === undefined || isSame(row.category, category)).map(wire);
  });
}

/** Problems: `conflict` (the shortcut is taken; or there are 500). */
export async function createCannedReply(
  { db }: Context,
  scope: Scope,
  input: NewCannedReply,
): Promise<CannedReply> {
  return orUnavailable(async () => {
    const rows = await listRows(db, scope.organisationId);
    if (rows.length >= most) throw new Problem('conflict', `There are ${most} canned replies already`);
    const { organisationId: organisation_id } = scope;
    const made = { ...input, category: spelled(rows, input.category) };
    return taken(async () => ({ ...made, id: await insertCannedReply(db, { organisation_id, ...made }) }));
  });
}

/** Problems: `not-found`, `conflict`. */
export async function changeCannedReply(
  { db }: Context,
  scope: Scope,
  id: number,
  change: CannedReplyChange,
): Promise<CannedReply> {
  return orUnavailable(async () => {
    const rows = await listRows(db, scope.organisationId);
    const row = rows.find((one) => one.id === id);
    if (!row) throw new Problem('not-found');
    const others = rows.filter((one) => one !== row);
    const patch = {
      ...(change.shortcut === undefined ? {} : { shortcut: change.shortcut }),
      ...(change.body === undefined ? {} : { body: change.body }),
      ...(change.category === undefined ? {} : { category: spelled(others, change.category) }),
    };
    await taken(() => updateCannedReply(db, id, patch));
    return wire({ ...row, ...patch });
  });
}

/** Problems: `not-found`. */
export async function deleteCannedReply({ db }: Context, scope: Scope, id: number): Promise<void> {
  await orUnavailable(async () => {
    if (!(await findCannedReply(db, scope.organisationId, id))) throw new Problem('not-found');
    await deleteRow(db, id);
  });
}

/** Renames a category, or joins it with another; those in it go along. Problems: `not-found`. */
export async function moveCategory(
  { db }: Context,
  scope: Scope,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await orUnavailable(async () => {
    const rows = await listRows(db, scope.organisationId);
    const moved = rows.filter(({ category }) => isSame(category, from)).map(({ id }) => id);
    if (!moved.length) throw new Problem('not-found');
    const others = rows.filter(({ id }) => !moved.includes(id));
    await moveCannedReplies(db, moved, spelled(others, to));
  });
}

/** The text as it would be sent in this Chat by this Agent. Problems: `not-found`. */
export async function fillCannedReply(
  { db }: Context,
  scope: Scope,
  chatId: number,
  id: number,
): Promise<{ text: string; missing: string[] }> {
  return orUnavailable(async () => {
    const chat = await findChat(db, scope, chatId);
    const row = await findCannedReply(db, scope.organisationId, id);
    if (!row) throw new Problem('not-found');
    const [agent, inbox] = await Promise.all([
      findAgent(db, scope.organisationId, scope.agentId),
      findInboxRow(db, chat.inboxId),
    ]);
    return fillReply(row.body, {
      // Without a name we show the number; nobody is greeted by it.
      'contact.name': chat.name === `+${chat.phone}` ? null : chat.name,
      'contact.phone': chat.phone === null ? null : `+${chat.phone}`,
      'agent.name': agent?.name ?? null,
      'inbox.name': inbox?.name ?? null,
    });
  });
}

function wire({ id, shortcut, body, category }: CannedReplyRow): CannedReply {
  return { id, shortcut, body, category };
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** As the category is spelled where it stands already: `sales` and `Sales` are one. */
function spelled(rows: readonly CannedReplyRow[], category: string): string {
  return rows.find((row) => isSame(row.category, category))?.category ?? category;
}

async function taken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isUniqueViolation(error)) throw new Problem('conflict', 'This shortcut is taken');
    throw error;
  }
}
