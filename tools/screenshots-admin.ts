import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import sharp from 'sharp';
import { ApiClient } from '../e2e/harness/client.ts';
import type { RunningHouse } from '../e2e/harness/house.ts';
import { SandboxPhone } from '../e2e/harness/sandbox-phone.ts';

interface Look {
  name: string;
  title: string;
  width: number;
  language: string;
  dark?: boolean;
}
const looks: Look[] = [
  { name: 'light', title: 'Light', width: 1_280, language: 'en' },
  { name: 'dark', title: 'Dark, Italian', width: 1_280, language: 'it', dark: true },
  { name: 'phone', title: 'On a phone, Russian', width: 360, language: 'ru' },
];
const password = 'copper-lantern-harbour-42';
const taken = new Map<string, string>();

/** `/admin` and `/link` of a house whose first number is linked, into the folder of screens, with an index of their own. */
export async function takeAdminScreens(browser: Browser, house: RunningHouse, folder: string): Promise<void> {
  const api = await ApiClient.signIn(house.url, house.signIn!);
  const made = await furnish(api, house);
  const [first] = await api.inboxes();
  for (const look of looks) {
    const context = await browser.newContext({
      viewport: { width: look.width, height: 760 },
      colorScheme: look.dark ? 'dark' : 'light',
      locale: look.language,
      deviceScaleFactor: look.width < 500 ? 1.5 : 1,
    });
    const page = await context.newPage();
    await page.addInitScript((tag) => localStorage.setItem('chatdock:admin:language', tag), look.language);
    await pretendGivenUp(page);
    const take = async (name: string, title: string): Promise<void> => {
      taken.set(name, title);
      await page.mouse.move(0, 0);
      await page.waitForLoadState('networkidle').catch(() => undefined);
      await new Promise((done) => setTimeout(done, 250));
      await page.evaluate(() => scrollTo(0, 0));
      const size = await page.evaluate(() =>
        // What lies over the page covers as much of it as is seen at once.
        document.querySelector('dialog[open]') ? innerHeight : document.documentElement.scrollHeight,
      );
      const png = await page.screenshot({
        animations: 'disabled',
        fullPage: true,
        clip: { x: 0, y: 0, width: look.width, height: Math.min(size, 1_500) },
      });
      await sharp(png)
        .webp({ quality: 72, effort: 6 })
        .toFile(join(folder, `admin-${name}-${look.name}.webp`));
    };
    const go = async (hash: string, shown: string): Promise<void> => {
      await page.evaluate((to) => (location.hash = to), hash);
      await page.locator(shown).first().waitFor();
    };
    await page.goto(`${house.url}/admin`);
    await page.locator('input[name=email]').waitFor();
    await take('sign-in', 'Signing in');
    await page.locator('input[name=email]').fill(house.signIn!.email);
    await page.locator('input[name=password]').fill(house.signIn!.password);
    await page.keyboard.press('Enter');
    await page.locator('.figures').waitFor();
    await take('numbers', 'Numbers, and what they have done');
    await page.locator('.head .plain').click();
    await page.locator('.choice').first().waitFor();
    await take('new-number', 'A new number: name and engine');
    await go(`#/numbers/${first!.id}`, '.timeline');
    await take('number', 'One number: link, health, story');
    for (const [place, name, title] of [
      [2, 'archive', 'A number is archived'],
      [1, 'delete', 'A number is deleted with everything'],
    ] as const) {
      await page.locator('.row-end .button').nth(-place).click();
      await page.locator('.dialog').waitFor();
      await take(name, title);
      await page.keyboard.press('Escape');
      await page.locator('.dialog').waitFor({ state: 'detached' });
    }
    await api
      .call('POST', `/inboxes/${made.waitingId}/session/link`, { method: 'qr' })
      .catch(() => undefined);
    await go(`#/numbers/${made.waitingId}`, '.qr');
    await take('connect', 'Connecting by QR code');
    await page.locator('.pair-side .row-deeds .button').last().click();
    await page.locator('input[type=tel]').fill('+39 06 5999 1234');
    await page.keyboard.press('Enter');
    await page.locator('.pair-code').waitFor();
    await take('connect-code', 'Connecting by phone number');
    for (const [name, shown, title] of [
      ['people', '.row', 'People'],
      ['keys', '.lines li', 'Keys'],
      ['webhooks', '.tile', 'Webhooks'],
      [`webhooks/${made.endpointId}`, '.delivery', 'What a server was told, and what was given up'],
      ['embed', '.snippet', 'Putting it on a page'],
      ['audit', '.audit', 'The audit log'],
      ['account', '.factor', 'One’s own account'],
    ] as const) {
      await go(`#/${name}`, shown);
      await take(name.replace(/s\/\d+/, ''), title);
    }
    await page.locator('.factor .button').click();
    await page.locator('.stage input').fill(house.signIn!.password);
    await page.keyboard.press('Enter');
    await page.locator('.qr').waitFor();
    await take('second-factor', 'A second factor');
    await go('#/events', '.filters');
    await page.locator('.live.on').waitFor();
    await new SandboxPhone(() => house).writes('393331234567@c.us', 'Buongiorno, siete aperti?');
    await page.locator('.tail li').first().waitFor();
    await take('events', 'Events as they happen');
    await api.call('POST', `/inboxes/${made.waitingId}/session/link`, { method: 'qr' });
    const link = await api.call<{ path: string }>('POST', `/inboxes/${made.waitingId}/links`);
    await page.goto(`${house.url}${link.path}`);
    await page.locator('img.qr').waitFor();
    await take('owner', 'The page for a phone’s owner');
    const { path } = await api.call<{ path: string }>('POST', '/invitations', {
      email: `new.${look.name}@example.com`,
      role: 'supervisor',
    });
    await page.goto(`${house.url}${path}`);
    await page.locator('input[name=password]').waitFor();
    await take('invitation', 'Accepting an invitation');
    await context.close();
  }
  writeFileSync(join(folder, 'admin.md'), index());
}

/** People, keys, servers and a second number that waits for its phone. */
async function furnish(
  api: ApiClient,
  house: RunningHouse,
): Promise<{ waitingId: number; endpointId: number }> {
  for (const [name, role] of [
    ['Luca Rossi', 'agent'],
    ['Anna Kuznetsova', 'supervisor'],
    ['Giulia Montenegro-Bianchi', 'agent'],
  ] as const) {
    const email = `${name.split(' ')[0]!.toLowerCase()}@example.com`;
    await api.call('POST', '/agents', { email, name, role, password });
    if (role === 'agent') await ApiClient.signIn(house.url, { email, password });
  }
  await api.call('POST', '/invitations', { email: 'marco@example.com', role: 'agent' });
  const year = Date.now() + 365 * 86_400_000;
  await api.call('POST', '/api-keys', {
    name: 'Nightly export',
    scopes: ['messages:read', 'audit:read'],
    expiresAt: year,
  });
  await api.call('POST', '/organisation/embed-keys', { name: 'EspoCRM', issuer: 'espo', makesAgents: true });
  await api.call('PUT', '/organisation/origins', { list: ['https://crm.example.com'] });
  const { id: endpointId } = await api.call<{ id: number }>('POST', '/organisation/endpoints', {
    url: 'https://crm.example.com/hooks/whatsapp',
    description: 'CRM',
    events: ['message.received', 'session.state'],
  });
  const { inboxId } = await api.call<{ inboxId: number }>('POST', '/connect', {
    label: 'Sales',
    engine: 'baileys',
    upstream: 'sandbox',
  });
  return { waitingId: inboxId, endpointId };
}

/** A server gives up after days only: what it would say then. */
async function pretendGivenUp(page: Page): Promise<void> {
  const at = Date.now() - 3 * 3_600_000;
  const attempt = { at, ms: 212, status: 500, error: 'status 500', excerpt: 'Internal Server Error' };
  const one = (id: number, type: string, state: string, attempts: object[]): object => ({
    id,
    webhookId: `evt_${id}`,
    type,
    inboxId: 1,
    state,
    at: at + id * 60_000,
    dueAt: at,
    attempts,
  });
  const ok = { ...attempt, status: 204, error: null, excerpt: '' };
  await page.route(/\/organisation\/endpoints\/\d+\/deliveries/, (route) =>
    route.fulfill({
      json: {
        list: [
          one(3, 'message.received', 'delivered', [ok]),
          one(2, 'session.state', 'delivered', [attempt, ok]),
          one(1, 'message.received', 'dead', [attempt, attempt]),
        ],
      },
    }),
  );
  await page.route(/\/organisation\/endpoints$/, async (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    const answer = await route.fetch();
    const { list } = (await answer.json()) as { list: object[] };
    const pretended = list.map((row) => ({ ...row, dead: 1, waiting: 0, lastOkAt: at, pausedUntil: 0 }));
    return route.fulfill({ response: answer, json: { list: pretended } });
  });
}

function index(): string {
  const rows = Array.from(taken, ([name, title]) => {
    const cells = looks.map((look) => `![${title}, ${look.title}](admin-${name}-${look.name}.webp)`);
    return `| ${[`**${title}**`, ...cells].join(' | ')} |`;
  });
  return [
    '# Screens of the admin page',
    '',
    'Made by `npm run screenshots -- admin` from the product itself with its sandbox; not drawn. The widget’s: [README](README.md).',
    '',
    `| | ${looks.map(({ title }) => title).join(' | ')} |`,
    `| --- | ${looks.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
  ].join('\n');
}
