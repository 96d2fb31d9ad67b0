import type { Browser, Page } from 'playwright';
import { aSession } from '../testing/rows.ts';
import type { TinyServer } from '../testing/tiny-server.ts';

/** What the routes of the admin page answer, so that every screen has something to show. */
export function answerForAdmins(server: TinyServer): void {
  const marta = {
    id: 1,
    email: 'marta@example.com',
    name: 'Marta',
    role: 'admin',
    locale: 'en',
    disabled: false,
  };
  const at = Date.now() - 3_600_000;
  const answers: Record<string, unknown> = {
    'GET /agents': {
      list: [
        { ...marta, lastSeenAt: Date.now() },
        { ...marta, id: 2, name: 'Luca Rossi', email: 'luca@example.com', role: 'agent', lastSeenAt: 0 },
      ],
    },
    'GET /sessions/activity': { list: [{ inboxId: 1, lastAt: Date.now() - 60_000, messages: 12 }] },
    'GET /invitations': { list: [] },
    'GET /auth/sessions': { list: [] },
    'GET /connect': { list: [{ inboxId: 1, session: 'client_9e3779b1', apiKey: 'cdk_ab12••••••' }] },
    'GET /api-keys': {
      list: [
        {
          id: 1,
          name: 'ERP',
          masked: 'cdk_ab12••••••',
          scopes: ['messages:read'],
          lastUsedAt: 0,
          expiresAt: 0,
          revokedAt: 0,
        },
      ],
    },
    'GET /organisation/embed-keys': { list: [] },
    'GET /organisation/origins': { list: ['https://crm.example.com'] },
    'GET /organisation/remote-server': { url: 'https://waha.example.com', hasKey: true },
    'GET /organisation/endpoints': {
      list: [
        {
          id: 1,
          url: 'https://crm.example.com/hook',
          description: 'CRM',
          format: 'chatdock',
          events: [],
          state: 'on',
          lastOkAt: at,
          failures: 0,
          pausedUntil: 0,
          waiting: 0,
          dead: 1,
        },
      ],
    },
    'GET /organisation/endpoints/1/deliveries': {
      list: [
        {
          id: 7,
          webhookId: 'msg_1',
          type: 'message.received',
          inboxId: 1,
          state: 'dead',
          at,
          dueAt: at,
          attempts: [{ at, ms: 12, status: 500, error: 'status 500', excerpt: 'no' }],
        },
      ],
    },
    'GET /audit': {
      list: [
        {
          number: 1,
          at,
          actor: 'agent:1',
          actorName: 'Marta',
          act: 'api-key.create',
          subject: 'id:1',
          detail: '{"name":"ERP"}',
          ip: '::1',
        },
      ],
      next: null,
    },
    'GET /inboxes/1/session/events': {
      list: [
        {
          id: 2,
          at,
          state: 'lost',
          code: 'phone-offline',
          action: 'open-phone',
          detail: 'no pong',
          lastedMs: 9e5,
        },
      ],
    },
    'GET /inboxes/1/session/limits': {
      rules: { perMinute: 60, newContactsPerDay: 50, warmUpDays: 7 },
      sentThisMinute: 1,
      newContactsToday: 2,
      newContactsCap: 50,
    },
    'GET /inboxes/1/session/health': {
      breaker: 'closed',
      retryAt: null,
      sent: 3,
      received: 4,
      errors: 0,
      reconnects: 1,
    },
    'GET /inboxes/removals': {
      list: [
        {
          inboxId: 9,
          name: 'Old shop',
          mode: 'delete',
          phone: 'told',
          messages: 1_200,
          begunAt: at,
          endedAt: 0,
        },
      ],
    },
    'GET /inboxes/1/agents': { everyone: false, agentIds: [2] },
    'GET /inboxes/1/links': { list: [] },
    'GET /engines': { engines: ['wwebjs', 'baileys'], upstreams: ['sandbox', 'whatsapp'] },
    'GET /auth/totp': { enabled: false, recoveryLeft: 0 },
    'GET /agents/2/totp': { enabled: true, recoveryLeft: 9 },
    'GET /sessions/figures': {
      totalSessions: 1,
      activeConnections: 1,
      failedReconnects: 2,
      messagesSent: 1_234,
      messagesReceived: 40,
      qrCodesGenerated: 3,
      errors: 1,
      lastError: { at, code: 'phone-offline', message: 'no pong' },
    },
  };
  for (const [asked, body] of Object.entries(answers))
    server.instead.set(asked, () => ({ status: 200, body }));
}

/** Whoever signs in, or is signed in, has this role. */
export function signInAs(server: TinyServer, role: 'admin' | 'supervisor' | 'agent'): void {
  const agent = { id: 1, email: 'marta@example.com', name: 'Marta', role, locale: 'en', disabled: false };
  const me = { agent, organisation: { id: 1, name: 'Harbour' }, token: null, csrf: 'csrf' };
  server.instead.set('GET /auth/me', () => ({ status: 200, body: me }));
}

/** The phone is shown a code by WhatsApp. */
export function showCode(server: TinyServer, value: string, turn = 1, kind: 'qr' | 'code' = 'qr'): void {
  const hint = { kind, issuedAt: Date.now(), expiresAt: Date.now() + 60_000, turn };
  server.pairing = { ...hint, value };
  server.commit({ session: aSession({ state: 'pairing', me: null, pairing: hint }) });
}

export interface Look {
  name: string;
  width?: number;
  dark?: boolean;
  language?: string;
  rtl?: boolean;
}

/** The page as the server gives it, at `/admin` or `/link`. */
export async function openPage(
  browser: Browser,
  server: TinyServer,
  path = '/admin',
  look: Partial<Look> = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1_200, height: 800 },
    colorScheme: look.dark ? 'dark' : 'light',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  if (look.language)
    await page.addInitScript((tag) => localStorage.setItem('chatdock:admin:language', tag), look.language);
  await page.goto(`${server.url}${path}`);
  if (look.rtl) await page.evaluate(() => (document.documentElement.dir = 'rtl'));
  return page;
}

export async function signIn(page: Page): Promise<void> {
  await page.locator('input[name=email]').fill('marta@example.com');
  await page.locator('input[name=password]').fill('secret');
  await page.keyboard.press('Enter');
  await page.locator('.head').waitFor();
}
