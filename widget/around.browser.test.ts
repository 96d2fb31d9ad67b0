import type { BrowserContext, Page } from 'playwright';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { violations } from './testing/axe.ts';
import { browser, buildAndLaunch, folder } from './testing/built-browser.ts';
import { HostSite } from './testing/host-site.ts';
import { aChat, aMessage } from './testing/rows.ts';
import { TinyEspo } from './testing/tiny-espo.ts';
import { TinyServer } from './testing/tiny-server.ts';

/** What the page around has to do with the widget beyond embedding it: its records, and a window apart from it. */
let server: TinyServer;
let site: HostSite;
let context: BrowserContext;

buildAndLaunch();
beforeEach(async () => {
  server = await TinyServer.start(folder);
  site = await HostSite.start();
  server.commit({ chats: [aChat({ id: 1 })], messages: [aMessage({ id: 1, body: 'Good day' })] });
  server.instead.set('GET /chats/1/crm-link', () => ({ status: 200, body: { link: null } }));
});
afterEach(async () => {
  await context?.close();
  await site[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function host(attributes: string, script = '', hash = ''): Promise<Page> {
  site.pages.set('/crm/', {
    html: `<!doctype html><html lang="en"><script>${script}</script><script src="${server.url}/widget/v1/loader.js" ${attributes}></script><body><header></header><h1>A page</h1></body></html>`,
  });
  context = await browser.newContext({ viewport: { width: 1_000, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${site.url}/crm/${hash}`);
  return page;
}
type Place = Pick<Page, 'locator' | 'getByRole' | 'getByText'>;
async function signIn(page: Page, inside: Place = page): Promise<void> {
  await inside.locator('input[name=email]').fill('marta@example.com');
  await inside.locator('input[name=password]').fill('secret');
  await page.keyboard.press('Enter');
  await inside.getByRole('option').first().waitFor();
}
async function openCard(inside: Place): Promise<void> {
  await inside.getByRole('option').first().click();
  await inside.getByText('Good day').first().waitFor();
  await inside.locator('.crm-chip').click();
  await inside.locator('.sheet').waitFor();
}

test('in EspoCRM a person is found and made through its REST with the login of the page, and linked for all', async () => {
  const page = await host(
    'data-open',
    `localStorage.setItem('espo-user-auth', '"bWFydGE6dG9rZW4="')`,
    '#Contact/list',
  );
  const espo = new TinyEspo();
  // No access to accounts: the others are found all the same.
  espo.closed.add('Account');
  espo.rows.push({ entityType: 'Contact', id: 'old7', name: 'Anna Bianchi' });
  let isDown = false;
  await page.route('**/crm/api/v1/**', async (route) => {
    if (isDown) return route.abort();
    const request = route.request();
    const path = request.url().replace(/^.*\/api\/v1\//, '');
    const body: unknown = request.postDataJSON();
    const answer = espo.answer({ method: request.method(), path, headers: request.headers(), body });
    return route.fulfill({
      status: answer.status,
      headers: answer.headers ?? {},
      ...(answer.body === undefined ? {} : { json: answer.body }),
    });
  });
  await signIn(page);
  await openCard(page);
  await page.getByRole('button', { name: 'New contact' }).click();
  // Espo says that it has somebody like that: shown, to be chosen.
  await page.locator('.crm-record').getByText('Anna Bianchi').waitFor();
  const searched = espo.asked.find(({ path }) => path.startsWith('Contact?'))!;
  expect(searched.headers['espo-authorization']).toBe('bWFydGE6dG9rZW4=');
  expect(decodeURIComponent(searched.path)).toContain('"phoneNumberNumeric","value":"393331234567"');
  expect(espo.asked.find(({ method }) => method === 'POST')).toMatchObject({
    path: 'Contact',
    body: { firstName: 'Anna', lastName: 'Bianchi', phoneNumber: '+393331234567' },
  });

  // A task for them, by keys alone; what was typed stands until Espo has it, also when the card was closed.
  const card = page.locator('.sheet');
  const trouble = card.locator('.trouble');
  espo.closed.add('Task');
  await page.getByRole('button', { name: 'New task' }).press('Enter');
  const title = page.getByLabel('What is to be done');
  await expect.poll(() => title.inputValue()).toBe('Good day');
  await page.keyboard.type('!');
  await card.getByLabel('Note').press('Control+Enter');
  await trouble.getByText('no right to write this').waitFor();
  expect(await trouble.textContent()).toContain('No create access.');
  expect(await violations(page)).toEqual([]);
  espo.closed.delete('Task');
  isDown = true;
  await page.keyboard.press('Control+Enter');
  await trouble.getByText('may have been written').waitFor();
  await page.keyboard.press('Escape');
  await expect
    .poll(() => page.getByRole('button', { name: 'New task' }).getAttribute('aria-expanded'))
    .toBe('false');
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  isDown = false;
  const words = page.locator('article').getByText('Good day');
  await words.dblclick({ position: { x: 8, y: 8 } });
  await page.locator('.crm-chip').click();
  await page.getByRole('button', { name: 'New task' }).press('Enter');
  await expect.poll(() => title.inputValue()).toContain('!');
  await page.keyboard.press('Enter');
  await card.getByText('Task written to the CRM').waitFor();
  expect(espo.rows.at(-1)).toMatchObject({ entityType: 'Task', parentId: 'old7', assignedUserId: 'u1' });
  // Begun anew it begins with what was selected in the chat.
  await page.getByRole('button', { name: 'New task' }).press('Enter');
  await expect.poll(() => title.inputValue()).toBe('Good');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Log a call' }).press('Enter');
  await page.getByLabel('Who called').selectOption('They did');
  await page.getByLabel('Minutes').fill('12');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Open the call' }).press('Enter');
  expect(espo.rows.at(-1)).toMatchObject({
    name: 'Call with Anna Bianchi',
    direction: 'Inbound',
    status: 'Held',
  });
  expect(new URL(page.url()).hash).toBe(`#Call/view/${String(espo.rows.at(-1)!['id'])}`);

  await page.evaluate(() =>
    window.Chatdock!.setCrm({ create: () => ({ entityType: 'Lead', id: 'L1', name: 'Anna' }) }),
  );
  await page.getByRole('button', { name: 'New lead' }).click();
  await expect.poll(() => server.asked).toContain('PUT /chats/1/crm-link');
});

test('in a frame the page’s CRM functions are asked over the port, and no other', async () => {
  const page = await host(
    'data-open data-mode="iframe"',
    `window.asked = [];
     window.Chatdock = function () { (Chatdock.q = Chatdock.q || []).push(arguments) };
     Chatdock('setCrm', {
       find(what) { asked.push(what); return [{ entityType: 'Contact', id: 'a1', name: 'Anna of the CRM', phones: ['+393331234567'], secret: () => 1 }]; },
       open(record) { asked.push(['open', record.id]); },
       log(what) { asked.push(['log', what.kind, what.record.id, what.title]); },
     }, 'generic');`,
  );
  const frame = page.frameLocator('iframe');
  await signIn(page, frame);
  await openCard(frame);
  await frame.locator('.crm-record').getByText('Anna of the CRM').waitFor();
  await frame.getByRole('button', { name: 'Open the record' }).click();
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { asked: unknown }).asked))
    .toEqual([{ phone: '393331234567' }, ['open', 'a1']]);
  await frame.getByRole('button', { name: 'Log a call' }).press('Enter');
  await frame.getByLabel('How it went').selectOption('Nobody answered');
  await page.keyboard.press('Control+Enter');
  await frame.locator('.sheet').getByText('Call written to the CRM').waitFor();
  expect(await page.evaluate(() => (window as unknown as { asked: unknown[] }).asked.at(-1))).toEqual([
    'log',
    'call',
    'a1',
    'Call with Anna of the CRM',
  ]);
});

test('a window of its own has the same sign-in and the only socket; closed, the page goes on where it was', async () => {
  const page = await host('data-open');
  await signIn(page);
  await page.getByRole('option').first().click();
  await page.locator('textarea').fill('Half a sentence');
  await expect.poll(() => server.subscriberCount).toBe(1);
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: 'Account and settings' }).click();
  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('menuitem', { name: 'Open in its own window' }).click(),
  ]);
  await opened.getByRole('option').first().waitFor();
  expect(new URL(opened.url()).origin).toBe(new URL(server.url).origin);
  expect(opened.url()).not.toMatch(/token|#/);
  await expect.poll(() => page.locator('.panel').isHidden()).toBe(true);
  await expect.poll(() => server.subscriberCount).toBe(1);
  await opened.getByRole('option').first().click();
  server.commit({ messages: [aMessage({ id: 2, body: 'While apart', at: Date.now() })] });
  await opened.locator('article').getByText('While apart').waitFor();
  // Loaded again it is the same window of the same sign-in.
  await opened.reload();
  await opened.locator('article').getByText('While apart').waitFor();
  await opened.locator('textarea').fill('A whole sentence');
  await opened
    .getByRole('button', { name: 'Close' })
    .first()
    .click()
    .catch(() => undefined);
  await expect.poll(() => opened.isClosed()).toBe(true);
  await expect.poll(() => server.subscriberCount).toBe(1);
  await page.locator('.launcher').click();
  await page.locator('article').getByText('While apart').waitFor();
  await expect.poll(() => page.locator('textarea').inputValue()).toBe('A whole sentence');
});

/** A browser beside others takes its time. */
const soon = { timeout: 60_000 };
const inPx = (inside: Place, selector: string): Promise<number[]> =>
  inside.locator(selector).evaluate((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [x, y, width, height].map(Math.round);
  });
/** Takes hold here and lets go there, both in px of the page. */
async function pull(page: Page, from: readonly number[], to: readonly number[]): Promise<void> {
  await page.mouse.move(from[0]! + 70, from[1]!);
  await page.mouse.move(from[0]!, from[1]!);
  await page.mouse.down();
  await page.mouse.move(to[0]!, to[1]!, { steps: 4 });
  await page.mouse.up();
}

test.each([
  // What is outside of the browser's window a frame of another process hears from a hand, not from a test.
  ['in the page', '', '.panel', -30],
  ['in a frame', 'data-mode="iframe"', 'iframe', 3],
])(
  '%s the window is moved, resized and docked by pointer and by keys, stands there when it comes again, and moves nothing of the page',
  async (_, mode, selector, farLeft) => {
    const bars = `addEventListener('DOMContentLoaded', () => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('footer { position: fixed; inset: auto 0 0; height: 30px } .scroll-to-top { position: fixed; right: 10px; bottom: 40px; width: 40px; height: 40px }');
      document.adoptedStyleSheets = [sheet];
      document.body.append(document.createElement('footer'), Object.assign(document.createElement('button'), { className: 'scroll-to-top' }));
      window.shifts = [];
      new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value))).observe({ type: 'layout-shift' });
    })`;
    const page = await host(`data-open ${mode}`, bars);
    const inside = mode ? page.frameLocator('iframe') : page;
    await signIn(page, inside);
    const at = (): Promise<number[]> => inPx(page, selector);
    const handle = page.getByRole('button', { name: 'Place and size of the window' });
    await handle.waitFor();
    const ofPage = await inPx(page, 'h1');
    // An administrator gives the number another name: it stands in open windows at once.
    server.commit({ name: 'Showroom' });
    await inside.getByRole('heading', { name: 'Showroom' }).waitFor();
    expect(await at()).toEqual([580, 30, 400, 680]);

    // By its header, not further than one can see it; then a corner.
    await pull(page, [640, 60], [300, -40]);
    await expect.poll(at, soon).toEqual([240, 12, 400, 680]);
    await pull(page, [642, 694], [742, 594]);
    await expect.poll(at, soon).toEqual([240, 12, 500, 580]);
    // Escape takes it back, and a press that moves nothing is a press.
    await page.mouse.move(300, 40);
    await page.mouse.down();
    await page.mouse.move(330, 90, { steps: 2 });
    await expect.poll(at, soon).toEqual([270, 62, 500, 580]);
    await page.keyboard.press('Escape');
    await expect.poll(at, soon).toEqual([240, 12, 500, 580]);
    await page.mouse.up();

    // The same by keys.
    await handle.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(at, soon).toEqual([240, 28, 484, 580]);
    await page.keyboard.press('Enter');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect.poll(at, soon).toEqual([580, 30, 400, 680]);
    await page.keyboard.press('Enter');
    await page.getByRole('menuitemradio', { name: 'Docked on the right' }).press('Enter');
    // Above what leads up again; the launcher lies under it.
    await expect.poll(at, soon).toEqual([600, 0, 400, 720]);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(at, soon).toEqual([584, 0, 416, 720]);
    expect(await violations(page)).toEqual([]);

    // Across the page and out of it at the other side.
    await pull(page, [640, 30], [farLeft, 300]);
    await expect.poll(at, soon).toEqual([0, 0, 416, 770]);
    await pull(page, [418, 200], [470, 200]);
    await expect.poll(at, soon).toEqual([0, 0, 468, 770]);
    expect(await inPx(page, 'h1')).toEqual(ofPage);
    await page.reload();
    await inside.locator('input[name=email]').waitFor();
    await expect.poll(at, soon).toEqual([0, 0, 468, 770]);
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
    // A phone has no room for it: the window is the page.
    await page.setViewportSize({ width: 400, height: 700 });
    await expect.poll(at, soon).toEqual([0, 0, 400, 700]);
    await expect.poll(() => handle.isHidden()).toBe(true);
    await page.setViewportSize({ width: 1_000, height: 800 });
    await expect.poll(at, soon).toEqual([0, 0, 468, 770]);
  },
);
