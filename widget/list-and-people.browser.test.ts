import { expect, test } from 'vitest';
import type { Contact } from '../server/contract/wire.ts';
import { violations } from './testing/axe.ts';
import { signIn } from './testing/page.ts';
import { aChat, aMessage, aSession } from './testing/rows.ts';
import { openList, page, server, setTheStage, told } from './testing/talk-stage.ts';

setTheStage();

const minute = 60_000;
/** Who is signed in. */
const marta = 1;
const aContact = (change: Partial<Contact>): Contact => ({
  id: 1,
  inboxId: 1,
  name: '',
  pushName: '',
  phone: null,
  isBusiness: false,
  isMe: false,
  blocked: false,
  picture: null,
  chatId: null,
  mergedInto: null,
  seq: 1,
  ...change,
});

test('who is named, and who waits longest, is seen in the list; its order and its tab are chosen by keyboard and kept', async () => {
  const now = Date.now();
  const last = (at: number) => ({
    body: 'Any news?',
    type: 'text' as const,
    at,
    fromMe: false,
    ack: 0 as const,
    revoked: false,
  });
  server.commit({
    chats: [
      aChat({ id: 1, name: 'Harbour flat', kind: 'group', phone: null, unread: 2, mentioned: true, seq: 90 }),
      aChat({
        id: 2,
        name: 'Anna',
        notedFor: [marta],
        waitingSince: now - 14 * minute,
        last: last(now),
        seq: 91,
      }),
      aChat({ id: 3, name: 'Bruno', waitingSince: now - 190 * minute, last: last(now - minute), seq: 92 }),
      aChat({ id: 4, name: 'Carla', blocked: true, last: last(now - 2 * minute), seq: 93 }),
    ],
  });
  let seq = 500;
  server.instead.set('POST /chats/3/settled', ({ settled }) => ({
    status: 200,
    body: aChat({
      id: 3,
      name: 'Bruno',
      last: last(now - minute),
      settled: settled === true,
      waitingSince: settled ? null : now - 190 * minute,
      seq: seq++,
    }),
  }));
  await openList();
  const rows = page.getByRole('option');
  await page.getByRole('img', { name: 'You are mentioned' }).waitFor();
  await page.getByRole('img', { name: 'A colleague mentions you in a note' }).waitFor();
  await page.getByRole('img', { name: 'Blocked' }).waitFor();
  expect(await page.locator('.waiting-time').count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Order: Newest first' }).focus();
  await page.keyboard.press('Enter');
  const asked = page.waitForRequest(/sort=waiting/);
  await page.getByRole('menuitemradio', { name: 'Longest waiting first' }).focus();
  await page.keyboard.press('Enter');
  await asked;
  await page.getByRole('button', { name: 'Order: Longest waiting first' }).waitFor();
  await expect.poll(() => rows.first().textContent()).toContain('Bruno');
  // Minutes pass while a busy machine gets here.
  expect(await page.locator('.waiting-time').allTextContents()).toEqual([
    'waiting 3 h',
    expect.stringMatching(/^waiting 1[4-9] min$/),
  ]);
  expect(await violations(page)).toEqual([]);
  await rows.first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'No answer needed' }).click();
  expect(await told('POST /chats/3/settled')).toEqual([{ settled: true, until: now - minute }]);
  await expect.poll(() => page.locator('.waiting-time').count()).toBe(1);
  await rows.filter({ hasText: 'Bruno' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'An answer is needed after all' }).click();
  await expect.poll(() => server.told.at(-1)?.body).toEqual({ settled: false });
  await expect.poll(() => page.locator('.waiting-time').allTextContents()).toHaveLength(2);
  await page.getByRole('radio', { name: /Mentions me/ }).click();
  await expect.poll(() => rows.count()).toBe(2);
  await page.reload();
  await signIn(page);
  await page.getByRole('radio', { name: /Mentions me/, checked: true }).waitFor();
  await page.getByRole('button', { name: 'Order: Longest waiting first' }).waitFor();
});

test('tabs without room are brought by an arrow, and the one that was chosen the last time is in sight', async () => {
  server.commit({ chats: [aChat({ id: 5, name: 'Done with', archived: true })] });
  await openList();
  const archived = page.getByRole('radio', { name: /Archived/ });
  /** How far it stands out of the row of tabs, px. */
  const beyond = (): Promise<number> =>
    archived.evaluate((tab) => {
      const [inner, outer] = [tab, tab.parentElement!].map((one) => one.getBoundingClientRect());
      return Math.max(0, outer!.left - inner!.left, inner!.right - outer!.right);
    });
  expect(await beyond()).toBeGreaterThan(0);
  await page.locator('.more-filters.after').click();
  await page.locator('.more-filters.before').waitFor();
  expect(await violations(page)).toEqual([]);
  await archived.click();
  await page.getByRole('option').filter({ hasText: 'Done with' }).waitFor();
  await page.reload();
  await signIn(page);
  await page.getByRole('radio', { name: /Archived/, checked: true }).waitFor();
  await expect.poll(beyond).toBe(0);
  await page.locator('.more-filters.after').waitFor({ state: 'detached' });
});

test('a row says how long a voice note is, and who reacted since; times are told where the page says its user is', async () => {
  const at = Date.parse('2026-03-05T22:30:00Z');
  const last = { body: '', type: 'text' as const, at, fromMe: false, ack: 0 as const, revoked: false };
  const reaction = {
    emoji: '👍',
    fromUs: false,
    name: 'Marco',
    body: '*The keys*',
    type: 'text' as const,
    at,
  };
  server.commit({
    chats: [
      aChat({ id: 1, name: 'Anna', last: { ...last, type: 'voice', seconds: 67 }, seq: 90 }),
      aChat({ id: 2, name: 'Harbour', kind: 'group', last: { ...last, body: 'Older', reaction }, seq: 91 }),
      aChat({
        id: 3,
        name: 'Bruno',
        last: { ...last, reaction: { ...reaction, type: 'image', body: '' } },
        seq: 92,
      }),
      aChat({ id: 4, name: 'Carla', last: { ...last, reaction: { ...reaction, fromUs: true } }, seq: 93 }),
      aChat({ id: 5, name: 'Dora', last: { ...last, type: 'video', body: 'Look', seconds: 5 }, seq: 94 }),
    ],
  });
  await openList();
  const row = (name: string) => page.getByRole('option').filter({ hasText: name });
  const preview = (name: string) => row(name).locator('.preview').innerText();
  const plain = (text: string): string => text.replace(/[\u2068\u2069]/g, '').trim();
  await row('Anna').getByRole('img', { name: 'Voice message 1:07' }).waitFor();
  expect(await preview('Anna')).toBe('1:07');
  expect(await preview('Dora')).toMatch(/^0:05\s*Look$/);
  expect(plain(await preview('Harbour'))).toBe('Marco reacted 👍 to: The keys');
  expect(plain(await preview('Bruno'))).toBe('Reacted 👍 to: Photo');
  expect(plain(await preview('Carla'))).toBe('You reacted 👍 to: The keys');
  expect(await violations(page)).toEqual([]);
  const title = () => row('Anna').locator('time').getAttribute('title');
  const zoned = (timeZone: string) =>
    page.evaluate((zone) => {
      const getToken = (): Promise<string> => Promise.reject(new Error('none'));
      return window.Chatdock!.setUser({ getToken, timeZone: zone });
    }, timeZone);
  await zoned('Asia/Tokyo');
  await expect.poll(title).toMatch(/6.*7:30/);
  await zoned('America/New_York');
  await expect.poll(title).toMatch(/5.*(17|5):30/);
});

test('a person’s page: blocked after a question, what was shared by kind, and one click to its place', async () => {
  const { session } = server.inbox;
  server.inbox = {
    ...server.inbox,
    session: aSession({ capabilities: { ...session.capabilities, block: true, findNumbers: true } }),
  };
  const text = aMessage({
    id: 700,
    chatId: 2,
    body: 'see https://harbour.example/plan',
    at: 1_700_000_000_000,
  });
  server.commit({ messages: [text] });
  // First photos and videos, then links.
  const shared = [[], [text]];
  server.instead.set('POST /contacts/1/block', () => {
    server.commit({ chats: [aChat({ id: 2, blocked: true, seq: 500 })] });
    return { status: 200, body: aContact({ id: 1, blocked: true, chatId: 2 }) };
  });
  server.instead.set('GET /chats/2/shared', () => ({
    status: 200,
    body: { list: shared.shift() ?? [], next: null },
  }));
  server.instead.set('POST /inboxes/1/number-checks', () => ({
    status: 200,
    body: {
      list: [
        { contactId: 21, onWhatsApp: true },
        { contactId: 22, onWhatsApp: false },
        { contactId: 23, onWhatsApp: null },
      ],
    },
  }));
  await openList();
  await page.getByRole('option').nth(1).click();
  await page.getByRole('button', { name: 'Chat menu' }).click();
  await page.getByRole('menuitem', { name: 'Contact info' }).click();
  const sheet = page.getByRole('dialog', { name: 'Contact info' });
  await sheet.getByText('No photos or videos yet').waitFor();
  expect(await violations(page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Block' }).click();
  await sheet.getByText(/Block Anna Bianchi\?/).waitFor();
  expect(server.asked).not.toContain('POST /contacts/1/block');
  await sheet.locator('.person-ask .danger').click();
  expect(await told('POST /contacts/1/block')).toEqual([{ blocked: true }]);
  await sheet.getByRole('button', { name: 'Unblock' }).waitFor();
  await sheet.getByRole('tab', { name: 'Media' }).focus();
  await page.keyboard.press('ArrowLeft');
  await sheet.getByRole('link', { name: 'Open https://harbour.example/plan' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await sheet.getByRole('button', { name: /harbour/ }).click();
  await page.locator('article.goal').waitFor();
  await page.getByText('You have blocked this contact').waitFor();
});

test('people without a chat are asked about while they are on the screen, together and once', async () => {
  const { session } = server.inbox;
  server.inbox = {
    ...server.inbox,
    session: aSession({ capabilities: { ...session.capabilities, findNumbers: true } }),
  };
  for (const [id, name] of [
    [21, 'Dario'],
    [22, 'Elena'],
    [23, 'Fabio'],
  ] as const)
    server.contacts.set(id, aContact({ id, name, phone: `3933300000${id}`, blocked: id === 23 }));
  server.contacts.set(24, aContact({ id: 24, name: 'Gina', phone: '393330000024', chatId: 2 }));
  server.instead.set('POST /inboxes/1/number-checks', () => ({
    status: 200,
    body: {
      list: [
        { contactId: 21, onWhatsApp: true },
        { contactId: 22, onWhatsApp: false },
        { contactId: 23, onWhatsApp: null },
      ],
    },
  }));
  await openList();
  await page.getByRole('button', { name: 'New chat' }).click();
  await page.getByRole('img', { name: 'On WhatsApp' }).waitFor();
  await page.getByText('Not on WhatsApp').waitFor();
  expect(await told('POST /inboxes/1/number-checks')).toEqual([{ contactIds: [21, 22, 23] }]);
  expect(await violations(page)).toEqual([]);
});
