import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ApiClient } from './harness/client.ts';
import { startHouse, type RunningHouse } from './harness/house.ts';
import { link, reach } from './harness/linked-house.ts';
import { descendants, engineBrowsers, engineChildren, processes } from './harness/processes.ts';
import { SandboxPhone } from './harness/sandbox-phone.ts';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';

const marco = '393478812043@c.us';

// One house, one number, one day: each test goes on where the last one ended.
const dataFolder = mkdtempSync(join(tmpdir(), 'chatdock-resume-'));
const open = (port?: number): Promise<RunningHouse> =>
  startHouse({
    dataFolder,
    // Its processes, its profile and its end are what is tried here.
    isBrowserWhole: true,
    ...(port === undefined ? {} : { port }),
    environment: { CHATDOCK_LOG_LEVEL: 'silent' },
  });
let browser: Browser;
let house: RunningHouse;
let widget: WidgetPage;
let api: ApiClient;
let inboxId: number;
const phone = new SandboxPhone(() => house);

beforeAll(async () => {
  [browser, house] = await Promise.all([launchBrowser(), open()]);
  api = await ApiClient.signIn(house.url, house.signIn!);
  inboxId = (await api.inboxes())[0]!.id;
  widget = await WidgetPage.open(browser, { house });
  await widget.signIn(house.signIn!);
});
afterAll(async () => {
  await browser?.close();
  await house?.[Symbol.asyncDispose]();
  rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
});

/** The chat's row in the store. */
async function chatOf(digits: string): Promise<number> {
  const { list } = await api.call<{ list: { id: number; phone: string | null }[] }>(
    'GET',
    `/inboxes/${inboxId}/chats`,
  );
  return list.find((chat) => chat.phone === digits)!.id;
}

test('a pairing code shown here and typed on the phone links the number', async () => {
  await widget.panel.getByRole('tab', { name: 'Phone number' }).click();
  await widget.panel.getByRole('textbox', { name: 'Phone number' }).fill('+39 065 999 1234');
  await widget.button('Get a code').click();
  const shown = widget.panel.getByRole('img', { name: /^Pairing code/ });
  await shown.waitFor({ timeout: 60_000 });
  const code = (await shown.getAttribute('aria-label'))!.replace('Pairing code', '').replaceAll(' ', '');
  expect(code).toHaveLength(8);
  await phone.do('enter-code', { code });
  await widget.row('Marco Bianchi').waitFor({ timeout: 60_000 });
  await reach(api, inboxId, 'working');
});

test('after a restart the number is linked without a new code, the chats are there and a message leaves', async () => {
  const port = Number(new URL(house.url).port);
  const { devices } = await phone.state();
  expect(await house.stop()).toBe(0);
  house = await open(port);
  await reach(api, inboxId, 'working');
  expect((await phone.state()).devices.map((device) => device.id)).toEqual(
    devices.map((device) => device.id),
  );
  await widget.openChat('Marco Bianchi');
  await widget.write('We are back');
  await widget
    .bubbles('We are back', 'mine')
    .getByRole('img', { name: /Sent|Delivered/ })
    .waitFor({ timeout: 60_000 });
  expect(await phone.saidByUs(marco, 'We are back')).toHaveLength(1);
});

test.each([
  {
    whom: 'the engine’s browser',
    find: engineBrowsers,
    them: 'Are you there?',
    us: 'Written without a browser',
  },
  {
    whom: 'the engine’s child process',
    find: engineChildren,
    them: 'Still there?',
    us: 'Written without a child',
  },
])(
  'kill -9 of $whom: the API goes on, the Session comes back by itself, and what was written meanwhile arrives once',
  async ({ find, them, us }) => {
    await reach(api, inboxId, 'working');
    const [victim, ...more] = find(house.process.pid!);
    expect(more).toEqual([]);
    process.kill(victim!.pid, 'SIGKILL');
    // From here on nothing can be under way: what falls into the moment before is `uncertain`, and the Agent's to decide.
    await vi.waitUntil(async () => (await api.inboxes())[0]!.session.state !== 'working', {
      interval: 30,
      timeout: 60_000,
    });
    await phone.writes(marco, them);
    await api.call('POST', `/chats/${await chatOf('393478812043')}/messages`, {
      clientId: randomUUID(),
      body: us,
    });
    await widget.bubbles(them, 'theirs').waitFor({ timeout: 60_000 });
    await widget
      .bubbles(us, 'mine')
      .getByRole('img', { name: /Sent|Delivered/ })
      .waitFor({ timeout: 60_000 });
    expect(await widget.bubbles(them, 'theirs').count()).toBe(1);
    expect(await phone.saidByUs(marco, us)).toHaveLength(1);
    expect(find(house.process.pid!)).toHaveLength(1);
  },
);

test('unlinked on the phone: the widget says so, with one thing to do', async () => {
  await widget.back();
  await phone.do('unlink');
  await widget.panel.getByText('Unlinked on the phone').first().waitFor({ timeout: 60_000 });
  await widget.button('Link a phone').click();
  await widget.panel.getByText('Someone removed this device on the phone.').waitFor();
  expect(await widget.panel.locator('button.primary').count()).toBe(1);
  await link(api, phone, inboxId);
});

test('SIGTERM while a number is linked: it ends with 0 and leaves no process behind', async () => {
  const family = descendants(house.process.pid!);
  expect(family.length).toBeGreaterThan(1);
  expect(await house.stop()).toBe(0);
  const alive = new Set(processes().map((one) => one.pid));
  expect(family.filter((one) => alive.has(one.pid))).toEqual([]);
});
