export { createHttpApp, createHttpServer, type HttpApp } from './app.ts';
export type { HttpParts } from './parts.ts';
export type { WebhookSettings, WebhookView } from './webhook-settings.ts';
export { readRemoteServer } from './routes/espo-actions.ts';
