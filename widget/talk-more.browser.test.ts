import { expect, test } from 'vitest';
import { violations } from './testing/axe.ts';
import { signIn } from './testing/page.ts';
import { aChat, aMessage } from './testing/rows.ts';
import { bubble, openChat, openList, page, server, setTheStage, told } from './testing/talk-stage.ts';

setTheStage();

test('a poll is made without a mouse, shown at once, voted in and looked at, and nothing of it is in the way of axe', async () => {
  await openChat();
  await page.locator('textarea').fill('half written');
  await page.getByRole('button', { name: 'Attach' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Poll' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Question' }).waitFor();
  await page.keyboard.type('When?');
  for (const option of ['', 'Mon', 'Tue']) {
    await page.keyboard.type(option);
    await page.keyboard.press('Enter');
  }
  expect(await violations(page)).toEqual([]);
  expect(server.asked).not.toContain('POST /chats/1/messages');
  await page.getByRole('textbox', { name: 'Option 2' }).fill('Mon');
  await page.getByRole('textbox', { name: 'Option 3' }).fill('');
  await page.locator('.sheet .primary').focus();
  await page.keyboard.press('Enter');
  await page.getByText('The same option stands there twice.').waitFor();
  await page.getByRole('textbox', { name: 'Option 2' }).fill('Tue');
  await page.locator('.sheet .primary').focus();
  await page.keyboard.press('Enter');
  const [sent] = await told('POST /chats/1/messages');
  const poll = { question: 'When?', options: ['Mon', 'Tue'], several: false };
  expect(sent).toMatchObject({ body: '', poll });
  await expect.poll(() => page.locator('textarea').inputValue()).toBe('half written');
  const votes = [
    { option: 'Mon', count: 2, voters: [{ contactId: 11, name: 'Anna Bianchi', fromUs: false }] },
    { option: 'Tue', count: 0, voters: [] },
  ];
  server.commit({
    messages: [
      aMessage({ id: 2_000, type: 'poll', body: 'Which day?', content: { poll }, votes, at: Date.now() }),
    ],
  });
  const options = page.locator('article').last().locator('.poll li button');
  await options.nth(1).click();
  expect(await told('POST /messages/2000/vote')).toEqual([{ options: ['Tue'] }]);
  await page.locator('.poll button[aria-pressed=true]').getByText('Tue').waitFor();
  await options.nth(1).click();
  await expect.poll(() => server.told.filter((one) => one.what.endsWith('/vote')).length).toBe(2);
  expect((await told('POST /messages/2000/vote')).at(-1)).toEqual({ options: [] });
  await page.locator('article').last().getByRole('button', { name: 'Who voted' }).click();
  await page.locator('.sheet').getByText('Anna Bianchi').waitFor();
  await page.locator('.sheet').getByText('2 votes').waitFor();
  expect(await violations(page)).toEqual([]);
});

test('the way into a group, a group’s own link, who looks too and when somebody was there last', async () => {
  const club = aChat({ id: 9, name: 'Saturday riders', kind: 'group', phone: null });
  let mayJoin = false;
  server.instead.set('POST /messages/2000/join', () =>
    mayJoin
      ? { status: 200, body: { ...club, seq: 50 } }
      : { status: 422, body: { code: 'refused-by-whatsapp', title: 'no' } },
  );
  server.instead.set('POST /chats/1/invite-link', () => ({
    status: 200,
    body: { link: 'https://chat.whatsapp.com/UHJ3YXRlc2FiYXRv' },
  }));
  server.members = [{ contactId: 14, name: 'Harbour', phone: '393331112233', isMe: true, role: 'admin' }];
  const invitation = { group: '120363099887766554@g.us', name: 'Saturday riders', until: Date.now() + 9e7 };
  const over = { ...invitation, name: 'Last year', until: 1 };
  const about = { type: 'invitation' as const, at: Date.now() };
  server.commit({
    messages: [
      aMessage({ id: 2_000, ...about, body: 'Saturday riders', content: { invitation } }),
      aMessage({ id: 2_001, ...about, body: 'Last year', content: { invitation: over } }),
    ],
  });
  await openChat();
  const card = page.locator('article').filter({ hasText: 'invites you to a group' });
  await card.nth(-1).getByText('The invitation is over').waitFor();
  expect(await card.nth(-1).getByRole('button', { name: 'Join' }).count()).toBe(0);
  await card.nth(-2).getByRole('button', { name: 'Join the group' }).click();
  await page.getByRole('alert').getByText('WhatsApp refused').waitFor();
  mayJoin = true;
  await card.nth(-2).getByRole('button', { name: 'Join the group' }).click();
  await card.nth(-2).getByRole('button', { name: 'Open the group' }).waitFor();
  expect(await violations(page)).toEqual([]);

  await page.locator('.bar .icon-button[aria-haspopup=menu]').last().click();
  await page.getByRole('menuitem', { name: 'Group info' }).click();
  await page.getByRole('button', { name: 'Show the invite link' }).click();
  await page.getByText('https://chat.whatsapp.com/UHJ3YXRlc2FiYXRv').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');

  const look = (id: number, name: string, isViewing: boolean): void =>
    server.tell('chatdock.inbox.1.replying', { inboxId: 1, chatId: 1, agent: { id, name }, isViewing });
  expect((await told('POST /chats/1/viewing'))[0]).toEqual({});
  look(71, 'Ann Lee', true);
  await page.getByRole('img', { name: 'Ann Lee is looking at this chat' }).waitFor();
  look(72, 'Ben Carter', true);
  await page.getByRole('img', { name: 'Ann Lee and Ben Carter are looking at this chat' }).waitFor();
  expect(await violations(page)).toEqual([]);
  look(71, 'Ann Lee', false);
  look(72, 'Ben Carter', false);
  await page.locator('.viewers').waitFor({ state: 'detached' });

  await card.nth(-2).getByRole('button', { name: 'Open the group' }).click();
  await page.getByRole('heading', { name: 'Saturday riders' }).waitFor();
  await expect
    .poll(() => server.told.findLast((one) => one.what === 'POST /chats/1/viewing')?.body)
    .toEqual({ isViewing: false });
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('option').nth(1).click();
  const seen = (presence: string, lastSeen?: number): void =>
    server.tell('chatdock.inbox.1.presence', { inboxId: 1, chatId: 2, presence, lastSeen });
  seen('offline', new Date().setHours(0, 5, 0, 0));
  await page
    .locator('.bar')
    .getByText(/last seen (today|yesterday) at 12:05/)
    .waitFor();
  expect(await violations(page)).toEqual([]);
  seen('offline');
  await page.locator('.last-seen').waitFor({ state: 'detached' });
});

test('what an edited message said before is one click away', async () => {
  const at = Date.now();
  server.commit({
    messages: [aMessage({ id: 2_000, body: 'See you at five', editedAt: at, at: at - 60_000 })],
  });
  server.instead.set('GET /messages/2000/info', () => ({
    status: 200,
    body: {
      deliveredTo: [],
      readBy: [],
      playedBy: [],
      versions: [
        { body: 'See you at fife', at: at - 60_000, agent: null },
        { body: 'See you at five', at, agent: null },
      ],
    },
  }));
  await openChat();
  await bubble('See you at five').getByRole('button', { name: 'edited' }).click();
  await page.locator('.versions').getByText('See you at fife').waitFor();
  expect(await page.locator('.versions li').count()).toBe(1);
  expect(await violations(page)).toEqual([]);
});

test('a colleague is named in a note by keyboard and told by id', async () => {
  server.instead.set('GET /colleagues', () => ({
    status: 200,
    body: {
      list: [
        { id: 7, name: 'Ann' },
        { id: 8, name: 'Ben Carter' },
        { id: 9, name: 'Benedetta' },
      ],
    },
  }));
  await openChat();
  await page.getByRole('radio', { name: 'Note' }).click();
  await page.keyboard.type('Please call, @ben');
  await page.getByRole('option', { name: 'Ben Carter' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('today');
  // Whether it is one at all is asked at the very first, and never again.
  await page.keyboard.press('Enter');
  const question = page.getByText('Only your colleagues see this.');
  await question.waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  expect(server.asked).not.toContain('POST /chats/1/notes');
  await page.keyboard.press('Enter');
  await question.waitFor();
  await page.keyboard.press('Enter');
  const [note] = await told('POST /chats/1/notes');
  expect(note).toMatchObject({ body: 'Please call, @Benedetta today', mentions: [9] });
  await page.keyboard.type('And another');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await told('POST /chats/1/notes')).length).toBe(2);
});

test('canned replies stand under their categories: left to one by keys or a press, found by the name of it', async () => {
  const rows = [
    ['hello', 'Greetings'],
    ['offer', 'Sales'],
    ['price', 'Sales'],
    ['salute', ''],
  ];
  const list = rows.map(([shortcut, category], at) => ({
    id: at + 1,
    shortcut,
    category,
    body: `${shortcut}!`,
  }));
  await openChat();
  const field = page.getByRole('textbox', { name: 'Message' });
  const box = page.getByRole('listbox', { name: 'Canned replies' });
  // While there are none, that is said, and the first can be written at once.
  await field.pressSequentially('/');
  await page.getByText('No canned replies yet.').waitFor();
  await box.getByText('Write the first canned reply').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: 'Canned replies' });
  await sheet.waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  expect(await field.inputValue()).toBe('');
  server.instead.set('GET /canned-replies', () => ({ status: 200, body: { list } }));
  const under = (category: string) => box.getByRole('group', { name: category }).getByRole('option');
  const only = (category: string) => page.getByRole('radio', { name: category, exact: true });
  await field.pressSequentially('/');
  await under('Without a category').getByText('/salute').waitFor();
  expect(await box.getByRole('option').allInnerTexts()).toEqual(
    rows.map(([shortcut]) => expect.stringContaining(`/${shortcut}`) as string),
  );
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('PageUp');
  await expect.poll(() => only('Sales').getAttribute('aria-checked')).toBe('true');
  await expect.poll(() => box.getByRole('option').count()).toBe(2);
  await only('Greetings').click();
  await expect.poll(() => under('Greetings').count()).toBe(1);
  await page.keyboard.press('PageUp');
  await expect.poll(() => only('All').getAttribute('aria-checked')).toBe('true');
  // What begins so stands before what is of a category that begins so.
  await page.keyboard.type('sal');
  await expect.poll(() => under('Without a category').count()).toBe(1);
  expect(await box.getByRole('option').first().innerText()).toContain('/salute');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => field.inputValue()).toBe('price!');
});

test('what was sent can be taken back while it waits, and goes by itself otherwise, after a reload too', async () => {
  await openChat();
  await page.evaluate(() => localStorage.setItem('chatdock:preferences', JSON.stringify({ undoSend: true })));
  // It waits five seconds by the page's clock, which stands still: a busy machine may be slower than that.
  const now = Date.now();
  await page.clock.setFixedTime(now);
  await page.reload();
  await signIn(page);
  await page.getByRole('option').first().click();
  await page.locator('textarea').fill('To the wrong chat');
  await page.keyboard.press('Enter');
  await bubble('To the wrong chat').waitFor();
  await page.locator('.held').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => page.locator('textarea').inputValue()).toBe('To the wrong chat');
  expect(await page.locator('.held').count()).toBe(0);
  await page.locator('textarea').fill('To the right one');
  await page.keyboard.press('Enter');
  await page.locator('.held').waitFor();
  expect(server.asked).not.toContain('POST /chats/1/messages');
  await page.clock.setFixedTime(now + 6_000);
  expect(await told('POST /chats/1/messages')).toMatchObject([{ body: 'To the right one' }]);
  await page.locator('.held').waitFor({ state: 'detached' });
});

test('a date leads to the first message of that day or after it', async () => {
  const day = 24 * 60 * 60_000;
  const noon = new Date().setHours(12, 0, 0, 0) - 300 * day;
  const messages = Array.from({ length: 300 }, (_, index) =>
    aMessage({ id: index + 1, chatId: 2, at: noon + index * day, body: `Line ${index + 1}` }),
  );
  server.commit({ messages });
  await openList();
  await page.getByRole('option').nth(1).click();
  await page.locator('article').last().waitFor();
  await page.keyboard.press('Control+f');
  await page.getByRole('button', { name: 'Go to a date' }).click();
  expect(await violations(page)).toEqual([]);
  const wanted = new Date(noon + 20 * day);
  const two = (part: number): string => String(part).padStart(2, '0');
  const text = `${wanted.getFullYear()}-${two(wanted.getMonth() + 1)}-${two(wanted.getDate())}`;
  await page.locator('.date-jump input').fill(text);
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  await page.locator('article:is(.goal, :focus)').filter({ hasText: 'Line 21' }).waitFor();
  expect(await page.getByText('new messages').count()).toBe(0);
});

test('a text goes with the preview of its link: shown while writing, put away by a press, never waited for', async () => {
  const words = { title: 'Harbour flat, two rooms', description: 'Bright, by the sea' };
  const ask = 'POST /chats/1/link-preview';
  const late = Promise.withResolvers<void>();
  server.instead.set(ask, async ({ url }) => {
    if (String(url).includes('slow')) await late.promise;
    return { status: 200, body: { link: String(url).includes('nothing') ? null : { url, ...words } } };
  });
  await openChat();
  const field = page.locator('textarea');
  const offer = page.getByRole('group', { name: 'Link preview' });
  const sent = async (count: number) => {
    await expect
      .poll(() => server.told.filter(({ what }) => what === 'POST /chats/1/messages').length)
      .toBe(count);
    return (await told('POST /chats/1/messages')).at(-1)!;
  };
  await field.fill('Look: www.harbour.it/flat, nice?');
  await offer.getByText(words.title).waitFor();
  await offer.getByText('harbour.it', { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await told(ask)).toEqual([{ url: 'www.harbour.it/flat' }]);
  await field.press('Enter');
  expect(await sent(1)).toMatchObject({ link: { url: 'www.harbour.it/flat', ...words } });
  await bubble('Look: www').locator('.link-card').getByText(words.title).waitFor();
  await offer.waitFor({ state: 'detached' });

  // Known already; put away for this text, whatever else is written in it, and not for the next.
  await field.fill('www.harbour.it/flat');
  await offer.getByRole('button', { name: 'Send without the preview' }).click();
  await offer.waitFor({ state: 'detached' });
  await page.keyboard.type(' again');
  await field.press('Enter');
  expect((await sent(2))['link']).toBeUndefined();
  await field.fill('www.harbour.it/flat');
  await offer.waitFor();
  // At once another address: nothing of the first goes with it.
  await field.fill('https://slow.example/a');
  await offer.waitFor({ state: 'detached' });
  await expect.poll(() => server.told.filter(({ what }) => what === ask).length).toBe(2);
  await field.press('Enter');
  expect((await sent(3))['link']).toBeUndefined();
  late.resolve();
  await field.fill('https://nothing.example and https://harbour.example');
  await expect.poll(() => server.told.filter(({ what }) => what === ask).length).toBe(3);
  // What was asked for once the next text has been answered is all there was.
  await field.fill('https://last.example');
  await offer.waitFor();
  expect((await told(ask)).map(({ url }) => url)).toEqual([
    'www.harbour.it/flat',
    'https://slow.example/a',
    'https://nothing.example',
    'https://last.example',
  ]);
});
