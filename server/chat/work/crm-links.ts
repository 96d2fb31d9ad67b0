import {
  deleteCrmLink,
  findCrmLink,
  listCrmLinks,
  putCrmLink,
  type CrmLinkRow,
} from '../../../db/query/crm-link.ts';
import { listInboxRows } from '../../../db/query/inbox.ts';
import { Problem } from '../../contract/problem.ts';
import type { Chat } from '../../contract/wire.ts';
import type { CrmLink } from '../../contract/work.ts';
import type { Scope } from '../chat-room.ts';
import type { Context } from '../context.ts';
import { findChat, maySee } from '../read.ts';
import { orUnavailable } from '../send.ts';

/** As many are told at once. */
const mostListed = 2_000;

/** Of the people who write to the Inboxes given to the asker, the newest first. */
export async function listLinks({ db }: Context, scope: Scope): Promise<(CrmLink & { phone: string })[]> {
  return orUnavailable(async () => {
    const { organisationId } = scope;
    const inboxes = await listInboxRows(db, organisationId);
    const inboxIds = inboxes.filter((row) => maySee(scope, row.id)).map(({ id }) => id);
    const rows = await listCrmLinks(db, { organisationId, inboxIds }, mostListed);
    return rows.map((row) => ({ ...wire(row), phone: row.phone }));
  });
}

/** Which record of the CRM the person of a Chat is, as an Agent has said; `null`: nobody has. Problems: `not-found`. */
export async function findLink({ db }: Context, scope: Scope, chatId: number): Promise<CrmLink | null> {
  return orUnavailable(async () => {
    const { phone } = await findChat(db, scope, chatId);
    const row = phone === null ? undefined : await findCrmLink(db, scope.organisationId, phone);
    return row ? wire(row) : null;
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

function wire(row: CrmLinkRow): CrmLink {
  return { entityType: row.record_type, id: row.record_id, name: row.name, url: row.url, at: row.at };
}
