import { expect, test } from 'vitest';
import whatsapp, { type Message as LibraryMessage } from 'whatsapp-web.js';
import { endEverythingAfterEachTest, linkedNumber, next, worldEvent } from './testing-browser.ts';

endEverythingAfterEachTest();
const number = linkedNumber({ generation: 1 });

const giulia = '393331234567@c.us';
const group = '120363000000000001@g.us';
const hidden = '98765432109876@lid';

// First: it has the whole history before it, and nothing else.
test('all of the history comes, in order, page by page, also where pages end within one second', async () => {
  const { client } = await number();
  const chat = await client.getChatById(giulia);
  const history = await chat.fetchMessages({ limit: 60 });
  expect(history.map((message) => message.body).toSorted()).toEqual(
    Array.from({ length: 60 }, (_, index) => `old ${index}`).toSorted(),
  );
  expect(history.map((message) => message.timestamp)).toEqual(
    history.map((message) => message.timestamp).toSorted((a, b) => a - b),
  );
});

test('chats, groups and contacts are what the phone has', async () => {
  const { sandbox, client } = await number();
  const heard = next<LibraryMessage>(client, 'message');
  sandbox.world.inbound({ from: giulia, group, body: 'A tutti' });
  expect(await heard).toMatchObject({ from: group, author: giulia, body: 'A tutti' });
  const chats = await client.getChats();
  expect(chats.map((chat) => [chat.id._serialized, chat.name, chat.isGroup, chat.unreadCount])).toEqual(
    expect.arrayContaining([
      [group, 'Fornitori', true, 1],
      [giulia, 'Giulia Rossi', false, 0],
    ]),
  );
  expect((await client.getContactById(giulia)).name).toBe('Giulia Rossi');
  await client.sendSeen(group);
  expect(sandbox.world.seenBy.at(-1)?.chat).toBe(group);
  expect(sandbox.world.missingModules).toEqual([]);
});

test('numbers: registered, not registered, hidden until the pair is learnt', async () => {
  const { sandbox, client } = await number();
  expect((await client.getNumberId('393331234567'))?._serialized).toBe(giulia);
  expect(await client.getNumberId('19999999999')).toBeNull();
  await expect(client.sendMessage('19999999999@c.us', 'c’è nessuno?')).rejects.toThrow('No LID for user');

  const heard = next<LibraryMessage>(client, 'message');
  sandbox.world.inbound({ from: hidden, body: 'sono io', pushName: 'Elena' });
  expect((await heard).from).toBe(hidden);
  sandbox.world.learnPair('393401112223@c.us', hidden);
  const after = next<LibraryMessage>(client, 'message');
  sandbox.world.inbound({ from: hidden, body: 'ancora io' });
  await after;
  expect(await client.getContactLidAndPhone([hidden])).toEqual([{ lid: hidden, pn: '393401112223@c.us' }]);
});

test('edited, revoked and reacted on either side', async () => {
  const { sandbox, client } = await number();
  const heard = next<LibraryMessage>(client, 'message');
  const told = sandbox.world.inbound({ from: giulia, body: 'prima' });
  const message = await heard;

  const edited = next<LibraryMessage>(client, 'message_edit');
  sandbox.world.edit(told.id, 'dopo');
  expect((await edited).body).toBe('dopo');

  const reaction = next<{ reaction: string; senderId: string }>(client, 'message_reaction');
  sandbox.world.react(told.id, giulia, '❤️');
  expect(await reaction).toMatchObject({ reaction: '❤️', senderId: giulia });
  const ours = worldEvent(sandbox, (event) => event.kind === 'reaction');
  await message.react('👍');
  expect(await ours).toMatchObject({ from: sandbox.world.me.phone, text: '👍' });

  const sent = await client.sendMessage(giulia, 'errore di battitura');
  await sent.edit('senza errore');
  expect(sandbox.world.outbox.at(-1)).toMatchObject({ body: 'senza errore', edited: true });
  await sent.delete(true);
  expect(sandbox.world.outbox.at(-1)).toMatchObject({ type: 'revoked', body: '' });

  const revoked = next<LibraryMessage>(client, 'message_revoke_everyone');
  sandbox.world.revoke(told.id);
  expect((await revoked).type).toBe('revoked');
});

test('answers quote, files arrive whole in both directions', async () => {
  const { sandbox, client } = await number();
  const heard = next<LibraryMessage>(client, 'message');
  const told = sandbox.world.inbound({
    from: giulia,
    body: 'Ecco la fattura',
    media: { data: Buffer.from('%PDF-1.7'), mimetype: 'application/pdf', filename: 'fattura.pdf' },
  });
  const message = await heard;
  const file = await message.downloadMedia();
  expect([file.mimetype, file.filename, Buffer.from(file.data, 'base64').toString()]).toEqual([
    'application/pdf',
    'fattura.pdf',
    '%PDF-1.7',
  ]);
  await message.reply('Ricevuta');
  expect(sandbox.world.outbox.at(-1)).toMatchObject({ body: 'Ricevuta', quoted: told.id });

  const taken = worldEvent(sandbox, (event) => event.kind === 'message' && event.message.media !== undefined);
  const photo = new whatsapp.MessageMedia('image/png', Buffer.from('PNG').toString('base64'), 'foto.png');
  await client.sendMessage(giulia, photo, { caption: 'La bici' });
  await taken;
  const { media, body, type } = sandbox.world.outbox.at(-1)!;
  expect([body, type, media?.mimetype]).toEqual(['La bici', 'image', 'image/png']);
  expect(Buffer.from(sandbox.world.media.get(media!.path)!.body).toString()).toBe('PNG');
});
