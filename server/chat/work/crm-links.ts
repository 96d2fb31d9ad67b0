import { deleteCrmLink, findCrmLink, putCrmLink } from '../../../db/query/crm-link.ts';
import { Problem } from '../../contract/problem.ts';
import type { Chat } from '../../contract/wire.ts';
import type { CrmLink } from '../../contract/work.ts';
import type { Scope } from '../chat-room.ts';
import type { Context } from '../context.ts';
import { findChat } from '../read.ts';
import { orUnavailable } from '../send.ts';

/** Which record of the CRM the person of a Chat is, as an Agent has said; `null`: nobody has. Problems: `not-found`. */
export async function findLink({ db }: Context, scope: Scope, chatId: number): Promise<CrmLink | null> {
  return orUnavailable(async () => {
    const { phone } = await findChat(db, scope, chatId);
    const row = phone === null ? undefined : await findCrmLink(db, scope.organisationId, phone);
    return row
      ? { entityType: row.record_type, id: row.record_id, name: row.name, url: row.url, at: row.at }
      : null;
  });
}

/** Of two Agents at once the later is believed. Problems: `not-found`, `conflict` (the number is hidden, or a group). */
export async function putLink(
  { db, clock }: Context,
  scope: Scope,
  chatId: number,
  record: Omit<CrmLink, 'at'>,
): Promise<CrmLink> {
  return orUnavailable(async () => {
    const { phone, contactId } = numberOf(await findChat(db, scope, chatId));
    const at = clock.now();
    await putCrmLink(db, {
      organisation_id: scope.organisationId,
      phone,
      contact_id: contactId,
      record_type: record.entityType,
      record_id: record.id,
      name: record.name,
      url: record.url,
      agent_id: scope.agentId,
      at,
    });
    return { ...record, at };
  });
}

/** Problems: `not-found`. */
export async function dropLink({ db }: Context, scope: Scope, chatId: number): Promise<void> {
  return orUnavailable(async () => {
    const { phone } = await findChat(db, scope, chatId);
    if (phone !== null) await deleteCrmLink(db, scope.organisationId, phone);
  });
}

function numberOf({ phone, contactId }: Chat): { phone: string; contactId: number } {
  if (phone === null || contactId === null)
    throw new Problem('conflict', 'Only a person whose number is known can be a record of the CRM');
  return { phone, contactId };
}
