import { afterEach, expect, test } from 'vitest';
import type { SendRequest } from '../engine.ts';
import { giulia, Trial } from './testing.ts';

const owned: Trial[] = [];
async function trialOf(options: Parameters<typeof Trial.start>[0] = {}): Promise<Trial> {
  const trial = await Trial.start(options);
  owned.push(trial);
  return trial;
}
afterEach(async () => {
  for (const trial of owned.splice(0)) {
    const { missingModules } = trial.sandbox.world;
    await trial[Symbol.asyncDispose]();
    expect(missingModules).toEqual([]);
  }
});
const never = (): AbortSignal => new AbortController().signal;
let sends = 0;
const request = (body: string): SendRequest => ({
  chat: giulia as never,
  body,
  clientId: `client-${++sends}`,
  signal: never(),
});

test('QR to working; text both ways, acks and reads', async () => {
  const trial = await trialOf();
  const report = await trial.link();
  expect(report).toMatchObject({
    me: { address: '390659991234@c.us', lid: '11112222333344@lid', name: 'Bottega Aurora' },
  });
  const heard = trial.next('message', ({ origin }) => origin === 'live');
  const told = trial.sandbox.world.inbound({ from: giulia, body: 'Ciao, siete aperti?' });
  expect(await heard).toMatchObject({
    messageId: told.id,
    chat: giulia,
    fromMe: false,
    type: 'text',
    body: 'Ciao, siete aperti?',
    senderName: 'Giulia',
    at: told.t * 1000,
  });
  const echo = trial.next('message', ({ fromMe, origin }) => fromMe && origin === 'live');
  const outcome = await trial.session.send(request('Sì, fino alle 19'));
  const { world } = trial.sandbox;
  expect(outcome).toMatchObject({ kind: 'accepted', messageId: world.outbox[0]?.id });
  expect(world.outbox[0]).toMatchObject({ body: 'Sì, fino alle 19', chat: giulia });
  expect(await echo).toMatchObject({ messageId: world.outbox[0]?.id, clientId: `client-${sends}` });
  const read = trial.next('ack', (event) => event.ack === 3);
  world.readByThem(giulia);
  expect(await read).toMatchObject({ messageId: world.outbox[0]?.id, fromMe: true });
});
