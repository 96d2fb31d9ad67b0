import { expect, test } from 'vitest';
import { signIn } from './testing/page.ts';
import { aMessage, aSession } from './testing/rows.ts';
import {
  bubble,
  choose,
  first,
  openChat,
  openList,
  page,
  server,
  setTheStage,
  told,
} from './testing/talk-stage.ts';
import { problem } from './testing/tiny-server.ts';

setTheStage();

test('what the engine cannot do is not offered', async () => {
  server.inbox = { ...server.inbox, session: aSession() };
  await openChat();
  await bubble('And this one?').hover();
  await bubble('And this one?').locator('.handle').click();
  await page.locator('.message-menu .item').first().waitFor();
  const offered = await page.locator('.message-menu .item').allInnerTexts();
  expect(offered.map((one) => one.trim())).toEqual(['Reply', 'Copy text', 'Select', 'Info']);
  expect(await page.locator('.quick, .composer .tool[aria-label=Attach]').count()).toBe(0);
});

test('a reaction is there at once and taken back with the reason when it is refused', async () => {
  await openChat();
  const held = Promise.withResolvers<void>();
  server.instead.set(`POST /messages/${first + 33}/react`, async () => {
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
  expect(body).toMatchObject({ body: 'Thank you!', quotedMessageId: `M${first + 32}` });
  expect(await page.locator('.beside').count()).toBe(0);
  await page.locator('article .quote').filter({ hasText: 'Photo' }).last().click();
  await page.locator('article:is(.goal, :focus) .picture').waitFor();
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
  await openList();
  await page.getByRole('option').nth(1).click();
  await page.locator('article .quote').click();
  await page.locator('article:is(.goal, :focus)').getByText('Line 20', { exact: true }).waitFor();
});

test('arrow up in an empty composer changes the last own text; Escape keeps it and the draft', async () => {
  server.commit({
    messages: [aMessage({ id: 2_000, fromMe: true, ack: 2, body: 'See you at fife', at: Date.now() })],
  });
  await openChat();
  await page.locator('textarea').focus();
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => page.locator('textarea').inputValue()).toBe('See you at fife');
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('textarea').inputValue()).toBe('');
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
  const [body] = await told(`POST /messages/${first + 33}/forward`);
  const to = body!['to'] as { chatId: number; clientId: string }[];
  expect(to.map((one) => one.chatId)).toEqual([1, 2]);
  expect(new Set(to.map((one) => one.clientId)).size).toBe(2);
});

test('a member is picked by keyboard, also before the list has been drawn, and sent as a mention', async () => {
  await openChat();
  await page.locator('textarea').focus();
  await page.keyboard.type('Ciao @bia');
  await page.getByRole('option', { name: 'Anna Bianchi' }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('textarea').inputValue()).toBe('Ciao @Anna Bianchi ');
  // The last letter and Enter in one breath: nothing is drawn between them.
  await page.locator('textarea').evaluate((area: HTMLTextAreaElement) => {
    area.setRangeText('and @bia', area.value.length, area.value.length, 'end');
    area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  });
  await expect
    .poll(() => page.locator('textarea').inputValue())
    .toBe('Ciao @Anna Bianchi and @Anna Bianchi ');
  await page.keyboard.type('!');
  await page.keyboard.press('Enter');
  const [body] = await told('POST /chats/1/messages');
  expect(body).toMatchObject({ body: 'Ciao @393331234567 and @393331234567 !', mentions: [11] });
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
  await openList();
  await page.getByRole('option').filter({ hasText: 'Anna Bianchi' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Mute' }).click();
  await page.getByRole('menuitem', { name: 'For 8 hours' }).click();
  const [body] = await told('POST /chats/2/mute');
  expect(Number(body!['until'])).toBeGreaterThan(Date.now() + 7 * 3_600_000);
  await page.getByRole('option').filter({ hasText: 'Anna Bianchi' }).getByLabel('Muted').waitFor();
});

test('typing is told at once and then not more often than every four seconds', async () => {
  await openList();
  await page.evaluate(() =>
    localStorage.setItem('chatdock:preferences', JSON.stringify({ tellsTyping: true })),
  );
  await page.reload();
  await signIn(page);
  await page.getByRole('option').first().click();
  await page.locator('textarea').focus();
  // Faster than any hand, and so within four seconds on any machine.
  await page.locator('textarea').evaluate((area: HTMLTextAreaElement) => {
    for (const letter of 'a long answer to a short question') {
      area.setRangeText(letter, area.value.length, area.value.length, 'end');
      area.dispatchEvent(new InputEvent('input', { data: letter, bubbles: true, composed: true }));
    }
  });
  expect(await told('POST /chats/1/typing')).toEqual([{ what: 'typing' }]);
});
