import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Chat } from '../server/contract/wire.ts';
import { ApiClient } from './harness/client.ts';
import {
  agent,
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

// What docs/experience-chat.md promises of the composer, on the real server with the Sandbox: what is written, with what,
// what becomes of it when it cannot leave, and what is known of colleagues and the CRM meanwhile.

const ben = { email: 'ben@crm.example', name: 'Ben Carter', password: 'a quiet harbour in March' };

holdConversation('Dear {{crm.name}}, you are in {{crm.Stage}} of {{crm.city}}.', () =>
  day.api.call('POST', '/agents', ben),
);

/** What we have sent in a chat as its phone has it, oldest first, once it fits. */
async function sent(
  chat: string,
  fits: (all: Record<string, unknown>[]) => boolean,
): Promise<Record<string, unknown>[]> {
  return eventually(async () => {
    const { chats } = await day.phone.state();
    const all = (chats.find((one) => one.id === chat)?.messages ?? []) as unknown as Record<
      string,
      unknown
    >[];
    return all.filter((one) => one['fromMe'] === true);
  }, fits);
}

test('written: lines, marks by keys and by the bar, emoji by search, shade and name; an input method’s Enter is its own', async () => {
  await agent.openChat('Marco Bianchi');
  const field = composer();
  const low = (await field.boundingBox())!.height;
  await field.pressSequentially('first');
  await agent.page.keyboard.press('Shift+Enter');
  await agent.page.keyboard.type('second');
  await agent.page.keyboard.press('Shift+Enter');
  expect((await field.boundingBox())!.height).toBeGreaterThan(low + 10);
  await field.evaluate((area) =>
    area.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }),
    ),
  );
  expect(await field.inputValue()).toBe('first\nsecond\n');
  await agent.page.keyboard.type('bold');
  await agent.page.keyboard.press('Shift+Home');
  await agent.page.keyboard.press('Control+b');
  await agent.panel
    .getByRole('toolbar', { name: 'Formatting' })
    .getByRole('button', { name: 'Italic' })
    .click();
  await agent.page.keyboard.press('End');

  await agent.button('Emoji').click();
  const picker = agent.panel.getByRole('dialog', { name: 'Emoji' });
  await picker.getByRole('radio', { name: 'Medium', exact: true }).click();
  await picker.getByRole('textbox').fill('pollice su');
  await agent.page.keyboard.press('Enter');
  await picker.waitFor({ state: 'detached' });
  await agent.page.keyboard.type(' :bicy');
  await agent.panel.getByRole('option', { name: /bicycle/ }).waitFor();
  await agent.page.keyboard.press('Enter');
  await agent.page.keyboard.type(' :wave:');
  expect(await field.inputValue()).toMatch(/^first\nsecond\n[*_]{2}bold[*_]{2}👍🏽 🚲 👋🏽$/u);
  await agent.page.keyboard.press('Enter');
  await bubble('second').locator('.b').getByText('bold').waitFor();
  await sent(marco, (all) =>
    /^first\nsecond\n(\*_bold_\*|_\*bold\*_)👍🏽 🚲 👋🏽$/u.test(String(all.at(-1)?.['body'])),
  );
});

test('files: pasted and dropped together, refused when empty, given up while they go; recorded; a poll; each on the phone once', async () => {
  await agent.openChat('Emma Clarke');
  await composer().evaluate((area, bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], 'image.jpg', { type: 'image/jpeg' }));
    area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, Array.from(photo));
  await sheet().getByText('image.jpg').waitFor();
  await composer().evaluate((area) => {
    const data = new DataTransfer();
    data.items.add(new File(['%PDF-1.4 x'], 'Offer.pdf', { type: 'application/pdf' }));
    data.items.add(new File([], 'nothing.txt', { type: 'text/plain' }));
    area.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await sheet().getByText('Offer.pdf').waitFor();
  await sheet().getByText('nothing.txt is empty.').waitFor();
  await sheet().getByLabel('Caption').fill('As agreed');
  await agent.page.keyboard.press('Enter');
  const nameOf = (one: Record<string, unknown>): unknown =>
    (one['media'] as { filename?: string } | undefined)?.filename;
  const all = await sent(emma, (found) => found.some((one) => nameOf(one) === 'Offer.pdf'));
  expect(all.filter((one) => one['type'] === 'image' && one['body'] === 'As agreed')).toHaveLength(1);
  expect(all.filter((one) => nameOf(one) === 'Offer.pdf')).toHaveLength(1);

  // Given up on its way: nothing of it arrives.
  const held = Promise.withResolvers<void>();
  await agent.page.route('**/uploads*', async (route) => {
    await held.promise;
    await route.abort().catch(() => undefined);
  });
  await agent.panel
    .locator('input[type=file]')
    .first()
    .setInputFiles([{ name: 'wrong.jpg', mimeType: 'image/jpeg', buffer: photo }]);
  await sheet().getByRole('button', { name: 'Send' }).click();
  await agent.button('Cancel the upload').click();
  await agent.button('Cancel the upload').waitFor({ state: 'detached' });
  held.resolve();
  await agent.page.unroute('**/uploads*');

  await agent.button('Attach').click();
  await item('Take a photo').click();
  await sheet().getByRole('button', { name: 'Take it' }).click();
  await sheet().getByText('Photo.jpg').waitFor();
  await sheet().getByRole('button', { name: 'Send' }).click();
  await sent(emma, (found) => found.filter((one) => one['type'] === 'image').length === 2);

  await agent.button('Record a voice message').click();
  const send = agent.button('Send the recording');
  await expect.poll(() => send.getAttribute('aria-disabled')).toBe('false');
  await send.click();
  const voices = await sent(emma, (found) => found.some((one) => one['type'] === 'ptt'));
  await day.phone.do('ack', { id: voices.findLast((one) => one['type'] === 'ptt')!['id'], ack: 4 });
  await agent.panel.locator('article.mine').getByRole('img', { name: 'Played' }).waitFor();

  await agent.button('Attach').click();
  await item('Poll').click();
  await sheet().getByRole('textbox', { name: 'Question' }).fill('Which day?');
  await sheet().getByRole('textbox', { name: 'Option 1' }).fill('Monday');
  await sheet().getByRole('textbox', { name: 'Option 2' }).fill('Friday');
  await sheet().locator('.primary').click();
  const poll = (
    await sent(emma, (found) =>
      found.some((one) => one['pollName'] === 'Which day?' || JSON.stringify(one).includes('Which day?')),
    )
  ).at(-1)!;
  await day.phone.do('vote', { id: poll['id'], from: emma, options: ['Friday'] });
  await bubble('Which day?')
    .getByRole('button', { name: /Friday\s*1/ })
    .waitFor();
  expect((await sent(emma, () => true)).filter((one) => one['type'] === 'image')).toHaveLength(2);
});

test('what WhatsApp refuses says why and can be changed or sent anew; what the server did not take goes in order, once, all at once', async () => {
  await agent.openChat('Sofia Conti');
  await day.phone.do('faults', { sends: 'refuse' });
  await agent.write('Refused');
  await bubble('Refused').getByText('WhatsApp refused it.').waitFor();
  expect(await bubble('Refused').getByRole('img', { name: 'Not sent' }).count()).toBe(1);
  await day.phone.do('faults', { sends: 'normal' });
  await bubble('Refused').getByRole('button', { name: 'Edit' }).click();
  expect(await composer().inputValue()).toBe('Refused');
  await composer().fill('');
  await bubble('Refused').getByRole('button', { name: 'Try again' }).click();
  await sent(sofia, (all) => all.some((one) => one['body'] === 'Refused' && Number(one['ack']) > 0));

  await agent.page.route(/\/chats\/\d+\/messages$/, (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 409, json: { code: 'session-not-working', status: 409 } })
      : route.fallback(),
  );
  for (const text of ['Kept one', 'Kept two', 'Kept three', 'Kept four']) await agent.write(text);
  await bubble('Kept four').getByText('This number is not connected right now.').waitFor();
  const fromEnd = (): Promise<number> =>
    agent.panel
      .getByRole('feed')
      .evaluate((one) => Math.round(one.scrollHeight - one.scrollTop - one.clientHeight));
  await bubble('Kept three').getByRole('button', { name: 'Delete' }).click();
  await bubble('Kept three').waitFor({ state: 'detached' });
  // The focus goes to what stands beside it, and the list stays where it is.
  await agent.panel.locator('article:focus').getByText('Kept four').waitFor();
  expect(await fromEnd()).toBeLessThan(2);
  await bubble('Kept two').getByRole('button', { name: 'Edit' }).click();
  await expect.poll(() => composer().inputValue()).toBe('Kept two');
  await bubble('Kept two').waitFor({ state: 'detached' });
  expect(
    await composer().evaluate((area: HTMLTextAreaElement) => [area.matches(':focus'), area.selectionStart]),
  ).toEqual([true, 'Kept two'.length]);
  expect(await fromEnd()).toBeLessThan(2);
  await agent.page.unrouteAll();
  await agent.button('Send all again (2)').click();
  const kept = (all: Record<string, unknown>[]): string[] =>
    all.map((one) => String(one['body'])).filter((body) => body.startsWith('Kept'));
  expect(kept(await sent(sofia, (all) => kept(all).includes('Kept four')))).toEqual([
    'Kept one',
    'Kept four',
  ]);
});

test('a colleague who was faster is named before the second answer goes; a CRM’s fields fill a canned reply, and a gap stops it', async () => {
  await agent.openChat('Marco Bianchi');
  // What was sent before the page was loaded anew has not come back.
  expect(await composer().inputValue()).toBe('');
  await composer().pressSequentially('I will look');
  const { list } = await day.api.call<{ list: Chat[] }>('GET', `/inboxes/${day.inboxId}/chats`);
  const chat = list.find((one) => one.name === 'Marco Bianchi')!;
  const colleague = await ApiClient.signIn(day.house.url, ben);
  await colleague.call('POST', `/chats/${chat.id}/messages`, {
    clientId: randomUUID(),
    body: 'Done already',
  });
  await bubble('Done already').getByText('Ben Carter').waitFor();
  await agent.page.keyboard.press('Enter');
  await agent.panel.getByText('Ben Carter has answered meanwhile').waitFor();
  expect(await day.phone.saidByUs(marco, 'I will look')).toEqual([]);
  await agent.page.keyboard.press('Enter');
  await sent(marco, (all) => all.some((one) => one['body'] === 'I will look'));

  await composer().pressSequentially('/stg');
  await agent.panel.getByRole('option', { name: /stage/ }).waitFor();
  await agent.page.keyboard.press('Tab');
  expect(await composer().inputValue()).toBe('Dear Marco Bianchi, you are in Negotiation of {{crm.city}}.');
  await agent.page.keyboard.press('Enter');
  await agent.button('crm.city').click();
  await agent.page.keyboard.type('Rome');
  await agent.page.keyboard.press('Enter');
  await sent(marco, (all) =>
    all.some((one) => one['body'] === 'Dear Marco Bianchi, you are in Negotiation of Rome.'),
  );

  await agent.button(/^In the CRM: .*Marco Bianchi/).click();
  await sheet().getByText('Bianchi Arredi').waitFor();
  await sheet().getByText('Negotiation').waitFor();
  await sheet().getByRole('button', { name: 'Open the record' }).click();
  await agent.page.locator('[data-record]').getByText('Marco Bianchi').first().waitFor();
});

test('a day of long ago is gone to by the calendar', async () => {
  await agent.openChat('Giulia Rossi');
  await agent.page.keyboard.press('Control+f');
  await agent.button('Go to a date').click();
  const wanted = new Date(Date.now() - 20 * 86_400_000);
  const two = (part: number): string => String(part).padStart(2, '0');
  await agent.panel
    .locator('.date-jump input')
    .fill(`${wanted.getFullYear()}-${two(wanted.getMonth() + 1)}-${two(wanted.getDate())}`);
  await agent.panel.getByRole('button', { name: 'Go', exact: true }).click();
  const reached = agent.panel.locator('article:is(.goal, :focus)');
  await reached.first().waitFor();
  expect(
    await agent.panel
      .getByRole('feed')
      .evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight),
  ).toBeGreaterThan(200);
});
