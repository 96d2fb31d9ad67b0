import type { Browser, Locator } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Inbox } from '../server/contract/wire.ts';
import { eventually } from './harness/eventually.ts';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';
import { deliver, wahaMessage, wahaPresence } from './harness/webhook-sender.ts';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';

// The rows of docs/experience.md about the list of chats and about people. Each test goes on where the last one ended.

const marco = '393478812043@c.us';
const emma = '447700900123@c.us';
const sofia = '393385550011@c.us';
/** A number the CRM's page knows and WhatsApp has no chat with yet. */
const youssef = '971501234567@c.us';
const ben = { email: 'ben@crm.example', name: 'Ben Carter', password: 'a quiet harbour in March' };

let browser: Browser;
let day: LinkedHouse;
let widget: WidgetPage;
/** Requests for lists of chats, as they are made. */
const lists: string[] = [];

beforeAll(async () => {
  [browser, day] = await Promise.all([launchBrowser(), startLinkedHouse({ engine: 'baileys' })]);
  await day.phone.do('person', { id: 'giulia', autoReplyMs: null });
  widget = await WidgetPage.open(browser, { house: day.house });
  widget.page.on('request', (one) => /\/inboxes\/\d+\/chats\?/.test(one.url()) && lists.push(one.url()));
  await widget.signIn(day.house.signIn!);
  await widget.row('Marco Bianchi').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await day?.house[Symbol.asyncDispose]();
});

const preview = (name: string) => widget.row(name).locator('.preview');
const option = (n: number) => widget.panel.getByRole('option').nth(n);
const filter = (name: string | RegExp) => widget.panel.getByRole('radio', { name });
/** Whether it is seen before one would ask again. */
const comes = (place: Locator): Promise<boolean> =>
  place.waitFor({ timeout: 5_000 }).then(
    () => true,
    () => false,
  );
const search = () => widget.panel.getByRole('searchbox', { name: 'Search chats and messages' });

test('a row says what was said last and of what kind, when, and how much of it is unread', async () => {
  const { phone } = day;
  await phone.do('inbound', { from: marco, sample: 'photo', body: 'Questa qui' });
  await preview('Marco Bianchi').getByText('Questa qui').waitFor();
  expect(await preview('Marco Bianchi').locator('svg').count()).toBe(1);
  await phone.do('inbound', { from: emma, sample: 'voice' });
  await preview('Emma Clarke')
    .getByRole('img', { name: /^Voice message \d:\d\d$/ })
    .waitFor();
  expect(await preview('Emma Clarke').locator('svg').count()).toBe(1);
  const { id } = await phone.writes(sofia, 'שלום, said by mistake');
  // Whatever way it is written, it turns nothing around it.
  await preview('Sofia Conti').locator('bdi', { hasText: 'said by mistake' }).waitFor();
  await phone.do('revoke', { id });
  await preview('Sofia Conti').getByText('This message was deleted').waitFor();
  await phone.do('from-phone', { to: sofia, body: 'Nessun problema' });
  await preview('Sofia Conti').getByText('Nessun problema').waitFor();
  await preview('Sofia Conti')
    .getByRole('img', { name: /Sent|Delivered|Read/ })
    .waitFor();

  const times = await widget.panel.getByRole('option').locator('time').allInnerTexts();
  expect(times.some((time) => /^\d{1,2}:\d{2}\s?([AP]M)?$/.test(time))).toBe(true);
  expect(times).toContain('Yesterday');
  expect(times.some((time) => /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)$/.test(time))).toBe(true);
  expect(times.some((time) => /^\d{2}\/\d{2}\/\d{2}$/.test(time))).toBe(true);
  // Midnight passes while the page stands open.
  await widget.page.clock.setFixedTime(Date.now() + 86_400_000);
  await widget.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect.poll(() => widget.row('Marco Bianchi').locator('time').innerText()).toBe('Yesterday');
  await widget.page.clock.setSystemTime(Date.now());
  await widget.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect.poll(() => widget.row('Marco Bianchi').locator('time').innerText()).toContain(':');

  await widget.row('Emma Clarke').getByRole('img', { name: '1 unread message' }).waitFor();
  // Faces are letters of the name until something better is known; nobody else's server is asked for one.
  expect(await widget.row('Emma Clarke').locator('.avatar').innerText()).toBe('EC');
  const foreign = await widget.page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).origin)
      .filter((origin) => origin !== location.origin),
  );
  expect(foreign).toEqual([]);
});

test('who shows a picture has it over the letters, large when it is pressed; another one, or none, is seen without a reload', async () => {
  const { phone } = day;
  const face = (name: string) => widget.row(name).locator('.avatar canvas[data-drawn]');
  await face('Giulia Rossi').waitFor();
  await face('Fornitori Aurora').waitFor();
  expect(await widget.row('Emma Clarke').locator('.avatar canvas').count()).toBe(0);

  await phone.do('picture', { of: emma, portrait: 2 });
  await face('Emma Clarke').waitFor();
  await widget.openChat('Emma Clarke');
  await widget.panel.locator('header .avatar canvas[data-drawn]').waitFor();
  await widget.button('Chat menu').click();
  await widget.panel.getByRole('menuitem', { name: 'Contact info' }).click();
  await widget.button('Show the picture').click();
  await expect.poll(() => widget.panel.locator('.portrait canvas[data-drawn]').count()).toBe(2);
  await widget.page.keyboard.press('Escape');
  await phone.do('picture', { of: emma });
  await widget.panel.locator('header .avatar canvas').waitFor({ state: 'detached' });
  await widget.back();
  expect(widget.faults).toEqual([]);
});

test('a chat is pinned, silenced, put away and marked unread from its row, on the phone too', async () => {
  const { phone } = day;
  const does = async (name: string, ...items: string[]): Promise<void> => {
    await widget.row(name).click({ button: 'right' });
    for (const item of items) await widget.panel.getByRole('menuitem', { name: item, exact: true }).click();
  };
  const onPhone = async (id: string) => (await phone.state()).chats.find((chat) => chat.id === id)!;
  await does('Emma Clarke', 'Pin');
  await widget.row('Emma Clarke').getByRole('img', { name: 'Pinned' }).waitFor();
  await does('Emma Clarke', 'Mute', 'For 8 hours');
  await widget.row('Emma Clarke').getByRole('img', { name: 'Muted' }).waitFor();
  await does('James', 'Mark unread');
  await widget.row('James').getByRole('img', { name: 'Marked unread' }).waitFor();
  await does('Luca Ferrari', 'Archive');
  await widget.row('Luca Ferrari').waitFor({ state: 'detached' });
  await eventually(
    async () => [await onPhone(emma), await onPhone('393209876543@c.us')],
    ([pinned, away]) => Boolean(pinned!.pinned && pinned!.mutedUntil && away!.archived),
  );
  // Pinned stays on top, whoever writes.
  await phone.writes(marco, 'Anybody?');
  await preview('Marco Bianchi').getByText('Anybody?').waitFor();
  const pinned = await widget.panel
    .getByRole('option')
    .evaluateAll((rows) => rows.map((row) => row.querySelector('[aria-label=Pinned]') !== null));
  expect(pinned.lastIndexOf(true)).toBeLessThan(pinned.indexOf(false));
});

test('the list is cut to what one looks for, says how much that is, and remembers it', async () => {
  const { page } = widget;
  await filter(/^Unread/).click();
  await widget.row('Fornitori Aurora').waitFor({ state: 'detached' });
  const count = await widget.panel.getByRole('option').count();
  await expect.poll(() => filter(/^Unread/).innerText()).toMatch(new RegExp(`${count}$`));
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => filter(/^Mine/).getAttribute('aria-checked')).toBe('true');
  await widget.panel.getByText('No chat fits this filter.').waitFor();
  await filter(/^Groups/).click();
  await expect
    .poll(() => widget.panel.getByRole('option').locator('.name').allInnerTexts())
    .toEqual(['Fornitori Aurora']);
  await filter(/^Archived/).click();
  await widget.row('Luca Ferrari').waitFor();
  await page.reload();
  await page.locator('chatdock-widget .launcher').click();
  await widget.row('Luca Ferrari').waitFor();
  expect(await filter(/^Archived/).getAttribute('aria-checked')).toBe('true');
  await filter(/^All/).click();
});

test('found at once among the chats, then among people and messages; a number can be written to', async () => {
  const { page } = widget;
  await widget.openChat('Marco Bianchi');
  // What knows the keys comes after the list.
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Control+k');
        return (await search().count()) && search().evaluate((one) => one.matches(':focus'));
      },
      { interval: 500 },
    )
    .toBe(true);
  // What is here needs no server.
  await page.route('**/api/v1/**', (route) => route.abort());
  await search().fill('giul');
  await expect
    .poll(() => widget.panel.getByRole('option').locator('.name').allInnerTexts())
    .toEqual(['Giulia Rossi']);
  await page.unrouteAll();
  const hits = widget.panel.getByRole('listbox', { name: 'Messages', exact: true }).getByRole('option');
  // The index may be a moment behind what is shown: who does not find it asks again.
  await expect
    .poll(
      async () => {
        await search().fill('');
        await search().fill('tagliando');
        return comes(hits.filter({ has: page.locator('mark') }).first());
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  await search().fill('olivia');
  await widget.panel
    .getByText('Nothing found')
    .or(widget.panel.getByRole('listbox', { name: 'Contacts' }))
    .first()
    .waitFor();
  await search().fill('+44 7700 900789');
  await widget.button('Message +44 7700 900789').click();
  await widget.panel.getByText('No messages yet').waitFor();
  await widget.panel.locator('.composer textarea').fill('Half a word');
  await widget.back();
  // Without a word it stands at the end of the list, and is drawn once it is looked for.
  await search().fill('900789');
  await widget.panel.getByRole('option').filter({ hasText: 'Draft:' }).getByText('Half a word').waitFor();
  await search().fill('');
});

test('people of phone and CRM in one list by letters, each once; any spelling of a number is understood while it is typed', async () => {
  const { phone } = day;
  await widget.button('New chat').click();
  const find = widget.panel.getByRole('searchbox', { name: 'Search people or numbers' });
  const names = async () =>
    (await widget.panel.getByRole('listbox', { name: 'Contacts' }).locator('.name').allInnerTexts()).map(
      (name) => name.replace(/^~/, ''),
    );
  await expect.poll(async () => (await names()).length).toBeGreaterThan(5);
  const all = await names();
  expect(all).toEqual(all.toSorted((one, other) => one.localeCompare(other)));
  await widget.row('Emma Clarke').getByRole('img', { name: 'Saved on the phone' }).waitFor();
  await widget.row('Marco Bianchi').getByRole('img', { name: 'In the CRM' }).waitFor();
  await find.fill('9876543');
  await expect.poll(names).toEqual(['Luca Ferrari']);
  // By company, in the CRM: who is there already is not shown twice.
  await find.fill('Haddad Trading');
  await widget.button(/Youssef Haddad/).waitFor();
  await find.fill('Conti');
  await expect.poll(names).toEqual(['Sofia Conti']);
  await expect.poll(() => widget.panel.getByText('In the CRM', { exact: true }).count()).toBe(0);

  const number = widget.panel.getByLabel('Start a chat by number');
  await number.fill('333 12x');
  await widget.panel.getByText('A number has digits only.').waitFor();
  await number.fill('00971 50 123 45 67');
  await widget.panel.getByText('+971 50 123 4567').waitFor();
  await widget.panel.getByText('United Arab Emirates').waitFor();
  await phone.do('person', { phone: youssef, pushName: 'yh' });
  await widget.button('Write').click();
  await widget.panel.getByText('No messages yet').waitFor();
  // The CRM's name comes first, and says that it is the CRM's.
  await widget.page.locator('[data-people]').getByRole('button', { name: 'Youssef Haddad' }).click();
  await widget.write('Salam');
  await widget.back();
  const row = widget.row('Youssef Haddad');
  await row.getByRole('img', { name: 'Name from the CRM' }).waitFor();
  expect(widget.faults).toEqual([]);
});

test('a second number with hundreds of chats: few elements, one list or each by itself, nothing read twice', async () => {
  const { api, house } = day;
  const inbox = await api.call<Inbox>('POST', '/inboxes', { name: 'Repairs', engine: 'none' });
  const hook = await api.call<{ secret: string }>('POST', `/inboxes/${inbox.id}/webhooks`, {
    dialect: 'waha',
    session: 'repairs',
  });
  const sender = { session: 'repairs', secret: hook.secret, url: () => house.url };
  const now = Math.floor(Date.now() / 1_000);
  const many = 120;
  const body = (n: number): string =>
    wahaMessage(
      'repairs',
      `3EB0${String(n).padStart(16, '0')}`,
      `Bike ${n}`,
      now - n * 60,
      `39320${1_000_000 + n}@c.us`,
    )
      // Who tells no name is called by the number.
      .replace('"notifyName":"Alice",', '');
  // A few at a time, as a busy server sends them; each is answered once it is stored.
  for (let n = 0; n < many; n += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, more) => deliver(sender, body(n + more))));
  }
  await widget.page.reload();
  await widget.page.locator('chatdock-widget .launcher').click();
  await widget.panel.locator('.number-switch').click();
  await widget.panel
    .getByRole('menuitemradio', { name: /Repairs/ })
    .getByRole('img', { name: `${many} unread messages` })
    .waitFor();
  await widget.panel.getByRole('menuitemradio', { name: /Repairs/ }).click();
  // Until it is there, the list of the other number stands.
  await expect
    .poll(async () => (await option(0).locator('.name').innerText()).replace(/\D/g, ''))
    .toBe('393201000000');
  await widget.panel.getByRole('listbox', { name: 'Chats' }).focus();
  // The end moves away with every page that is read.
  await expect
    .poll(
      async () => {
        await widget.page.keyboard.press('End');
        return widget.panel.getByText(`Bike ${many - 1}`, { exact: true }).count();
      },
      { interval: 200 },
    )
    .toBe(1);
  expect(await widget.panel.getByRole('option').count()).toBeLessThan(30);
  expect(await widget.panel.locator('.listbox *').count()).toBeLessThanOrEqual(120 * 4);

  await widget.panel.locator('.number-switch').click();
  await widget.panel.getByRole('menuitemradio', { name: /All numbers/ }).click();
  await widget.row('Marco Bianchi').locator('.row-number').getByText('Sandbox').waitFor();
  await widget.panel.locator('.row-number', { hasText: 'Repairs' }).first().waitFor();

  // A message changes its row; no list is asked for again.
  const before = lists.length;
  for (let n = 0; n < 5; n++) await day.phone.writes(marco, `Again ${n}`);
  await preview('Marco Bianchi').getByText('Again 4').waitFor();
  expect(lists.slice(before)).toEqual([]);
  expect(widget.faults).toEqual([]);

  // Somebody writes to the other number: its row says so, and the message takes the word's place.
  const newest = widget.panel.getByRole('option').filter({ hasText: '+39 320 100 0000' });
  /** It is believed for a while, and so it is said again as long as it lasts. */
  const shows = (place: Locator, what: 'typing' | 'recording') =>
    expect
      .poll(async () => {
        await deliver(sender, wahaPresence('repairs', '393201000000@c.us', what));
        return comes(place);
      })
      .toBe(true);
  await shows(newest.getByText('typing…'), 'typing');
  await newest.click();
  await shows(widget.panel.locator('header .doing', { hasText: 'typing…' }), 'typing');
  await shows(widget.panel.locator('header .doing', { hasText: 'recording a voice note…' }), 'recording');
  const said = wahaMessage(
    'repairs',
    '3EB0FFFFFFFFFFFFFFFF',
    'Is it ready?',
    Math.floor(Date.now() / 1_000),
    '393201000000@c.us',
  );
  await deliver(sender, said);
  await widget.panel.getByText('Is it ready?').first().waitFor();
  await expect.poll(() => widget.panel.locator('.doing').count()).toBe(0);

  // Who may see no number is told so, and no row of it.
  await api.call('POST', '/agents', ben);
  for (const { id } of await api.inboxes()) {
    await api.call('PUT', `/inboxes/${id}/agents`, { everyone: false, agentIds: [] });
  }
  await using other = await WidgetPage.open(browser, { house });
  await other.signIn(ben);
  await other.panel.getByText('Ask an administrator to connect a WhatsApp number.').waitFor();
  expect(await other.panel.getByRole('option').count()).toBe(0);
});
