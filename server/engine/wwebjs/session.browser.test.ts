import { afterEach, describe, expect, test } from 'vitest';
import { giulia, Trial } from './testing.ts';

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
});
async function trialOf(...options: Parameters<typeof Trial.start>): Promise<Trial> {
  const trial = await Trial.start(...options);
  owned.push(trial);
  return trial;
}
const never = (): AbortSignal => new AbortController().signal;
const request = (body: string, chat = giulia) => ({
  chat: chat as never,
  body,
  clientId: 'c1',
  signal: never(),
});

describe.each([1, 2, 3] as const)('page generation %i', (generation) => {
  test('links by QR, hears, is heard with its ticks, and knows whose it is', async () => {
    const trial = await trialOf({ generation });
    const working = await trial.link();
    expect(working.me?.address).toBe(trial.sandbox.world.me.phone);
    expect(working.engineVersion).toMatch(/^2\./);
    expect([...new Set(trial.reports.map((report) => report.state))]).toEqual([
      'starting',
      'pairing',
      'syncing',
      'working',
    ]);

    const heard = trial.next('message', (event) => !event.fromMe);
    const told = trial.sandbox.world.inbound({ from: giulia, body: 'Ciao, siete aperti?' });
    expect(await heard).toMatchObject({
      messageId: told.id,
      chat: giulia,
      type: 'text',
      body: 'Ciao, siete aperti?',
      senderName: 'Giulia',
      at: told.t * 1000,
      origin: 'live',
    });

    const read = trial.next('ack', (event) => event.ack === 3);
    const delivered = trial.next('ack', (event) => event.ack === 2);
    const outcome = await trial.session.send(request('Sì, fino alle 19'));
    expect(outcome).toMatchObject({ kind: 'accepted', messageId: trial.sandbox.world.outbox[0]?.id });
    await delivered;
    trial.sandbox.world.readByThem(giulia);
    expect(await read).toMatchObject({ messageId: trial.sandbox.world.outbox[0]?.id, fromMe: true });
    expect(trial.messages().map((event) => event.body)).toEqual(['Ciao, siete aperti?', 'Sì, fino alle 19']);
    expect(trial.sandbox.world.missingModules).toEqual([]);
  });
});

test('a link is kept: the next start works without a code, and nothing of the first is left running', async () => {
  const trial = await trialOf();
  await trial.link();
  await trial.session[Symbol.asyncDispose]();
  expect(await trial.processes()).toEqual([]);
  expect(trial.reports.at(-1)?.state).toBe('stopped');
  const before = trial.reports.length;
  trial.session = trial.makeSession();
  const working = trial.nextState('working');
  trial.session.connect();
  await working;
  expect(trial.reports.slice(before).map((report) => report.state)).not.toContain('pairing');
});
