import { expect, test } from 'vitest';
import { violations } from './testing/axe.ts';
import { aPicture } from './testing/files.ts';
import { keptIn, signIn } from './testing/page.ts';
import { faults, first, openChat, page, server, setTheStage, told } from './testing/talk-stage.ts';

setTheStage();

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

test('a picture pasted is offered, not sent; with its caption it outlives the page, and once given up it is gone', async () => {
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
  await page.locator('.sheet').getByLabel('Caption').fill('The view');
  // Kept a moment after the last key.
  await expect.poll(() => keptIn(page)).toContain('The view');
  await page.reload();
  await signIn(page);
  await page.getByRole('option').first().getByText('The view').waitFor();
  await page.getByRole('option').first().click();
  await page.locator('.staged-row canvas[data-drawn]').waitFor();
  await expect.poll(() => page.locator('.sheet').getByLabel('Caption').inputValue()).toBe('The view');
  await page.locator('.sheet').getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => keptIn(page)).toBe('');
});

test('one voice plays at a time, and arrows move it', async () => {
  // However busy the machine, none is over before one has looked.
  server.soundSeconds = 120;
  await openChat();
  // Up to where both are drawn: one that is drawn above later would be the first from then on.
  const voices = page.locator('.voice:not(.audio)');
  while ((await voices.count()) < 2)
    await page.locator('.feed').evaluate(async (feed) => {
      feed.scrollBy(0, -300);
      for (let turn = 0; turn < 3; turn++) await new Promise(requestAnimationFrame);
    });
  await voices.nth(0).getByRole('button', { name: 'Play' }).click();
  await voices.nth(0).getByRole('button', { name: 'Pause' }).click();
  const slider = voices.nth(0).getByRole('slider');
  const at = async (): Promise<number> => Number(await slider.getAttribute('aria-valuenow'));
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(at).toBeGreaterThanOrEqual(6);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await voices.nth(0).getByRole('button', { name: 'Play' }).click();
  await voices.nth(0).getByRole('button', { name: 'Pause' }).waitFor();
  await voices.nth(0).locator('.rate').click();
  await expect.poll(() => voices.nth(0).locator('.rate').innerText()).toBe('1.5×');
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

test('a recording is listened to before it goes: played, gone along, the only voice, thrown away or sent', async () => {
  // It must not be over before one has looked.
  server.soundSeconds = 300;
  await openChat();
  const mine = page.locator('.recorder');
  const record = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Record a voice message' }).click();
    await mine.getByText('0:01').waitFor();
    await page.getByRole('button', { name: 'Stop and listen' }).click();
    await page.getByRole('group', { name: 'Your recording' }).waitFor();
    await expect
      .poll(() => mine.getByRole('button', { name: 'Play' }).getAttribute('aria-disabled'))
      .toBe('false');
  };
  await record();
  expect(await violations(page)).toEqual([]);
  // It has the focus; whatever else plays is silent then.
  const others = page.locator('.feed');
  const play = others.getByRole('button', { name: 'Play', exact: true });
  await expect
    .poll(async () => {
      if (!(await play.count())) await others.evaluate((element) => element.scrollBy(0, -300));
      return play.count();
    })
    .toBeGreaterThan(0);
  await play.first().click();
  await others.getByRole('button', { name: 'Pause' }).waitFor();
  await mine.getByRole('button', { name: 'Play' }).focus();
  await page.keyboard.press('Enter');
  await others.getByRole('button', { name: 'Pause' }).waitFor({ state: 'detached' });
  // To its end, and there it waits for the next time.
  await mine.getByRole('button', { name: 'Play' }).waitFor();
  const slider = mine.getByRole('slider');
  const valueOf = (name: string) => slider.getAttribute(`aria-value${name}`);
  await expect.poll(() => valueOf('now')).toBe('0');
  await slider.focus();
  await page.keyboard.press('End');
  await expect.poll(async () => (await valueOf('now')) === (await valueOf('max'))).toBe(true);
  await page.keyboard.press('Home');
  await expect.poll(() => valueOf('now')).toBe('0');
  await page.keyboard.press('Escape');
  await mine.waitFor({ state: 'detached' });
  expect(server.asked).not.toContain('POST /uploads');
  // Then one goes on writing.
  await page.keyboard.type('Better in words');
  expect(await page.locator('textarea').inputValue()).toBe('Better in words');
  await page.locator('textarea').fill('');

  await record();
  await page.getByRole('button', { name: 'Send the recording' }).click();
  const [body] = await told('POST /chats/1/messages');
  expect(body).toMatchObject({ as: 'voice', body: '' });
  expect(server.asked.filter((one) => one === 'POST /uploads')).toHaveLength(1);

  // Where a page may have no microphone the button says so.
  await page.evaluate(() => Object.defineProperty(window, 'isSecureContext', { value: false }));
  await page.getByRole('button', { name: 'Record a voice message' }).click();
  await mine.getByRole('alert').getByText('only to pages with https').waitFor();
  await page.keyboard.press('Escape');
  await mine.waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
});

test('the viewer walks by arrows and gives the focus back; given up while it is on its way, it takes nothing with it', async () => {
  await openChat();
  const held = Promise.withResolvers<void>();
  await page.route(/assets\/viewer-/, async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.locator('article .quote').last().click();
  await page.locator('article:is(.goal, :focus) .open-picture').click();
  await page.locator('.awaited').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.awaited').waitFor({ state: 'detached' });
  expect(await page.locator('.panel').isVisible()).toBe(true);
  const isAnswered = page.waitForResponse(/assets\/viewer-/);
  held.resolve();
  await isAnswered;
  // What was pressed has kept the focus.
  await page.keyboard.press('Enter');
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
  await page.locator('article:is(.goal, :focus)').waitFor();
  await page.locator('.picture').getByText('Not available any more').waitFor();
  await page.getByRole('button', { name: 'Load, 1.8 MB' }).click();
  await told(`POST /messages/${first + 9}/media/retry`);
});
