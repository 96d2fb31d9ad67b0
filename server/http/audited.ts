import { actorOf, type Access } from '../access/index.ts';
import type { RawCall, Route } from './route.ts';

/**
 * The acts that leave an entry in the audit log, by route. A test holds this list against the route table: what changes
 * rights, keys, people, links or where data goes must be here. Sign-ins and links write their own (they have no
 * Principal yet).
 */
export const audited: Readonly<Record<string, string>> = {
  'post /auth/sign-out': 'sign-out',
  'delete /auth/sessions/:agentSessionId': 'sign-in.revoke',
  'post /auth/password': 'password.change',
  'post /auth/totp': 'totp.enrol',
  'post /auth/totp/confirm': 'totp.confirm',
  'post /auth/totp/disable': 'totp.disable',
  'delete /agents/:agentId/totp': 'totp.reset',
  'post /agents': 'agent.create',
  'patch /agents/:agentId': 'agent.change',
  'delete /agents/:agentId/sessions': 'sign-in.revoke',
  'delete /agents/:agentId/sessions/:agentSessionId': 'sign-in.revoke',
  'post /invitations': 'invitation.create',
  'delete /invitations/:invitationId': 'invitation.revoke',
  'put /organisation/origins': 'origins.change',
  'patch /organisation/settings': 'settings.change',
  'post /organisation/embed-keys': 'embed-key.create',
  'post /organisation/embed-keys/:embedKeyId/rotate': 'embed-key.rotate',
  'delete /organisation/embed-keys/:embedKeyId': 'embed-key.revoke',
  'post /api-keys': 'api-key.create',
  'delete /api-keys/:apiKeyId': 'api-key.revoke',
  'post /inboxes': 'inbox.create',
  'patch /inboxes/:inboxId': 'inbox.change',
  'post /inboxes/:inboxId/removal': 'inbox.remove',
  'post /inboxes/:inboxId/restoration': 'inbox.restore',
  'put /inboxes/:inboxId/agents': 'inbox.agents',
  'post /inboxes/:inboxId/session/link': 'session.link',
  'post /inboxes/:inboxId/session/stop': 'session.stop',
  'post /inboxes/:inboxId/session/restart': 'session.restart',
  'post /inboxes/:inboxId/session/unlink': 'session.unlink',
  'post /inboxes/:inboxId/session/engine': 'session.engine',
  'put /inboxes/:inboxId/session/limits': 'session.limits',
  'post /inboxes/:inboxId/backfill': 'backfill.start',
  'delete /inboxes/:inboxId/backfill': 'backfill.stop',
  'post /inboxes/:inboxId/links': 'link.create',
  'delete /inboxes/:inboxId/links/:linkId': 'link.revoke',
  'post /connect': 'connect',
  'post /connect/:session/refresh': 'session.link',
  'post /connect/:session/disconnect': 'session.unlink',
  'post /inboxes/:inboxId/webhooks': 'webhook.create',
  'delete /inboxes/:inboxId/webhooks/:webhookId': 'webhook.remove',
  'post /organisation/endpoints': 'endpoint.create',
  'patch /organisation/endpoints/:endpointId': 'endpoint.change',
  'delete /organisation/endpoints/:endpointId': 'endpoint.remove',
  'post /organisation/endpoints/:endpointId/rotate': 'endpoint.rotate',
  'post /organisation/endpoints/:endpointId/replay': 'endpoint.replay',
  'post /contacts/:contactId/block': 'contact.block',
  'post /messages/:messageId/join': 'group.join',
  'post /chats/:chatId/invite-link': 'group.link',
  'get /chats/:chatId/export': 'chat.export',
  'get /audit': 'audit.read',
  'get /audit/check': 'audit.check',
  'post /WhatsApp/action/logout': 'session.unlink',
  'post /WhatsApp/action/saveSettings': 'settings.change',
};

/** Nothing leaves the house or changes with them, and a page asks for them again and again: once an hour is entered. */
const looks: ReadonlySet<string> = new Set(['audit.read', 'audit.check']);

/** Fields of a body that may be named: rights and names, never secrets. */
const told = [
  'email',
  'name',
  'role',
  'disabled',
  'scopes',
  'inboxIds',
  'inboxId',
  'everyone',
  'agentIds',
  'list',
  'engine',
  'readReceipts',
  'method',
  'events',
  'makesAgents',
  'blocked',
  'mode',
] as const;

/** Runs a route; an act that is to be audited is in the log before the caller hears that it was done. */
export async function runAudited(access: Access, route: Route, call: RawCall): Promise<unknown> {
  const act = audited[`${route.method} ${route.path}`];
  const { principal } = call;
  if (act === undefined || !principal) return route.run(call);
  const params = Object.entries((call.params ?? {}) as Record<string, unknown>).map(
    ([name, value]) => `${name.replace(/Id$/, '')}:${String(value).slice(0, 80)}`,
  );
  const body = route.body === undefined ? {} : ((call.body ?? {}) as Record<string, unknown>);
  const detail = Object.fromEntries(told.flatMap((name) => (name in body ? [[name, body[name]]] : [])));
  // That another password was set is worth knowing; which one is not.
  if ('password' in body && route.path.startsWith('/agents')) Object.assign(detail, { password: 'set' });
  const begun = {
    organisationId: principal.organisationId,
    actor: actorOf(principal),
    act,
    subject: params.join(' '),
    detail: Object.keys(detail).length > 0 ? JSON.stringify(detail).slice(0, 400) : '',
    ip: call.caller.ip,
  };
  if (looks.has(act)) return access.audit.aroundLook(begun, () => route.run(call));
  return access.audit.around(
    begun,
    () => route.run(call),
    (answer) => {
      const { id } = (answer ?? {}) as { id?: unknown };
      return begun.subject === '' && id !== undefined ? { subject: `id:${String(id)}` } : {};
    },
  );
}
