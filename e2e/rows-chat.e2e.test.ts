import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Message } from '../server/contract/wire.ts';
import {
  agent,
  browser,
  bubble,
  composer,
  day,
  emma,
  holdConversation,
  item,
  marco,
  photo,
  sheet,
  sofia,
} from './harness/conversation.ts';
import { eventually } from './harness/eventually.ts';
import { WidgetPage } from './harness/widget-page.ts';

// What docs/experience-chat.md promises of an open conversation, on the real server with the Sandbox. One house and one
// Agent for all of it; each test has a chat of its own, so that none waits for another's messages.

const suppliers = '120363041234567890@g.us';
const luca = '393209876543@c.us';
const james = '447700900456@c.us';

holdConversation('Dear {{crm.name}}, you are a {{crm.stage}}{{crm.city}}.');

const say = (from: string, what: object): Promise<{ id: string }> =>
  day.phone.do('inbound', { from, ...what });
async function choose(text: string, deed: string): Promise<void> {
  await bubble(text)
    .locator('.bubble')
    .click({ button: 'right', position: { x: 6, y: 6 } });
  await item(deed).click();
}
interface OnPhone {
  [field: string]: unknown;
  id: string;
}
/** Our newest message in a chat of the phone that answers to this. */
async function onPhone(chat: string, fits: (message: OnPhone) => boolean): Promise<OnPhone> {
  const found = await eventually(
    async () => {
      const { chats } = await day.phone.state();
      const all = (chats.find((one) => one.id === chat)?.messages ?? []) as unknown as OnPhone[];
      return all.findLast((one) => one['fromMe'] === true && fits(one));
    },
    (message) => message !== undefined,
  );
  return found!;
}
async function stored(fits: (row: Message) => boolean): Promise<Message> {
  const found = await eventually(
    async () => (await day.api.messagesOf(day.inboxId)).findLast(fits),
    (row) => row !== undefined,
  );
  return found!;
}

test('a group: who said it, in runs; a member named by keyboard; who is in it; who has read it; a missed call', async () => {
  for (const [from, body] of [
    [luca, 'The van is late'],
    [luca, 'Half an hour'],
    [marco, 'Fine with me'],
  ] as const)
    await say(from, { group: suppliers, body });
  await agent.openChat('Fornitori Aurora');
  await bubble('Fine with me').waitFor();
  expect(await bubble('The van is late').locator('.sender').innerText()).toContain('Luca');
  expect(await bubble('Half an hour').locator('.sender').count()).toBe(0);
  expect(await bubble('Fine with me').locator('.sender').innerText()).toContain('Marco');
  const colours = await agent.panel
    .locator('article .sender')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).color));
  expect(new Set(colours).size).toBeGreaterThan(1);
  expect(await agent.panel.locator('.day:not(.floating)').count()).toBeGreaterThan(0);

  await composer().pressSequentially('Thanks @luc');
  await agent.panel.getByRole('option', { name: /Luca/ }).waitFor();
  await agent.page.keyboard.press('Enter');
  await agent.page.keyboard.type('see you');
  await agent.page.keyboard.press('Enter');
  const sent = await onPhone(suppliers, (one) => /^Thanks @\d+ see you$/.test(String(one['body'])));
  expect(JSON.stringify(sent)).toContain(luca.split('@')[0]);
  await bubble('see you').locator('.mention').waitFor();

  await day.phone.do('read-by-them', { chat: suppliers, member: luca });
  const { id } = await stored((row) => row.body.endsWith('see you'));
  await eventually(
    () => day.api.call<{ readBy: unknown[] }>('GET', `/messages/${id}/info`),
    ({ readBy }) => readBy.length > 0,
  );
  await choose('see you', 'Info');
  await sheet().locator('.people').filter({ hasText: 'Read by' }).getByText('Luca').waitFor();
  await agent.page.keyboard.press('Escape');

  await agent.button('Chat menu').click();
  await item('Group info').click();
  await sheet().getByText('3 members').waitFor();
  await sheet().getByText('+39 347 881 2043').waitFor();
  await agent.page.keyboard.press('Escape');

  await say(luca, { group: suppliers, type: 'call_log', fields: { subtype: 'miss', callOutcome: 'Missed' } });
  await bubble('Missed voice call').waitFor();
});

test('a chat opens at the first unread; one who reads above is not moved, and is told what came; far back are a few elements', async () => {
  for (let index = 1; index <= 40; index++) await day.phone.writes(sofia, `Line ${index}`);
  await stored((row) => row.body === 'Line 40');
  await agent.openChat('Sofia Conti');
  await agent.panel.getByText('Unread messages', { exact: true }).first().waitFor();
  await agent.bubbles('Line 1', 'theirs').waitFor();
  const feed = agent.panel.getByRole('feed');
  const below = await feed.evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight);
  expect(below).toBeGreaterThan(500);
  await agent.panel.locator('.day.floating').waitFor();

  // Older ones that come meanwhile, or are measured, change what there is to scroll, and not what is read.
  const at = (): Promise<number> =>
    agent.bubbles('Line 1', 'theirs').evaluate((one) => one.getBoundingClientRect().top);
  let before = -1;
  await eventually(at, (now) => before === (before = now));
  await day.phone.writes(sofia, 'While you read');
  const pill = agent.button('1 new message');
  await pill.waitFor();
  expect(Math.abs((await at()) - before)).toBeLessThanOrEqual(1);
  await pill.click();
  await bubble('While you read').waitFor();
  await agent.button('Unread messages').waitFor({ state: 'detached' });
  // At the end one follows.
  await day.phone.writes(sofia, 'And this is followed');
  await bubble('And this is followed').waitFor();
  expect(await agent.panel.locator('.feed article').count()).toBeLessThan(35);

  // Older ones are put before what is read without moving it.
  await agent.back();
  await agent.openChat('Giulia Rossi');
  const drift = await feed.evaluate(async (element) => {
    const frame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(done));
    element.scrollTop = 300;
    await frame();
    await frame();
    const top = element.getBoundingClientRect().top;
    const all = (): Element[] => Array.from(element.querySelectorAll('article'));
    const seen = all().find((one) => one.getBoundingClientRect().top > top + 60)!;
    const label = seen.textContent;
    const was = seen.getBoundingClientRect().top;
    for (let turn = 0; turn < 90; turn++) await frame();
    const again = all().find((one) => one.textContent === label);
    return again ? Math.abs(again.getBoundingClientRect().top - was) : -1;
  });
  expect(drift).toBeGreaterThanOrEqual(0);
  expect(drift).toBeLessThanOrEqual(1);
});

test('pictures in a row are an album and open large; a video has its length, a voice its waveform, a document its card', async () => {
  for (let index = 0; index < 5; index++) await say(emma, { sample: 'photo' });
  await agent.openChat('Emma Clarke');
  const album = agent.panel.locator('.album').last();
  await album.locator('.tile').nth(3).waitFor();
  await album.getByRole('button', { name: 'Open the photo' }).first().click();
  await agent.panel.locator('.viewer img').waitFor();
  await agent.panel.locator('.viewer').getByRole('button', { name: 'Larger' }).click();
  await expect
    .poll(() => agent.panel.locator('.viewer img').evaluate((one) => (one as HTMLElement).style.transform))
    .toContain('scale(1.5)');
  const [download] = await Promise.all([
    agent.page.waitForEvent('download'),
    agent.panel.locator('.viewer').getByRole('link', { name: 'Download' }).click(),
  ]);
  expect(readFileSync(await download.path()).equals(photo)).toBe(true);
  await agent.page.keyboard.press('ArrowRight');
  await agent.page.keyboard.press('Escape');
  await agent.panel.locator('.viewer').waitFor({ state: 'detached' });

  await say(emma, { sample: 'clip', body: 'It squeaks' });
  const video = bubble('It squeaks');
  await video.getByText('0:02').waitFor();
  expect(await video.locator('video').count()).toBe(0);

  await say(emma, { sample: 'voice' });
  const voice = agent.panel.locator('article .voice:not(.audio)').last();
  const line = voice.getByRole('slider', { name: 'Position' });
  expect((await line.locator('path').first().getAttribute('d'))!.split('M').length).toBeGreaterThan(40);
  await voice.getByRole('button', { name: 'Play' }).click();
  // It is over in three seconds, and its rate with it: halted at once, it waits for the hand.
  await agent.page.keyboard.press('Space');
  await voice.locator('.rate').click();
  expect(await voice.locator('.rate').innerText()).toBe('1.5×');
  await line.focus();
  await agent.page.keyboard.press('End');
  await expect.poll(() => line.getAttribute('aria-valuenow')).toMatch(/[03]/);

  await say(emma, { sample: 'invoice' });
  await bubble('Fattura 2026-114.pdf').getByText('PDF · ').waitFor();
  const link = bubble('Fattura 2026-114.pdf').getByRole('link', { name: 'Download Fattura 2026-114.pdf' });
  const answer = await fetch(new URL((await link.getAttribute('href'))!, day.house.url));
  expect(answer.headers.get('content-disposition')).toContain('attachment');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');

  // A number in a text is a way to its chat.
  await say(emma, { body: 'Ask +44 7700 900456, or see пример.рф and mail anna@bici.it' });
  const links = bubble('Ask +44').locator('.text a');
  await links.nth(2).waitFor();
  expect(await links.evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href))).toEqual([
    'tel:+447700900456',
    'https://xn--e1afmkfd.xn--p1ai/',
    'mailto:anna@bici.it',
  ]);
  await links.first().click();
  await item('Copy the number').waitFor();
  await item('Message +44 7700 900456').click();
  await agent.panel.getByRole('heading', { name: /James/ }).waitFor();
  await agent.back();
  await agent.openChat('Emma Clarke');
  await say(emma, { kind: 'card' });
  await bubble('+39 347 881 2043').getByRole('button', { name: 'Write' }).click();
  await agent.panel.getByRole('heading', { name: 'Marco Bianchi' }).waitFor();
});

test('what one does to messages by mouse and keyboard: answer, react, edit, take back, star, choose several, copy, forward', async () => {
  await agent.openChat('James');
  await say(james, { body: 'First order' });
  await say(james, { body: 'Second order' });
  await bubble('Second order').waitFor();

  // R answers; the quote goes back to what was answered, and stays by a half-written text through a reload.
  await bubble('First order').focus();
  await agent.page.keyboard.press('r');
  await agent.panel.locator('.beside').getByText('First order').waitFor();
  await agent.write('About the first');
  await bubble('About the first').locator('.quote').click();
  await agent.panel
    .locator('article:focus, article.goal')
    .filter({ hasText: 'First order' })
    .first()
    .waitFor();

  await bubble('Second order')
    .locator('.bubble')
    .click({ button: 'right', position: { x: 6, y: 6 } });
  await agent.panel.getByRole('menuitemcheckbox', { name: 'React with 👍' }).click();
  const own = bubble('Second order').locator('.reactions .ours');
  await own.waitFor();
  await day.phone.do('react', {
    id: (await stored((row) => row.body === 'Second order')).messageId,
    from: james,
    text: '🙏',
  });
  await bubble('Second order').getByRole('button', { name: '🙏 from James' }).waitFor();
  await own.click();
  await own.waitFor({ state: 'detached' });

  await agent.write('On its way tomorow');
  await agent
    .ticks(bubble('On its way'), 'Sent')
    .or(agent.ticks(bubble('On its way'), 'Delivered'))
    .or(agent.ticks(bubble('On its way'), 'Read'))
    .waitFor();
  await composer().press('ArrowUp');
  expect(await composer().inputValue()).toBe('On its way tomorow');
  await agent.write('On its way tomorrow');
  await bubble('On its way tomorrow').getByText('edited').waitFor();
  await onPhone(james, (one) => one['body'] === 'On its way tomorrow');

  await choose('First order', 'Star');
  await bubble('First order').getByRole('img', { name: 'Starred' }).waitFor();
  await choose('First order', 'Select');
  await bubble('Second order').click();
  const bar = agent.panel.getByRole('toolbar', { name: 'Selected messages' });
  await bar.getByText('2 selected').waitFor();
  await bar.getByRole('button', { name: 'Forward' }).click();
  await sheet().getByRole('textbox').fill('Marco');
  await sheet().locator('.choice-row').first().click();
  await sheet().getByRole('button', { name: 'Forward to 1 chat' }).click();
  await onPhone(marco, (one) => one['body'] === 'Second order');

  await choose('About the first', 'Select');
  await bubble('On its way tomorrow').click();
  await bar.getByRole('button', { name: 'Delete for everyone' }).click();
  await sheet().getByRole('button', { name: 'Delete for everyone' }).click();
  await expect
    .poll(() => agent.panel.locator('article.mine').getByText('This message was deleted').count())
    .toBe(2);
  await eventually(
    () => day.phone.saidByUs(james, 'On its way tomorrow'),
    (all) => all.length === 0,
  );
  // Of a kind nobody has heard of yet: said, and where it can be seen.
  await say(james, { kind: 'unknown' });
  await agent.panel.getByText('Open it on the phone').last().waitFor();
});

test('on a phone the widget fills the screen; a bubble swept aside is answered, one rested on shows what can be done', async () => {
  await using hand = await WidgetPage.open(browser, {
    house: day.house,
    context: { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true },
  });
  await hand.signIn(day.house.signIn!);
  await hand.row('Luca Ferrari').tap();
  await hand.panel.getByRole('feed').waitFor();
  expect(await hand.panel.boundingBox()).toMatchObject({ x: 0, y: 0, width: 390, height: 780 });
  await day.phone.writes(luca, 'Swept aside');
  const article = hand.panel.locator('article', { hasText: 'Swept aside' }).last();
  await article.waitFor();
  const wire = await hand.page.context().newCDPSession(hand.page);
  /** Where a finger goes to the bubble. */
  const spot = async (): Promise<{ x: number; y: number }> => {
    const { x, y } = (await article.boundingBox())!;
    return { x: x + 30, y: y + 14 };
  };
  // The finger rests before it is lifted: right after a sweep that coasts, the browser takes a tap for a halt.
  await wire.send('Input.synthesizeScrollGesture', {
    ...(await spot()),
    xDistance: 100,
    preventFling: true,
    gestureSourceType: 'touch',
  });
  await hand.panel.locator('.beside').getByText('Swept aside').waitFor();
  await hand.button('Do not reply').tap();
  await hand.panel.locator('.beside').waitFor({ state: 'detached' });
  await wire.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [await spot()] });
  await hand.panel.getByRole('menu', { name: 'Message actions' }).waitFor();
  await wire.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  expect(hand.faults).toEqual([]);
});
