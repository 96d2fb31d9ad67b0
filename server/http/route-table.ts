import type { ChangesParts } from './changes.ts';
import type { HttpParts } from './parts.ts';
import type { Route } from './route.ts';
import { agentRoutes } from './routes/agents.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { auditRoutes } from './routes/audit.ts';
import { authRoutes } from './routes/auth.ts';
import { changeRoutes } from './routes/changes.ts';
import { backfillRoutes } from './routes/backfill.ts';
import { chatActRoutes } from './routes/chat-acts.ts';
import { contactRoutes } from './routes/contacts.ts';
import { chatRoutes } from './routes/chats.ts';
import { connectRoutes } from './routes/connect.ts';
import { crmLinkRoutes } from './routes/crm-links.ts';
import { embedRoutes } from './routes/embed.ts';
import { endpointRoutes } from './routes/endpoints.ts';
import { espoRoutes } from './routes/espo-actions.ts';
import { inboxAgentRoutes } from './routes/inbox-agents.ts';
import { inboxRoutes } from './routes/inboxes.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { linkRoutes } from './routes/links.ts';
import { messageActRoutes } from './routes/message-acts.ts';
import { mediaRoutes } from './routes/media.ts';
import { searchRoutes } from './routes/search.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { settingRoutes } from './routes/settings.ts';
import { totpRoutes } from './routes/totp.ts';
import { workRoutes } from './routes/work.ts';
import { webhookRoutes } from './routes/webhooks.ts';

/** Everything below `/api/v1`, once: what is not here is not offered. */
export function routeTable(parts: HttpParts & ChangesParts): Route[] {
  return [
    ...authRoutes(parts),
    ...totpRoutes(parts),
    ...embedRoutes(parts),
    ...agentRoutes(parts),
    ...apiKeyRoutes(parts),
    ...inboxAgentRoutes(parts),
    ...invitationRoutes(parts),
    ...connectRoutes(parts),
    ...linkRoutes(parts),
    ...auditRoutes(parts),
    ...settingRoutes(parts),
    ...inboxRoutes(parts),
    ...sessionRoutes(parts),
    ...backfillRoutes(parts),
    ...chatRoutes(parts),
    ...searchRoutes(parts),
    ...mediaRoutes(parts),
    ...chatActRoutes(parts),
    ...contactRoutes(parts),
    ...messageActRoutes(parts),
    ...workRoutes(parts),
    ...crmLinkRoutes(parts),
    ...changeRoutes(parts),
    ...webhookRoutes(parts),
    ...endpointRoutes(parts),
    ...espoRoutes(parts),
  ];
}
