import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { colourRules, violations } from './testing/axe.ts';
import { buildWidget } from './testing/build.ts';
import { findChromium } from './testing/chromium.ts';
import { everyKind } from './testing/every-kind.ts';
import { aPicture } from './testing/files.ts';
import { openWidget, type Look } from './testing/page.ts';
import { aChat, aMessage, aSession } from './testing/rows.ts';
import { problem, TinyServer } from './testing/tiny-server.ts';

let built: Awaited<ReturnType<typeof buildWidget>>;
let browser: Browser;
let server: TinyServer;
let page: Page;
const faults: string[] = [];
/** Ids of the Messages of every kind. */
const first = 1_000;
const able = {
  ...aSession().capabilities,
  edit: true,
  revoke: true,
  react: true,
  forward: true,
  star: true,
  markUnread: true,
  typing: true,
  arrange: true,
  media: true,
};

beforeAll(async () => {
  built = await buildWidget();
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--mute-audio',
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  await built?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  server = await TinyServer.start(built.folder);
  faults.length = 0;
  const now = Date.now();
  const last = {
    body: 'And this one?',
    type: 'text' as const,
    at: now,
    fromMe: false,
    ack: 0 as const,
    revoked: false,
  };
  server.inbox = { ...server.inbox, session: aSession({ capabilities: able }) };
  server.members = [
    { contactId: 11, name: 'Anna Bianchi', phone: '393331234567', isMe: false, role: 'owner' },
    { contactId: 12, name: 'Иво Петров', phone: '79161234567', isMe: false, role: 'admin' },
    { contactId: 14, name: 'Harbour', phone: '393331112233', isMe: true, role: 'member' },
  ];
  server.commit({
    chats: [
      aChat({ id: 1, name: 'Harbour flat', kind: 'group', phone: null, pinned: true, last }),
      aChat({ id: 2, last: { ...last, at: now - 1_000 } }),
    ],
    messages: everyKind(1, first, now - 60_000),
  });
});
afterEach(async () => {
  await page?.context().close();
  await server[Symbol.asyncDispose]();
});

async function openChat(look: Look = {}, path = 'plain'): Promise<void> {
  page = await openWidget(browser, server, path, look, faults);
  await page.getByRole('option').first().click();
  await page.getByText('And this one?').waitFor();
}
/** The bubble with a text, as near to the end as there is one. */
const bubble = (text: string) => page.locator('article').filter({ hasText: text }).last();
async function choose(text: string, action: string): Promise<void> {
  await bubble(text).hover();
  await bubble(text).locator('.handle').click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}
/** The bodies of the requests to a route, once there is one. */
async function told(what: string): Promise<Record<string, unknown>[]> {
  await expect.poll(() => server.told.some((one) => one.what === what), { timeout: 10_000 }).toBe(true);
  return server.told.filter((one) => one.what === what).map((one) => one.body);
}

/** axe reads every element of a screen; on two busy cores that takes its time. */
const patience = 240_000;
const looks: (Look & { name: string })[] = [
  { name: 'light' },
  { name: 'dark', dark: true },
  { name: '360 px in Russian', width: 360, locale: 'ru' },
];
test.each(looks)(
  'every kind of message is shown without an accessibility violation: $name',
  async (look) => {
    await openChat({ ...look, height: 1_000 });
    const seen = new Set<string>();
    for (let turn = 0; turn < 9; turn++) {
      expect(await violations(page, look.dark ? colourRules : undefined)).toEqual([]);
      for (const one of await page.locator('article').allInnerTexts()) seen.add(one);
      const sideways = await page
        .locator('.feed')
        .evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(sideways).toBe(0);
      await page.locator('.feed').evaluate((element) => element.scrollBy(0, -800));
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
    }
    expect(seen.size).toBeGreaterThanOrEqual(33);
    expect(faults).toEqual([]);
  },
  patience,
);

test.each(looks)(
  'menus, sheets, the emoji and the viewer have no accessibility violation: $name',
  async (look) => {
    await openChat(look);
    const check = async (what: string): Promise<void> =>
      expect(await violations(page, look.dark ? colourRules : undefined), what).toEqual([]);
    await bubble('And this one?').hover();
    await bubble('And this one?').locator('.handle').click();
    await check('actions');
    await page.locator('.message-menu .item').nth(1).click();
    await page.locator('.choice-row').first().waitFor();
    await check('forward');
    await page.keyboard.press('Escape');
    await page.locator('.bar .icon-button[aria-haspopup=menu]').last().click();
    await page.locator('.bar .menu .item').first().click();
    await page.getByText('Иво Петров').last().waitFor();
    await check('group');
    await page.keyboard.press('Escape');
    await page.locator('.emoji-place button').first().click();
    await page.locator('.emoji-grid button').first().waitFor();
    await check('emoji');
    await page.keyboard.press('Escape');
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles([
        { name: 'Harbour.png', mimeType: 'image/png', buffer: aPicture(90, 60) },
        { name: 'Contract.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(900) },
      ]);
    await page.locator('.staged-row').nth(1).waitFor();
    await check('files');
    await page.keyboard.press('Escape');
    await bubble('And this one?').focus();
    await page.keyboard.press('r');
    await page.locator('.beside').waitFor();
    await check('reply');
    await page.locator('article .quote').last().click();
    await page.locator('article.goal .open-picture').waitFor();
    await page.locator('article.goal .open-picture').click();
    await page.locator('.viewer[open] img').waitFor();
    await check('viewer');
  },
);

test(
  'a strict policy is kept while photos, voices and cards are shown',
  async () => {
    await openChat({}, 'strict-csp');
    for (let turn = 0; turn < 8; turn++) {
      await page.locator('.feed').evaluate((element) => element.scrollBy(0, -480));
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
    }
    await page.locator('.small-copy[data-drawn]').first().waitFor();
    expect(faults).toEqual([]);
  },
  patience,
);

test('what the engine cannot do is not offered', async () => {
  server.inbox = { ...server.inbox, session: aSession() };
  await openChat();
  await bubble('And this one?').hover();
  await bubble('And this one?').locator('.handle').click();
  const offered = await page.locator('.message-menu .item').allInnerTexts();
  expect(offered.map((one) => one.trim())).toEqual(['Reply', 'Copy text', 'Info']);
  expect(await page.locator('.quick, .composer .tool[aria-label=Attach]').count()).toBe(0);
});

test('a reaction is there at once and taken back with the reason when it is refused', async () => {
  await openChat();
  const held = Promise.withResolvers<void>();
  server.instead.set(`POST /messages/${first + 32}/react`, async () => {
    await held.promise;
    return problem(409, 'session-not-working');
  });
  await bubble('And this one?').hover();
  await bubble('And this one?').locator('.handle').click();
  await page.getByRole('menuitemcheckbox', { name: 'React with 🙏' }).click();
  await bubble('And this one?').locator('.reactions .ours').waitFor();
  held.resolve();
  await page.locator('.refused').getByText('not connected').waitFor();
  expect(await bubble('And this one?').locator('.reactions').count()).toBe(0);
});

test('an answer names the message it answers, and a click on it goes there', async () => {
  await openChat();
  await choose('🎉', 'Reply');
  await page.keyboard.type('Thank you!');
  await page.keyboard.press('Enter');
  const [body] = await told('POST /chats/1/messages');
  expect(body).toMatchObject({ body: 'Thank you!', quotedMessageId: `M${first + 31}` });
  expect(await page.locator('.beside').count()).toBe(0);
  await page.locator('article .quote').filter({ hasText: 'Photo' }).last().click();
  await page.locator('article.goal .picture').waitFor();
});

test('a jump to a message that is far back goes there', async () => {
  const now = Date.now();
  const messages = Array.from({ length: 300 }, (_, index) =>
    aMessage({ id: index + 1, chatId: 2, at: now - (400 - index) * 60_000, body: `Line ${index + 1}` }),
  );
  const quoted = {
    id: 20,
    messageId: 'M20',
    type: 'text' as const,
    body: 'Line 20',
    fromMe: false,
    name: '',
    revoked: false,
  };
  messages.push(aMessage({ id: 301, chatId: 2, at: now, body: 'As I said', quoted, quotedMessageId: 'M20' }));
  server.commit({ messages });
  page = await openWidget(browser, server, 'plain', {}, faults);
  await page.getByRole('option').nth(1).click();
  await page.locator('article .quote').click();
  await page.locator('article.goal').getByText('Line 20', { exact: true }).waitFor();
});

test('arrow up in an empty composer changes the last own text; Escape keeps it and the draft', async () => {
  server.commit({
    messages: [aMessage({ id: 2_000, fromMe: true, ack: 2, body: 'See you at fife', at: Date.now() })],
  });
  await openChat();
  await page.locator('textarea').focus();
  await page.keyboard.press('ArrowUp');
  expect(await page.locator('textarea').inputValue()).toBe('See you at fife');
  await page.keyboard.press('Escape');
  expect(await page.locator('textarea').inputValue()).toBe('');
  await page.keyboard.press('ArrowUp');
  await page.locator('textarea').fill('See you at five');
  await page.keyboard.press('Enter');
  expect(await told('POST /messages/2000/edit')).toEqual([{ body: 'See you at five' }]);
  await bubble('See you at five').getByText('edited').waitFor();
});

test('delete for everyone asks first', async () => {
  server.commit({
    messages: [aMessage({ id: 2_000, fromMe: true, ack: 2, body: 'To the wrong chat', at: Date.now() })],
  });
  await openChat();
  await choose('To the wrong chat', 'Delete for everyone');
  expect(server.asked).not.toContain('POST /messages/2000/revoke');
  await page.locator('.sheet .danger').click();
  await told('POST /messages/2000/revoke');
  await bubble('This message was deleted').and(page.locator('.mine')).waitFor();
});

test('a message is forwarded to the chats chosen, each with an id of its own', async () => {
  await openChat();
  await choose('And this one?', 'Forward');
  await page.locator('.choice-row').nth(0).click();
  await page.locator('.choice-row').nth(1).click();
  await page.locator('.sheet .primary').click();
  const [body] = await told(`POST /messages/${first + 32}/forward`);
  const to = body!['to'] as { chatId: number; clientId: string }[];
  expect(to.map((one) => one.chatId)).toEqual([1, 2]);
  expect(new Set(to.map((one) => one.clientId)).size).toBe(2);
});

test('a member is picked by keyboard and sent as a mention', async () => {
  await openChat();
  await page.locator('textarea').focus();
  await page.keyboard.type('Ciao @bia');
  await page.getByRole('option', { name: 'Anna Bianchi' }).waitFor();
  await page.keyboard.press('Enter');
  expect(await page.locator('textarea').inputValue()).toBe('Ciao @Anna Bianchi ');
  await page.keyboard.type('!');
  await page.keyboard.press('Enter');
  const [body] = await told('POST /chats/1/messages');
  expect(body).toMatchObject({ body: 'Ciao @393331234567 !', mentions: [11] });
});

test('files are looked at, given a caption, uploaded in order and then sent', async () => {
  await openChat();
  const picture = aPicture(90, 60);
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([
      { name: 'Harbour.png', mimeType: 'image/png', buffer: picture },
      { name: 'Contract.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(900) },
    ]);
  await page.locator('.sheet').getByLabel('Caption').fill('The *harbour*');
  await page.keyboard.press('Enter');
  await expect.poll(() => server.told.filter((one) => one.what === 'POST /chats/1/messages').length).toBe(2);
  const work = server.told
    .filter((one) => /uploads|chats\/1\/messages/.test(one.what))
    .map((one) => one.body);
  expect(work).toMatchObject([
    { fileName: 'Harbour.png', as: 'image', bytes: picture.length, mime: 'image/png' },
    { body: 'The *harbour*', as: 'image', uploadId: expect.any(String) },
    { fileName: 'Contract.pdf', as: 'document', bytes: 900 },
    { body: '', as: 'document', uploadId: expect.any(String) },
  ]);
});

test('an upload that is cancelled sends nothing', async () => {
  await openChat();
  server.instead.set('POST /uploads', () => new Promise(() => undefined));
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([{ name: 'Harbour.png', mimeType: 'image/png', buffer: aPicture(90, 60) }]);
  await page.locator('.sheet .primary').click();
  await page.getByRole('button', { name: 'Cancel the upload' }).click();
  await page.locator('.upload-state').waitFor({ state: 'detached' });
  expect(server.asked).not.toContain('POST /chats/1/messages');
});

test('a picture pasted is offered, not sent', async () => {
  await openChat();
  await page.locator('textarea').evaluate(
    (area, bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], 'image.png', { type: 'image/png' }));
      area.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    },
    Array.from(aPicture(40, 30)),
  );
  await page.locator('.staged-row').getByText('image.png').waitFor();
  expect(server.asked).not.toContain('POST /uploads');
});

test('one voice plays at a time, and arrows move it', async () => {
  await openChat();
  await page.locator('.feed').evaluate((element) => element.scrollBy(0, -1_500));
  const voices = page.locator('.voice');
  await expect.poll(() => voices.count()).toBeGreaterThanOrEqual(2);
  await voices.nth(0).getByRole('button', { name: 'Play' }).click();
  await voices.nth(0).getByRole('button', { name: 'Pause' }).waitFor();
  const slider = voices.nth(0).getByRole('slider');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Number(await slider.getAttribute('aria-valuenow'))).toBeGreaterThanOrEqual(6);
  await voices.nth(0).locator('.rate').click();
  expect(await voices.nth(0).locator('.rate').innerText()).toBe('1.5×');
  await voices.nth(1).getByRole('button', { name: 'Play' }).click();
  await voices.nth(1).getByRole('button', { name: 'Pause' }).waitFor();
  expect(await voices.nth(0).getByRole('button', { name: 'Pause' }).count()).toBe(0);
});

test('a voice message is recorded, sent with its waveform, and the microphone let go', async () => {
  await openChat();
  await page.getByRole('button', { name: 'Record a voice message' }).click();
  const send = page.getByRole('button', { name: 'Send the recording' });
  await expect.poll(() => send.getAttribute('aria-disabled')).toBe('false');
  await send.click();
  const [upload] = await told('POST /uploads');
  expect(upload).toMatchObject({ as: 'voice', mime: expect.stringMatching(/^audio\/(ogg|webm)/) });
  const [body] = await told('POST /chats/1/messages');
  expect(body).toMatchObject({ as: 'voice', body: '' });
  expect(await page.locator('.recorder').count()).toBe(0);
});

test('the viewer walks by arrows and gives the focus back', async () => {
  await openChat();
  await page.locator('article .quote').last().click();
  await page.locator('article.goal .open-picture').click();
  await page.locator('.viewer-count').getByText('1 of 3').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.locator('.viewer-count').getByText('2 of 3').waitFor();
  await page.locator('.viewer-foot').getByText('The kitchen').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.viewer').waitFor({ state: 'detached' });
  expect(await page.locator('.panel').isVisible()).toBe(true);
});

test('a file that is not here yet is asked for, one that is gone says so', async () => {
  await openChat();
  await page.locator('article .quote').last().click();
  await page.locator('article.goal').waitFor();
  await page.locator('.picture').getByText('Not available any more').waitFor();
  await page.getByRole('button', { name: 'Load, 1.8 MB' }).click();
  await told(`POST /messages/${first + 9}/media/retry`);
});

test('a chat is pinned, silenced, put away and marked from its menu', async () => {
  await openChat();
  const pick = async (...names: string[]): Promise<void> => {
    await page.getByRole('button', { name: 'Chat menu' }).click();
    for (const name of names) await page.getByRole('menuitem', { name, exact: true }).click();
  };
  await pick('Unpin');
  expect(await told('POST /chats/1/pin')).toEqual([{ pinned: false }]);
  await pick('Mute', 'Always');
  expect(await told('POST /chats/1/mute')).toEqual([{ until: 253_402_300_799_000 }]);
  await pick('Archive');
  expect(await told('POST /chats/1/archive')).toEqual([{ archived: true }]);
  await pick('Mark unread');
  await told('POST /chats/1/unread');
  await page.getByRole('radio', { name: 'Archived' }).click();
  await page.getByRole('option').filter({ hasText: 'Harbour flat' }).waitFor();
});

test('a right click on a chat in the list opens what can be done to it', async () => {
  page = await openWidget(browser, server, 'plain', {}, faults);
  await page.getByRole('option').filter({ hasText: 'Anna Bianchi' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Mute' }).click();
  await page.getByRole('menuitem', { name: 'For 8 hours' }).click();
  const [body] = await told('POST /chats/2/mute');
  expect(Number(body!['until'])).toBeGreaterThan(Date.now() + 7 * 3_600_000);
  await page.getByRole('option').filter({ hasText: 'Anna Bianchi' }).getByLabel('Muted').waitFor();
});

test('typing is told at once and then not more often than every four seconds', async () => {
  await openChat();
  await page.locator('textarea').focus();
  await page.keyboard.type('a long answer to a short question');
  expect(await told('POST /chats/1/typing')).toEqual([{ what: 'typing' }]);
});
