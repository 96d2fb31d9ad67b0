import { z } from 'zod';
import { agent } from './wire.ts';

/** What an API key may be allowed to do. A route that names none of them is closed to every key. */
export const apiScopes = [
  'messages:read',
  'messages:send',
  'inboxes:connect',
  'webhooks:manage',
  'audit:read',
] as const;
export const apiScope = z.enum(apiScopes);
export type ApiScope = z.infer<typeof apiScope>;

const id = z.int().positive();
const ms = z.number();
export const role = agent.shape.role;
const name = z.string().trim().min(1).max(120);
const inboxIds = z.array(id).max(1_000);

/** Who may see an Inbox: everybody of the Organisation, or the Agents named (and supervisors and admins). */
export const inboxAgents = z.object({ everyone: z.boolean(), agentIds: inboxIds });

export const newApiKey = z.object({
  name: z.string().trim().min(1).max(80),
  scopes: z
    .array(apiScope)
    .min(1)
    .transform((list) => [...new Set(list)]),
  inboxIds: inboxIds.nullable().default(null).describe('null = every Inbox, also those made later'),
  expiresAt: z.int().nonnegative().default(0).describe('ms; 0 = until revoked'),
});
export type NewApiKey = z.infer<typeof newApiKey>;
export const apiKeyView = z.object({
  id,
  name: z.string(),
  masked: z.string(),
  scopes: z.array(apiScope),
  inboxIds: inboxIds.nullable(),
  createdBy: z.int().describe('Agent; 0 = an operator'),
  createdAt: ms,
  lastUsedAt: ms.describe('0 = never'),
  expiresAt: ms,
  revokedAt: ms.describe('0 = in use'),
});
export type ApiKeyView = z.infer<typeof apiKeyView>;
export const madeApiKey = apiKeyView.extend({ key: z.string().describe('told this once') });

export const newInvitation = z.object({
  email: z.email().max(254),
  name: name.optional(),
  role: role.default('agent'),
  inboxIds: inboxIds.default([]).describe('restricted Inboxes the new Agent may see'),
});
export const invitationView = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  inboxIds,
  createdAt: ms,
  expiresAt: ms,
  usedAt: ms,
  revokedAt: ms,
});
export type InvitationView = z.infer<typeof invitationView>;
/** The token is the last part of `path`, behind `#`, where no server's log sees it. */
export const madeInvitation = invitationView.extend({ token: z.string(), path: z.string() });

export const auditEntry = z.object({
  number: id,
  at: ms,
  actor: z.string().describe('agent:1, key:2, link, operator, nobody'),
  actorName: z.string(),
  act: z.string(),
  subject: z.string(),
  detail: z.string(),
  ip: z.string(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;
export const auditCheck = z.object({
  whole: z.boolean(),
  entries: z.int(),
  brokenAt: z.int().nullable().describe('number of the first entry that does not follow from the one before'),
  head: z.string(),
});

/** The seed's own words for where a connection stands. */
export const connectStatus = z.enum(['starting', 'qr', 'connected', 'disconnected', 'failed']);
export type ConnectStatus = z.infer<typeof connectStatus>;
export const connection = z.object({
  success: z.literal(true),
  session: z.string(),
  apiKey: z.string().nullable().describe('whole the first time, masked afterwards; null: revoked'),
  status: connectStatus,
  inboxId: id,
  name: z.string(),
  phone: z.string().nullable(),
});
export type Connection = z.infer<typeof connection>;
export const connectQr = z.object({
  success: z.literal(true),
  qr: z.string().nullable().describe('a picture as data: URI'),
  code: z.string().nullable().describe('the QR’s text'),
  expiresAt: ms.nullable(),
});
export const connectState = z.object({
  success: z.literal(true),
  status: connectStatus,
  state: z.string(),
  action: z.string(),
  phone: z.string().nullable(),
  name: z.string(),
});

export const connectLinkView = z.object({
  id: z.string(),
  inboxId: id,
  createdAt: ms,
  expiresAt: ms,
  opened: z.boolean(),
  ended: z.enum(['', 'connected', 'revoked', 'expired']),
});
export const madeConnectLink = connectLinkView.extend({ token: z.string(), path: z.string() });
/** What the phone's owner sees: nothing but the code and how far it is. */
export const linkView = z.object({
  status: connectStatus,
  inbox: z.string(),
  qr: z.string().nullable(),
  expiresAt: ms,
});
