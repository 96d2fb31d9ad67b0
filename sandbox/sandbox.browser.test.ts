import { describe, expect, test } from 'vitest';
import type { Message as LibraryMessage } from 'whatsapp-web.js';
import { endEverythingAfterEachTest, linkedNumber, next, worldEvent } from './testing-browser.ts';

endEverythingAfterEachTest();

const giulia = '393331234567@c.us';

describe.each([1, 2, 3] as const)('the real library on page generation %i', (generation) => {
  const number = linkedNumber({ generation });
  test('scans, gets ready, hears and is heard, and misses no module', async () => {
    const { sandbox, client } = await number();
    expect(client.info.wid._serialized).toBe(sandbox.world.me.phone);
    expect(sandbox.world.state.devices).toHaveLength(1);

    const heard = next<LibraryMessage>(client, 'message');
    const told = sandbox.world.inbound({ from: giulia, body: 'Ciao, siete aperti?' });
    const message = await heard;
    expect([message.id.id, message.body, message.from]).toEqual([told.id, 'Ciao, siete aperti?', giulia]);

    const acks: number[] = [];
    const read = new Promise<void>((resolve) => {
      client.on('message_ack', (_message, ack) => {
        acks.push(Number(ack));
        if (Number(ack) === 3) resolve();
      });
    });
    const second = worldEvent(sandbox, (event) => event.kind === 'changed' && event.message.ack === 2);
    await client.sendMessage(giulia, 'Sì, fino alle 19');
    await second;
    sandbox.world.readByThem(giulia);
    await read;
    expect(acks).toEqual([1, 2, 3]);
    expect(sandbox.world.outbox.map((sent) => [sent.chat, sent.body, sent.ack])).toEqual([
      [giulia, 'Sì, fino alle 19', 3],
    ]);
    expect(sandbox.world.outbox[0]?.id).toMatch(/^3EB0[0-9A-F]{18}$/);
    expect(sandbox.world.missingModules).toEqual([]);
  });

  test('typed on the phone: the device hears its own account speak', async () => {
    const { sandbox, client } = await number();
    const heard = next<LibraryMessage>(client, 'message_create');
    const typed = sandbox.world.fromPhone({ to: giulia, body: 'dal telefono' });
    expect(await heard).toMatchObject({
      fromMe: true,
      to: giulia,
      body: 'dal telefono',
      id: { id: typed.id },
    });
  });
});
