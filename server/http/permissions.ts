import type { ApiScope } from '../contract/access.ts';

/**
 * What API keys may call, by the scope a key needs. A route that is not here is closed to every key. What roles may do
 * stands at each route (`signedInRoute('supervisor', …)`); server/access/README.md has both as one table.
 */
export const apiKeyMay: Readonly<Record<string, ApiScope>> = {
  ...each('messages:read', [
    'get /inboxes',
    'get /inboxes/:inboxId',
    'get /inboxes/:inboxId/chats',
    'get /inboxes/:inboxId/contacts',
    'get /chats/:chatId',
    'get /chats/:chatId/messages',
    'get /changes',
    'get /search',
    'get /media/urls',
    ...eitherWay('status', 'getChats', 'getChatMessages', 'getContacts'),
  ]),
  ...each('messages:send', [
    'post /inboxes/:inboxId/chats',
    'post /chats/:chatId/messages',
    'post /chats/:chatId/read',
    'post /chats/:chatId/typing',
    'post /messages/:messageId/edit',
    'post /messages/:messageId/revoke',
    'post /messages/:messageId/react',
    'post /messages/:messageId/retry',
    'post /uploads',
    'delete /uploads/:uploadId',
    'post /WhatsApp/action/sendMessage',
  ]),
  ...each('inboxes:connect', [
    'get /connect',
    'post /connect',
    'get /connect/:session',
    'get /connect/:session/qr',
    'get /connect/:session/status',
    'post /connect/:session/refresh',
    'post /connect/:session/disconnect',
    'get /inboxes/:inboxId/session',
    'get /inboxes/:inboxId/session/events',
    ...eitherWay('login', 'qrCode'),
  ]),
  ...each('webhooks:manage', [
    'get /inboxes/:inboxId/webhooks',
    'post /inboxes/:inboxId/webhooks',
    'delete /inboxes/:inboxId/webhooks/:webhookId',
    'get /organisation/endpoints',
    'post /organisation/endpoints',
    'get /organisation/endpoints/:endpointId',
    'patch /organisation/endpoints/:endpointId',
    'delete /organisation/endpoints/:endpointId',
    'post /organisation/endpoints/:endpointId/rotate',
    'post /organisation/endpoints/:endpointId/test',
    'get /organisation/endpoints/:endpointId/deliveries',
    'post /organisation/endpoints/:endpointId/replay',
    'post /organisation/endpoints/:endpointId/deliveries/:endpointDeliveryId/replay',
  ]),
  ...each('audit:read', ['get /audit', 'get /audit/check']),
};

/** The seed's actions that read answer GET and POST. */
function eitherWay(...actions: string[]): string[] {
  return actions.flatMap((action) => ['get', 'post'].map((method) => `${method} /WhatsApp/action/${action}`));
}

function each(scope: ApiScope, names: readonly string[]): Record<string, ApiScope> {
  return Object.fromEntries(names.map((name) => [name, scope]));
}
