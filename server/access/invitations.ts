import { transact, type Database } from '../../db/database.ts';
import { findAgentByEmail, insertAgent } from '../../db/query/agent.ts';
import {
  findInvitation,
  insertInvitation,
  listInvitations,
  revokeInvitations,
  takeInvitation,
  type InvitationRow,
} from '../../db/query/invitation.ts';
import { listInboxRows } from '../../db/query/inbox.ts';
import { findOrganisation } from '../../db/query/organisation.ts';
import { giveInboxes } from '../../db/query/permission.ts';
import { isUniqueViolation } from '../../db/portable.ts';
import type { Clock } from '../clock.ts';
import type { InvitationView } from '../contract/access.ts';
import { Problem } from '../contract/problem.ts';
import type { Role } from '../contract/wire.ts';
import { digest, newSecret } from '../ids.ts';
import type { Audit } from './audit.ts';
import { requireRoom } from './limits.ts';
import { requireGoodPassword, type Passwords } from './passwords.ts';

export const invitationMs = 72 * 60 * 60_000;

interface InvitationParts {
  db: Database;
  clock: Clock;
  passwords: Passwords;
  audit: Audit;
}

export interface NewInvitation {
  email: string;
  name?: string | undefined;
  role: Role;
  inboxIds: readonly number[];
  createdBy: number;
}

/** The token is told this once; another one for the same e-mail ends it. Problems: `conflict`, `not-found`. */
export async function invite(
  parts: InvitationParts,
  organisationId: number,
  input: NewInvitation,
): Promise<InvitationView & { token: string }> {
  const email = input.email.trim().toLowerCase();
  if (await findAgentByEmail(parts.db, email))
    throw new Problem('conflict', 'There is an Agent with this e-mail');
  const token = newSecret();
  const now = parts.clock.now();
  const row = {
    id: digest(token),
    organisation_id: organisationId,
    email,
    name: input.name ?? '',
    role: input.role,
    inboxes: JSON.stringify([...new Set(input.inboxIds)]),
    created_by: input.createdBy,
    created_at: now,
    expires_at: now + invitationMs,
    used_at: 0,
    revoked_at: 0,
  };
  await transact(parts.db, async (tx) => {
    await requireRoom(tx, organisationId, 'agents');
    const own = new Set((await listInboxRows(tx, organisationId)).map((inbox) => inbox.id));
    if (input.inboxIds.some((id) => !own.has(id))) throw new Problem('not-found', 'body inboxIds');
    await revokeInvitations(tx, organisationId, { email }, now);
    await insertInvitation(tx, row);
  });
  return { ...toView(row), token };
}

export async function invitationsOf(
  { db }: InvitationParts,
  organisationId: number,
): Promise<InvitationView[]> {
  return (await listInvitations(db, organisationId)).map(toView);
}

/** Problems: `not-found` (none such, or used, or ended already). */
export async function revokeInvitation(
  { db, clock }: InvitationParts,
  organisationId: number,
  id: string,
): Promise<void> {
  if (!(await revokeInvitations(db, organisationId, { id }, clock.now()))) throw new Problem('not-found');
}

/** What whoever holds the link is told before choosing a password. Problems: `not-found`. */
export async function readInvitation(
  parts: InvitationParts,
  token: string,
): Promise<{ email: string; name: string; role: Role; organisation: string; expiresAt: number }> {
  const row = await open(parts, token);
  const organisation = await findOrganisation(parts.db, row.organisation_id);
  return {
    email: row.email,
    name: row.name,
    role: row.role,
    organisation: organisation?.name ?? '',
    expiresAt: row.expires_at,
  };
}

/**
 * Makes the Agent, once: of several who use the link at the same time one gets in. Problems: `not-found`,
 * `weak-password`, `conflict`.
 */
export async function acceptInvitation(
  parts: InvitationParts,
  input: { token: string; name: string; password: string; locale?: string | undefined; ip: string },
): Promise<{ email: string }> {
  const row = await open(parts, input.token);
  const name = input.name.trim();
  requireGoodPassword(input.password, { email: row.email, name });
  const hash = await parts.passwords.hash(input.password);
  const join = (): Promise<number> =>
    transact(parts.db, async (tx) => {
      const now = parts.clock.now();
      if (!(await takeInvitation(tx, row.id, now))) throw new Problem('not-found');
      await requireRoom(tx, row.organisation_id, 'agents');
      const id = await insertAgent(tx, {
        organisation_id: row.organisation_id,
        email: row.email,
        name,
        role: row.role,
        password_hash: hash,
        locale: input.locale ?? 'en',
        disabled_at: 0,
        created_at: now,
      });
      const own = new Set((await listInboxRows(tx, row.organisation_id)).map((inbox) => inbox.id));
      const wanted = (JSON.parse(row.inboxes) as number[]).filter((inboxId) => own.has(inboxId));
      await giveInboxes(tx, id, wanted);
      return id;
    }).catch((error: unknown) => {
      if (isUniqueViolation(error)) throw new Problem('conflict', 'There is an Agent with this e-mail');
      throw error;
    });
  await parts.audit.around(
    {
      organisationId: row.organisation_id,
      actor: 'nobody',
      act: 'invitation.accept',
      subject: row.email,
      detail: row.role,
      ip: input.ip,
    },
    join,
    (agentId) => ({ actor: `agent:${agentId}` }),
  );
  return { email: row.email };
}

async function open({ db, clock }: InvitationParts, token: string): Promise<InvitationRow> {
  const row = await findInvitation(db, digest(token));
  if (!row || row.used_at !== 0 || row.revoked_at !== 0 || row.expires_at <= clock.now()) {
    throw new Problem('not-found');
  }
  return row;
}

function toView(row: InvitationRow): InvitationView {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    inboxIds: JSON.parse(row.inboxes) as number[],
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    revokedAt: row.revoked_at,
  };
}
