import { findAgent } from '../../../db/query/agent.ts';
import {
  deleteCannedReply as deleteRow,
  findCannedReply,
  insertCannedReply,
  listCannedReplies as listRows,
  updateCannedReply,
  type CannedReplyRow,
} from '../../../db/query/canned-reply.ts';
import { findInboxRow } from '../../../db/query/inbox.ts';
import { isUniqueViolation } from '../../../db/portable.ts';
import { fillReply } from '../../contract/fill-reply.ts';
import type { CannedReply } from '../../contract/work.ts';
import { Problem } from '../../contract/problem.ts';
import type { Scope } from '../chat-room.ts';
import type { Context } from '../context.ts';
import { findChat } from '../read.ts';
import { orUnavailable } from '../send.ts';

const most = 500;

export async function listCannedReplies({ db }: Context, scope: Scope): Promise<CannedReply[]> {
  return orUnavailable(async () => (await listRows(db, scope.organisationId)).map(wire));
}

/** Problems: `conflict` (the shortcut is taken; or there are 500). */
export async function createCannedReply(
  { db }: Context,
  scope: Scope,
  input: { shortcut: string; body: string },
): Promise<CannedReply> {
  return orUnavailable(async () => {
    if ((await listRows(db, scope.organisationId)).length >= most) {
      throw new Problem('conflict', `There are ${most} canned replies already`);
    }
    const { organisationId: organisation_id } = scope;
    return taken(async () => ({ ...input, id: await insertCannedReply(db, { organisation_id, ...input }) }));
  });
}

/** Problems: `not-found`, `conflict`. */
export async function changeCannedReply(
  { db }: Context,
  scope: Scope,
  id: number,
  change: { shortcut?: string | undefined; body?: string | undefined },
): Promise<CannedReply> {
  return orUnavailable(async () => {
    const row = await findCannedReply(db, scope.organisationId, id);
    if (!row) throw new Problem('not-found');
    const patch = {
      ...(change.shortcut === undefined ? {} : { shortcut: change.shortcut }),
      ...(change.body === undefined ? {} : { body: change.body }),
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

function wire({ id, shortcut, body }: CannedReplyRow): CannedReply {
  return { id, shortcut, body };
}

async function taken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isUniqueViolation(error)) throw new Problem('conflict', 'This shortcut is taken');
    throw error;
  }
}
