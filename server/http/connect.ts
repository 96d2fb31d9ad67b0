import { transact } from '../../db/database.ts';
import { isUniqueViolation } from '../../db/portable.ts';
import { findApiKey } from '../../db/query/api-key.ts';
import {
  exchangeConnectionKey,
  findConnection,
  insertConnection,
  type ConnectionRow,
} from '../../db/query/connection.ts';
import { insertInbox } from '../../db/query/inbox.ts';
import { requireRoom, type Principal } from '../access/index.ts';
import type { ApiScope, Connection, ConnectStatus } from '../contract/access.ts';
import { Problem } from '../contract/problem.ts';
import type { Inbox, Session } from '../contract/wire.ts';
import { requireInUse } from './in-use.ts';
import type { HttpParts } from './parts.ts';

type Parts = Pick<
  HttpParts,
  'db' | 'chat' | 'sessions' | 'access' | 'clock' | 'config' | 'upstreams' | 'engines'
>;

/** What the made key may do, as far as its maker may. */
const scopes: readonly ApiScope[] = ['messages:read', 'messages:send', 'inboxes:connect'];

export interface ConnectRequest {
  /** '' is the Organisation's first number; another name is another number. */
  name: string;
  /** A number that is there already; a new one otherwise. */
  inboxId?: number | undefined;
  engine?: string | undefined;
  upstream?: string | undefined;
  /** What the Inbox is called; without it the name above. */
  label?: string | undefined;
}

/**
 * One click: an Inbox, a session name and an API key, and the QR code is on its way. Asking again, or twenty times at once,
 * gives the same Inbox and session; the key is whole the first time only, masked afterwards. Problems: `not-found`,
 * `not-allowed` (a key that is held to some Inboxes), `bad-request`, `conflict` (an archived number).
 */
export async function connect(
  parts: Parts,
  principal: Principal,
  request: ConnectRequest,
): Promise<{ answer: Connection; isNew: boolean }> {
  const { organisationId } = principal;
  const name = request.inboxId === undefined ? request.name : `inbox-${request.inboxId}`;
  let row = await findConnection(parts.db, organisationId, { name });
  const isNew = row === undefined;
  let apiKey: string | null = null;
  if (!row) ({ row, apiKey } = await make(parts, principal, request, name));
  const key = await findApiKey(parts.db, organisationId, row.api_key_id);
  if (apiKey === null && (!key || key.revoked_at !== 0)) apiKey = await renewKey(parts, principal, row);
  const inbox = await parts.chat.findInbox(principal, row.inbox_id);
  const status = statusOf(inbox.session, false);
  if (status === 'disconnected' || status === 'failed') {
    await parts.sessions.link(inbox.id, { method: 'qr' });
  }
  const answer = await view(parts, principal, row);
  const isUnder = answer.status === 'disconnected' || answer.status === 'failed';
  return {
    isNew,
    // Linking is under way from here on, whether or not its first report is in.
    answer: { ...answer, ...(apiKey && { apiKey }), status: isUnder ? 'starting' : answer.status },
  };
}

/** What a number can be made with; the first of each is taken where nothing is said. */
export function choices({ config, engines, upstreams }: Pick<Parts, 'config' | 'engines' | 'upstreams'>): {
  engines: string[];
  upstreams: string[];
} {
  const first = (list: Iterable<string>, usual: string): string[] =>
    [...list].toSorted((a, b) => Number(b === usual) - Number(a === usual));
  return {
    engines: first(engines.keys(), 'wwebjs'),
    upstreams: first(upstreams, config.mode === 'demo' ? 'sandbox' : 'whatsapp'),
  };
}

async function make(
  parts: Parts,
  principal: Principal,
  request: ConnectRequest,
  name: string,
): Promise<{ row: ConnectionRow; apiKey: string | null }> {
  const { organisationId } = principal;
  // A key held to some Inboxes makes no others.
  if (request.inboxId === undefined && !principal.sees(0)) throw new Problem('not-allowed');
  const { upstream = choices(parts).upstreams[0], engine = choices(parts).engines[0] } = request;
  if (!upstream || !parts.upstreams.includes(upstream)) throw new Problem('bad-request', 'body upstream');
  if (!engine || !parts.engines.has(engine)) throw new Problem('bad-request', 'body engine');
  const known =
    request.inboxId === undefined
      ? undefined
      : requireInUse(await parts.chat.findInbox(principal, request.inboxId));
  const at = parts.clock.now();
  try {
    return await transact(parts.db, async (tx) => {
      const label = request.label ?? (request.name === '' ? 'WhatsApp' : request.name);
      const session = sessionName(organisationId, name);
      const row = {
        organisation_id: organisationId,
        name,
        session,
        inbox_id: known?.id ?? 0,
        api_key_id: 0,
        created_at: at,
      };
      // The name first: of several who ask at once one gets on, and the others make nothing.
      await insertConnection(tx, row);
      if (row.inbox_id === 0) await requireRoom(tx, organisationId, 'inboxes');
      row.inbox_id ||= await insertInbox(tx, { organisationId, name: label, engine, upstream, at });
      const made = await parts.access.keys.createIn(tx, organisationId, keyFor(principal, row));
      row.api_key_id = made.id;
      await tx
        .updateTable('connection')
        .set({ inbox_id: row.inbox_id, api_key_id: made.id })
        .where('organisation_id', '=', organisationId)
        .where('name', '=', name)
        .execute();
      return { row, apiKey: made.key };
    });
  } catch (error) {
    const row = isUniqueViolation(error)
      ? await findConnection(parts.db, organisationId, { name })
      : undefined;
    if (!row) throw error;
    return { row, apiKey: null };
  }
}

/** The key was revoked: whoever connects anew gets a new one, and one only. */
async function renewKey(parts: Parts, principal: Principal, row: ConnectionRow): Promise<string | null> {
  return transact(parts.db, async (tx) => {
    const made = await parts.access.keys.createIn(tx, row.organisation_id, keyFor(principal, row));
    if (await exchangeConnectionKey(tx, row, row.api_key_id, made.id)) {
      row.api_key_id = made.id;
      return made.key;
    }
    await tx.deleteFrom('api_key').where('id', '=', made.id).execute();
    return null;
  });
}

function keyFor(principal: Principal, row: { session: string; inbox_id: number }) {
  return {
    name: row.session,
    // No key makes one that may do more than itself.
    scopes: scopes.filter((scope) => principal.mode !== 'key' || principal.scopes.includes(scope)),
    inboxIds: [row.inbox_id],
    expiresAt: 0,
    createdBy: principal.agentId,
  };
}

/** The connection of a session's name. Problems: `not-found` (also: of an Inbox the caller may not see). */
export async function connectionOf(
  parts: Parts,
  principal: Principal,
  session: string,
): Promise<{ row: ConnectionRow; inbox: Inbox }> {
  const row = await findConnection(parts.db, principal.organisationId, { session });
  if (!row) throw new Problem('not-found');
  return { row, inbox: await parts.chat.findInbox(principal, row.inbox_id) };
}

/** With the key masked. */
export async function view(parts: Parts, principal: Principal, row: ConnectionRow): Promise<Connection> {
  const inbox = await parts.chat.findInbox(principal, row.inbox_id);
  const key = await findApiKey(parts.db, row.organisation_id, row.api_key_id);
  return {
    success: true,
    session: row.session,
    apiKey: key && key.revoked_at === 0 ? key.masked.replaceAll('*', '•') : null,
    status: await statusNow(parts, inbox),
    inboxId: inbox.id,
    name: inbox.name,
    phone: phoneOf(inbox.session),
  };
}

export async function statusNow(parts: Pick<Parts, 'sessions'>, inbox: Inbox): Promise<ConnectStatus> {
  const code = inbox.session.state === 'pairing' ? await parts.sessions.pairing(inbox.id) : undefined;
  return statusOf(inbox.session, code !== undefined);
}

function statusOf(session: Session, hasCode: boolean): ConnectStatus {
  switch (session.state) {
    case 'working':
    case 'degraded':
    case 'syncing':
      return 'connected';
    case 'pairing':
      return hasCode ? 'qr' : 'starting';
    case 'starting':
    case 'lost':
      return 'starting';
    case 'failed':
      return 'failed';
    default:
      return 'disconnected';
  }
}

export function phoneOf(session: Session): string | null {
  const digits = session.me?.phone.replaceAll(/\D/g, '') ?? '';
  return digits === '' ? null : `+${digits}`;
}

/**
 * `client_…`, derived from the Organisation: the same each time, of no two the same (multiplying by an odd number maps
 * the 32-bit numbers one to one), and counting nobody's customers.
 */
export function sessionName(organisationId: number, name: string): string {
  const mixed = Math.imul(organisationId, 2_654_435_761) >>> 0;
  const rest = organisationId > 0xffffffff ? Math.floor(organisationId / 2 ** 32).toString(16) : '';
  return `client_${rest}${mixed.toString(16).padStart(8, '0')}${name === '' ? '' : `_${name}`}`;
}
